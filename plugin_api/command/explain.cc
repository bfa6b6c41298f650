// keyrule explain FILE, keyrule explain KR0301
#include <algorithm>

#include "dsl/suggest.h"
#include "evaluator/explain.h"
#include "evaluator/explain_graph.h"
#include "evaluator/explain_index.h"
#include "evaluator/local_state.h"
#include "evaluator/snapshot.h"
#include "evaluator/test_world.h"
#include "plugin_api/command/credential_input.h"
#include "plugin_api/command/explain_code.h"
#include "plugin_api/command/policy_input.h"
#include "plugin_api/command/progress.h"
#include "plugin_api/command/request_input.h"

namespace keyrule::command {
namespace {

struct Arguments {
  std::vector<std::string> files;
  std::vector<std::string> assignments;
  std::string request;
  std::string at;
  std::string why_not;
  std::string graph;
  bool all = false;
  bool index = false;
  std::optional<uint64_t> seed;
  CredentialInput credentials;
};

bool HasRule(const evaluator::Program& program, const std::string& name) {
  return std::any_of(program.rules.begin(), program.rules.end(),
                     [&](const evaluator::CompiledRule& rule) { return rule.name == name; });
}

std::vector<evaluator::Credential> CredentialsFor(const evaluator::Request& request, const evaluator::CredentialSource& source) {
  std::vector<evaluator::Credential> all;
  source.Candidates(request.tenant, &all);
  return all;
}

// `prod-eu` or `"prod-eu"`; of several first that which the request's provider has.
std::vector<evaluator::Credential> CredentialsNamed(std::string name, const evaluator::Request& request,
                                                     const evaluator::Program& program,
                                                     const evaluator::CredentialSource& source) {
  if (name.size() > 2 && name.starts_with('"') && name.ends_with('"')) name = name.substr(1, name.size() - 2);
  const std::string_view provider =
      program.provider_slot == dsl::kUnresolved ? std::string_view() : request.values[program.provider_slot].text();
  std::vector<evaluator::Credential> named = CredentialsFor(request, source);
  std::erase_if(named, [&](const evaluator::Credential& one) { return one.name != name; });
  std::stable_sort(named.begin(), named.end(), evaluator::CountsBefore);
  std::stable_partition(named.begin(), named.end(), [&](const evaluator::Credential& one) { return Serves(one, provider); });
  return named;
}

Exit NothingNamed(const std::string& name, const evaluator::Request& request, const evaluator::Program& program,
                  const evaluator::CredentialSource& source, const Options& options) {
  std::vector<std::string_view> names;
  for (const evaluator::CompiledRule& rule : program.rules) names.push_back(rule.name);
  const std::vector<evaluator::Credential> all = CredentialsFor(request, source);
  for (const evaluator::Credential& one : all) {
    if (std::find(names.begin(), names.end(), one.name) == names.end()) names.push_back(one.name);
  }
  return options.Wrong("no rule and no credential is named `" + name + "`", dsl::Suggest(name, names, "names", "there are none"));
}

Exit Explain(const Arguments& given, const Options& options) {
  int64_t now_ms = 0;
  if (const Exit exit = ReadMoment(given.at, options, &now_ms); exit != Exit::kYes) return exit;
  const PolicyInput policy = ReadPolicy(given.files.front(), options);
  if (policy.exit != Exit::kYes) return policy.exit;
  const bool about_rule = HasRule(*policy.program, given.why_not);
  std::vector<std::unique_ptr<evaluator::RequestBuilder>> requests;
  Exit exit = ReadRequests(given.request, given.assignments, policy.program, options, &requests);
  if (exit != Exit::kYes) return exit;
  std::shared_ptr<const evaluator::CredentialSource> source;
  exit = FillTenants(given.credentials, requests, options);
  if (exit != Exit::kYes) return exit;
  exit = OpenCredentials(given.credentials, options, &source);
  if (exit != Exit::kYes) return exit;
  if (source == nullptr) {
    source = std::make_shared<evaluator::MemorySource>(
        evaluator::CredentialsOfPolicy(*policy.loaded.policy));
    for (const auto& request : requests) request->FillRequired(now_ms);
  }
  evaluator::LocalState state;
  const evaluator::Snapshot snapshot(policy.program, source, &state,
                                     {given.seed.value_or(0), 1});
  const Console& console = options.console();
  Progress progress(console, "explaining", "request");
  for (const auto& builder : requests) {
    progress.Add();
    evaluator::Request request = builder->Build();
    request.dry = true;
    evaluator::ExplainOptions how = {given.all, {}};
    std::vector<evaluator::Credential> named;
    if (about_rule) {
      how.why_not = given.why_not;
    } else if (!given.why_not.empty()) {
      named = CredentialsNamed(given.why_not, request, *policy.program, *source);
      if (named.empty()) return NothingNamed(given.why_not, request, *policy.program, *source, options);
      how.why_not_credentials = named;
    }
    if (!given.graph.empty()) {
      const evaluator::ExplainGraph graph = evaluator::GraphOf(snapshot, request, now_ms);
      console.Print(given.graph == "dot" ? evaluator::DotText(graph) : evaluator::SvgText(graph));
    } else {
      console.Result(console.json() ? evaluator::ExplainJson(snapshot, request, now_ms, how)
                                    : evaluator::ExplainText(snapshot, request, now_ms, how));
    }
    evaluator::Decision decision;
    snapshot.Decide(request, now_ms, &decision);
    if (decision.verdict == evaluator::Verdict::kDeny) exit = First(exit, Exit::kNo);
  }
  return exit;
}

Exit ExplainIndex(const Arguments& given, const Options& options) {
  const PolicyInput policy = ReadPolicy(given.files.front(), options);
  if (policy.exit != Exit::kYes) return policy.exit;
  const Console& console = options.console();
  console.Result(console.json() ? evaluator::ExplainIndexJson(policy.loaded.policy)
                                : evaluator::ExplainIndexText(policy.loaded.policy));
  return Exit::kYes;
}

Exit RunExplain(const Command& self, std::vector<std::string> arguments) {
  Arguments given;
  Options options(self);
  bool list = false;
  options.Arguments(&given.files, 0, 1, "a policy file, or the code of a diagnostic", ValueKind::kPolicyOrCode);
  options.Texts("--set PATH=VALUE", &given.assignments, "an attribute of the request; repeatable");
  options.Text("--request FILE", &given.request, "requests as JSON, one object a line");
  options.Text("--why-not RULE", &given.why_not, "what keeps this rule from deciding, or a credential of this name from being chosen");
  options.Text("--graph FORMAT", &given.graph, "the way of the request as a picture: svg, or dot for Graphviz");
  options.Flag("--all", &given.all, "every rule, not only those up to the deciding one");
  options.Flag("--index", &given.index, "how each rule is found, what that costs, and what would make it cheaper");
  AddCredentialOptions(&options, &given.credentials, true);
  options.Text("--at TIME", &given.at, "as if it were 2026-11-23T09:30Z");
  options.Flag("--list", &list, "the codes of all diagnostics, with what they say");
  options.Number("--seed N", &given.seed, "of the random strategies; 0 unless given");
  if (const std::optional<Exit> done = options.Parse(arguments)) return *done;
  if (list) return ListCodes(options);
  if (!given.graph.empty() && given.graph != "dot" && given.graph != "svg") {
    return options.Wrong("no graph is drawn as `" + given.graph + "`", "write `--graph svg` or `--graph dot`");
  }
  if (!given.graph.empty() && (options.console().json() || given.all || given.index || !given.why_not.empty())) {
    return options.Wrong("`--graph` is a picture of its own: it goes with none of --json, --all, --index and --why-not");
  }
  if (given.files.empty()) {
    return options.Wrong("name a policy file, or the code of a diagnostic",
                         "`keyrule explain --list` lists the codes");
  }
  if (IsCode(given.files.front())) return ExplainCode(given.files.front(), options);
  const bool asks = !given.assignments.empty() || !given.request.empty() || !given.why_not.empty() || !given.at.empty() || given.all;
  if (given.index && asks) {
    return options.Wrong("`--index` is about every request: it goes with none of --set, --request, --why-not, --at and --all");
  }
  return given.index ? ExplainIndex(given, options) : Explain(given, options);
}

}  // namespace

const Command kExplain = {
    "explain", "FILE|CODE [options]", "decides and says of each rule why it did or did not",
    "  keyrule explain billing.keyrule --set app.id=invoices --set environment=staging\n"
    "  keyrule explain billing.keyrule --set app.id=invoices --why-not canary\n"
    "  keyrule explain billing.keyrule --set app.id=invoices --why-not '\"prod-eu\"'\n"
    "  keyrule explain billing.keyrule --set app.id=invoices --graph svg > way.svg\n"
    "  keyrule explain billing.keyrule --index                how rules are found: for policies of many\n"
    "  keyrule explain KR0301                                the page about a diagnostic\n"
    "  keyrule explain --list                                all of them\n",
    RunExplain};

}  // namespace keyrule::command
