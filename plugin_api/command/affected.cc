// keyrule affected FILE
#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "dsl/suggest.h"
#include "dsl/wording.h"
#include "evaluator/analysis/example_text.h"
#include "plugin_api/command/affected_requests.h"
#include "plugin_api/command/affected_subject.h"
#include "plugin_api/command/credential_input.h"
#include "plugin_api/command/policy_input.h"

namespace keyrule::command {
namespace {

constexpr uint64_t kMostAffected = 20;
constexpr size_t kWidestCondition = 160;

struct AffectedArguments {
  std::vector<std::string> files;
  SubjectArguments subject;
  CredentialInput credentials;
  std::optional<uint64_t> most;
};

class AffectedReport {
 public:
  AffectedReport(const AffectedRequests& found, const Subject& subject, const std::string& tenant)
      : found_(found), subject_(subject), tenant_(tenant) {}

  std::string Text(size_t most) const {
    std::string text = evaluator::Printable(Head()) + "\n";
    const auto line = [&](std::string_view title, const std::string& what) {
      if (!what.empty()) text += "  " + evaluator::Pad(title, 8) + evaluator::Printable(what) + "\n";
    };
    for (size_t i = 0; i < found_.kinds.size() && i < most; ++i) {
      const AffectedKind& kind = found_.kinds[i];
      const std::string whose = kind.rule == "default" ? kind.rule : "rule " + kind.rule;
      const std::string left = LeftText(kind.effect);
      text += "\n" + std::string(kind.effect.word) + (left.empty() ? "" : " (" + left + ")") + ": requests of " +
              (kind.rule == "default" ? "the " : "") + evaluator::Printable(whose) + "\n";
      line("when", evaluator::Shorten(kind.when, kWidestCondition));
      line("was", whose + ": " + kind.was);
      line("now", NowText(kind.effect));
      line("such as", SuchText(kind.example));
    }
    const size_t shown = std::min(found_.kinds.size(), most);
    if (found_.kinds.size() > shown) text += "\nand " + std::to_string(found_.kinds.size() - shown) + " more; `--most N` shows more\n";
    if (!found_.partly.empty()) {
      const std::vector<std::string_view> rules(found_.partly.begin(), found_.partly.end());
      text += "\nsome kinds of requests may be missing: what is spent hangs on too many values in " + dsl::ListOf(rules) + "\n";
    }
    if (found_.unserved > 0) {
      text += "\nnot looked for: requests to " + Count(found_.unserved, "more provider or model") + "; they take too long together\n";
    }
    if (found_.undecided > 0) {
      const std::string rules = subject_.KeepsRules() ? Count(found_.undecided, "rule") : Count(found_.undecided, "pair") + " of rules";
      text += "\nnot decided for " + rules +
              (found_.overlap.empty() ? ": no readable request was found\n" : ": they " + found_.overlap + "\n");
    }
    return text;
  }

  std::string Json(const std::string& file, size_t most) const {
    using Ordered = nlohmann::ordered_json;
    const auto number_or_null = [](const std::optional<size_t>& number) { return number ? Ordered(*number) : Ordered(); };
    const auto line = [](const Ordered& json) { return json.dump(-1, ' ', false, Ordered::error_handler_t::replace) + "\n"; };
    std::string text;
    for (size_t i = 0; i < found_.kinds.size() && i < most; ++i) {
      const AffectedKind& kind = found_.kinds[i];
      Ordered json;
      json["effect"] = kind.effect.word;
      json["rule"] = kind.rule;
      json["at"] = kind.at;
      json["when"] = kind.when.empty() ? Ordered() : Ordered(kind.when);
      json["was"] = kind.was;
      json["now"] = NowText(kind.effect);
      json["left"] = number_or_null(kind.effect.left);
      json["of"] = number_or_null(kind.effect.of);
      json["request"] = analysis::SettingsText(kind.example);
      json["clock"] = kind.example.clock_ms ? Ordered(analysis::TimestampText(*kind.example.clock_ms)) : Ordered();
      text += line(json);
    }
    Ordered sum;
    sum["file"] = file;
    sum["without"] = subject_.kind;
    sum["name"] = subject_.name;
    sum["affected"] = IsDecided() ? Ordered(!found_.kinds.empty()) : Ordered();
    sum["classes"] = found_.kinds.size();
    sum["undecided"] = found_.undecided;
    sum["whole"] = IsWhole();
    sum["partly"] = found_.partly;
    return text + line(sum);
  }

  Exit exit() const { return found_.kinds.empty() && IsDecided() ? Exit::kYes : Exit::kNo; }

 private:
  bool IsWhole() const { return found_.partly.empty() && found_.unserved == 0; }
  bool IsDecided() const { return !found_.kinds.empty() || (found_.undecided == 0 && IsWhole()); }

  std::string Head() const {
    const std::string whose = tenant_.empty() ? "" : ", for tenant " + dsl::InQuotes(tenant_);
    const std::string what = "without " + subject_.kind + " " + subject_.name + whose + ": ";
    if (!IsDecided()) return what + "not decided whether a request is affected";
    if (found_.kinds.empty()) return what + "no request is affected";
    return what + (found_.undecided > 0 || !IsWhole() ? "at least " : "") + Count(found_.kinds.size(), "kind") + " of requests " +
           (found_.kinds.size() == 1 ? "is" : "are") + " affected";
  }

  static std::string LeftText(const Effect& effect) {
    if (!effect.left || effect.word != "left with fewer") return "";
    return std::to_string(*effect.left) + " of " + std::to_string(*effect.of);
  }

  static std::string NowText(const Effect& effect) {
    return effect.such.empty() ? effect.now : effect.now + ", such as " + effect.such;
  }

  static std::string SuchText(const analysis::Example& example) {
    std::string such = analysis::SettingsText(example);
    if (such.empty()) such = "any request";
    if (example.clock_ms) such += ", at " + analysis::TimestampText(*example.clock_ms);
    return such;
  }

  const AffectedRequests& found_;
  const Subject& subject_;
  const std::string& tenant_;
};

// Whose the credentials are, if they are one tenant's: no decision chooses among those of several.
Exit OnlyTenant(const std::vector<evaluator::Credential>& rows, const Options& options, std::string* tenant) {
  std::set<std::string_view> tenants;
  for (const evaluator::Credential& row : rows) tenants.insert(row.tenant);
  const bool any_for_all = tenants.erase("") > 0;
  if (tenants.size() == 1 && !any_for_all) *tenant = *tenants.begin();
  if (tenants.empty() || !tenant->empty()) return Exit::kYes;
  return options.Wrong("these are credentials for " + Count(tenants.size(), "tenant") + (any_for_all ? " and for all" : ""),
                       dsl::Suggest({}, {tenants.begin(), tenants.end()}, "say whose with `--tenant NAME`; tenants"));
}

Exit FindAffected(const AffectedArguments& given, const Options& options) {
  const Console& console = options.console();
  ReadRows read;
  if (const Exit exit = ReadCredentials(given.credentials, options, RowsOf::kTenants, &read); exit != Exit::kYes) return exit;
  const auto& rows = read.rows;
  std::string tenant = given.credentials.tenant;
  if (tenant.empty() && rows) {
    if (const Exit exit = OnlyTenant(*rows, options, &tenant); exit != Exit::kYes) return exit;
  }
  const PolicyInput policy = ReadPolicy(given.files.front(), options);
  if (policy.exit != Exit::kYes) return policy.exit;
  const std::vector<evaluator::Credential>* known = rows ? &*rows : nullptr;
  Subject subject;
  if (const Exit exit = FindSubject(given.subject, policy, known, options, &subject); exit != Exit::kYes) return exit;
  const AffectedRequests found = FindRequests(*policy.program, subject, known, tenant);
  const AffectedReport report(found, subject, tenant);
  const size_t most = given.most.value_or(kMostAffected);
  console.Result(console.json() ? report.Json(given.files.front(), most) : report.Text(most));
  return report.exit();
}

Exit RunAffected(const Command& self, std::vector<std::string> arguments) {
  AffectedArguments given;
  Options options(self);
  options.Arguments(&given.files, 1, 1, "a policy file", ValueKind::kPolicy);
  AddSubjectOptions(&options, &given.subject);
  AddCredentialOptions(&options, &given.credentials, true);
  options.Number("--most N", &given.most, "shows at most so many kinds; 20 unless said, and how many more there are");
  if (const std::optional<Exit> done = options.Parse(arguments)) return *done;
  return FindAffected(given, options);
}

}  // namespace

const Command kAffected = {
    "affected", "FILE [options]", "says which requests lose, move or are denied without a credential, pool, value or entry",
    "  keyrule affected billing.keyrule --credential prod-eu\n"
    "  keyrule affected billing.keyrule --credential prod-eu --store /var/lib/keyrule/store --tenant ws-bank\n"
    "  keyrule affected billing.keyrule --pool production\n"
    "  keyrule affected billing.keyrule --attribute app.id=invoices\n"
    "  keyrule affected billing.keyrule --table key_of_app[app-legal]\n"
    "\n"
    "Each kind of requests comes with one of them, decided with and without. Without a store or a catalog the credentials\n"
    "are those that the policy names. Exit code: 0 no request is affected, 1 some are or it is not decided.\n",
    RunAffected};

}  // namespace keyrule::command
