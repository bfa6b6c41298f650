// keyrule check FILE…
#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "dsl/sarif.h"
#include "evaluator/analysis/claim_check.h"
#include "evaluator/analysis/policy_check.h"
#include "evaluator/catalog_check.h"
#include "plugin_api/command/check_found.h"
#include "plugin_api/command/credential_input.h"
#include "plugin_api/command/default_report.h"
#include "plugin_api/command/policy_input.h"
#include "plugin_api/command/progress.h"
#include "plugin_api/command/test_files.h"
#include "plugin_api/command/until_exit.h"
#include "plugin_api/command/watch.h"
#include "plugin_api/proofs.h"

namespace keyrule::command {
namespace {

using RealCredentials = std::optional<std::vector<evaluator::Credential>>;

// What is found by looking at all requests at once. Claims are about all credentials there could be, or (`real` not empty)
// about these, and then in the requests of the tenant if one is given. `ends`: nothing comes after this policy.
void TakeAnalysis(const std::string& file, const Options& options, const RealCredentials& real, const std::string& tenant,
                  bool ends, Checked* checked) {
  const std::shared_ptr<const dsl::Policy>& policy = checked->input.loaded.policy;
  checked->proved = true;
  const bool of_catalog = real && !real->empty() && !policy->claims.empty();
  std::vector<dsl::Code> known = {dsl::Code::KR0406, dsl::Code::KR0407, dsl::Code::KR0602};
  if (!of_catalog) known.push_back(dsl::Code::KR0603);
  std::unique_ptr<analysis::ClaimTerms> claims;
  if (!policy->claims.empty()) {
    claims = std::make_unique<analysis::ClaimTerms>(checked->input.program,
                                                    real ? *real : std::vector<evaluator::Credential>(), tenant);
  }
  const auto model = std::make_shared<analysis::PolicyModel>(policy, analysis::ReachOptions(), std::move(claims));
  std::vector<dsl::Diagnostic> found = analysis::CheckPolicy(model.get());
  for (dsl::Diagnostic& one : analysis::CheckClaims(model.get())) found.push_back(std::move(one));
  const bool settled = std::none_of(found.begin(), found.end(),
                                    [](const dsl::Diagnostic& one) { return one.code == dsl::Code::KR0019; });
  TakeFound(std::move(found), known, file, options, checked);
  if (ends) KeepUntilExit(model);
  // What holds for these credentials may not hold for the next ones.
  if (settled && !of_catalog && checked->input.exit == Exit::kYes) plugin_api::RememberProved(policy->revision);
}

std::string Summary(const std::string& file, const Checked& checked) {
  const size_t warnings = checked.found.warnings();
  std::string text = file + ": no errors";
  if (warnings > 0) text += ", " + Count(warnings, "warning");
  if (!checked.silenced.empty()) text += ", " + std::to_string(checked.silenced.size()) + " silenced";
  return text + ", " + Count(checked.input.loaded.policy->rules.size(), "rule") + ", " +
         Count(checked.input.loaded.policy->tests.size(), "test");
}

std::string SummaryJson(const std::string& file, const Checked& checked) {
  const dsl::Policy* policy = checked.input.loaded.policy.get();
  nlohmann::ordered_json json;
  json["file"] = file;
  json["ok"] = checked.input.exit == Exit::kYes;
  json["errors"] = checked.found.errors();
  json["warnings"] = checked.found.warnings();
  json["silenced"] = checked.silenced.size();
  using Json = nlohmann::ordered_json;
  const Json none;  // of a policy that cannot be used
  json["rules"] = policy == nullptr ? none : Json(policy->rules.size());
  json["tests"] = policy == nullptr ? none : Json(policy->tests.size());
  json["claims"] = checked.proved ? Json(policy->claims.size()) : none;
  json["revision"] = policy == nullptr ? none : Json(policy->revision);
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string Sarif(const std::vector<Checked>& all) {
  std::vector<dsl::SarifPart> parts;
  for (const Checked& checked : all) {
    parts.push_back({&checked.found, &checked.silenced, checked.input.loaded.sources.get()});
  }
  std::error_code unknown;  // then absolute names stay what they are
  const std::string folder = std::filesystem::current_path(unknown).string();
  return dsl::RenderSarif(parts, {KEYRULE_VERSION, folder});
}

// One look at all of them. `defaults`: also at what reaches the default.
Exit Check(const std::vector<std::string>& arguments, const CredentialInput& credentials, bool defaults,
           const Options& options, ReadFiles* read) {
  const Console& console = options.console();
  if (read != nullptr) {  // what the policies are checked against changes as well
    if (!credentials.catalog.empty()) read->Add(credentials.catalog);
    if (!credentials.store.empty()) read->Add(credentials.store + "/CURRENT");
  }
  ReadRows rows;
  Exit exit = ReadCredentials(credentials, options, RowsOf::kTenants, &rows);
  if (exit != Exit::kYes) return exit;
  const RealCredentials& real = rows.rows;
  const evaluator::CatalogView view{credentials.tenant, std::move(rows.elsewhere)};
  const std::vector<std::string> files = FindPolicies(arguments, options, &exit, read);
  std::vector<Checked> all;
  Progress progress(console, "checking", "policy file");
  for (const std::string& file : files) {
    progress.Set(all.size(), files.size() > 1 ? files.size() : 0);
    Checked& checked = all.emplace_back();
    checked.input = ReadPolicy(file, options, read);
    checked.found = checked.input.loaded.diagnostics;
    checked.silenced = checked.input.loaded.silenced;
    const bool ends = read == nullptr && all.size() == files.size();
    if (ends) KeepUntilExit(checked.input.program);
    if (checked.input.exit == Exit::kYes) {
      if (real) TakeFound(evaluator::CheckAgainst(*real, *checked.input.program, view), {}, file, options, &checked);
      if (checked.input.exit == Exit::kYes) {
        TakeAnalysis(file, options, real, credentials.tenant, ends, &checked);
      } else if (!checked.input.loaded.policy->claims.empty()) {
        console.Note("claims are not checked before the errors are mended");
      }
    }
    console.ShowMore(checked.found.unseen_errors() - checked.input.loaded.diagnostics.unseen_errors());
    exit = First(exit, checked.input.exit);
    if (console.json()) {
      console.Result(SummaryJson(file, checked));
    } else if (checked.input.exit == Exit::kYes && console.format() != Format::kSarif) {
      console.Result(Summary(file, checked));
    }
    if (defaults && checked.input.exit == Exit::kYes) {
      exit = First(exit, ShowDefault(checked.input, file, options));
    } else if (defaults && checked.input.program != nullptr) {
      console.Note("what reaches the default is not listed before the errors are mended");
    }
    checked.input.program.reset();
    checked.input.loaded.policy.reset();
  }
  if (console.format() == Format::kSarif) console.Print(Sarif(all));
  return exit;
}

Exit RunCheck(const Command& self, std::vector<std::string> arguments) {
  std::vector<std::string> files;
  CredentialInput credentials;
  bool watch = false;
  bool defaults = false;
  Options options(self);
  options.Arguments(&files, 1, SIZE_MAX, "a policy file or a folder", ValueKind::kPolicy);
  options.AlsoFormat("sarif");
  AddCredentialOptions(&options, &credentials, true);
  options.Flag("--default", &defaults, "list which requests no rule answers, so that they reach the default");
  options.Flag("--watch", &watch, kWatchDoc);
  if (const std::optional<Exit> done = options.Parse(arguments)) return *done;
  if (watch && options.console().format() == Format::kSarif) {
    return options.Wrong("`--watch` and `--format sarif` exclude each other", "SARIF is one document; `--json` writes lines");
  }
  if (defaults && options.console().format() == Format::kSarif) {
    return options.Wrong("`--default` and `--format sarif` exclude each other", "SARIF holds what is wrong; `--json` writes lines");
  }
  const auto run = [&](ReadFiles* read) { return Check(files, credentials, defaults, options, read); };
  return watch ? Watch(options, run) : run(nullptr);
}

}  // namespace

const Command kCheck = {
    "check", "FILE… [options]", "reads and checks policies; says what is wrong and how to mend it",
    "  keyrule check billing.keyrule\n"
    "  keyrule check --deny-warnings policies                as a build would\n"
    "  keyrule check --watch billing.keyrule                 while you write it\n"
    "  keyrule check --catalog credentials.json billing.keyrule\n"
    "  keyrule check --default billing.keyrule               which requests no rule answers\n"
    "  keyrule check --json billing.keyrule                  for an editor\n"
    "  keyrule check --format sarif policies/*.keyrule       for a code-hosting site\n",
    RunCheck};

}  // namespace keyrule::command
