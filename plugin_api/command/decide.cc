// keyrule decide FILE
#include <map>
#include <nlohmann/json.hpp>

#include "evaluator/decision_json.h"
#include "evaluator/local_state.h"
#include "evaluator/snapshot.h"
#include "evaluator/test_world.h"
#include "plugin_api/command/credential_input.h"
#include "plugin_api/command/decision_table.h"
#include "plugin_api/command/policy_input.h"
#include "plugin_api/command/progress.h"
#include "plugin_api/command/request_input.h"
#include "plugin_api/host_state.h"

namespace keyrule::command {
namespace {

using evaluator::Decision;
using evaluator::RequestBuilder;
using evaluator::Snapshot;
using evaluator::Verdict;

struct Arguments {
  std::vector<std::string> files;
  std::vector<std::string> assignments;
  std::string request;
  std::string at;
  std::string state;
  std::optional<uint64_t> seed;
  std::optional<uint64_t> times;
  CredentialInput credentials;
};

constexpr uint64_t kMostTimes = 10'000'000;

Exit ExitOf(const Decision& decision) {
  return decision.verdict == Verdict::kDeny ? Exit::kNo : Exit::kYes;
}

// As a host would: what was taken is reported before the next call.
void Settle(const Snapshot& snapshot, Decision* decision) {
  if (decision->verdict == Verdict::kUse) {
    snapshot.ReportOutcome(decision, {evaluator::Outcome::kOk}, decision->at_ms);
  }
}

Exit DecideOnce(const RequestBuilder& builder, const Snapshot& snapshot, int64_t now_ms,
                const Console& console) {
  evaluator::Request request = builder.Build();
  request.dry = true;
  Decision decision;
  snapshot.Decide(request, now_ms, &decision);
  console.Result(console.json() ? DecisionJson(decision, snapshot)
                                : DecisionText(decision, snapshot));
  return ExitOf(decision);
}

// One after the other, on a state that is empty at first and remembers turns.
Exit DecideEach(const std::vector<std::unique_ptr<RequestBuilder>>& requests,
                const Snapshot& snapshot, int64_t now_ms, const Console& console) {
  Table table = DecisionTable();
  Exit exit = Exit::kYes;
  Decision decision;
  for (size_t i = 0; i < requests.size(); ++i) {
    snapshot.Decide(requests[i]->Build(), now_ms, &decision);
    exit = First(exit, ExitOf(decision));
    if (console.json()) {
      console.Result(DecisionJson(decision, snapshot));
    } else {
      AddRow(i + 1, *requests[i], decision, snapshot, &table);
    }
    Settle(snapshot, &decision);
  }
  if (!console.json()) console.Result(table.Render(console.format()));
  return exit;
}

// The same request many times: who is taken how often.
Exit Split(const RequestBuilder& builder, const Snapshot& snapshot, int64_t now_ms, uint64_t times,
           const Console& console) {
  std::map<std::pair<std::string, std::string>, uint64_t> counts;  // verdict, credential
  Exit exit = Exit::kYes;
  Decision decision;
  std::optional<Progress> progress(std::in_place, console, "deciding", "call");
  for (uint64_t i = 0; i < times; ++i) {
    progress->Set(i, times);
    snapshot.Decide(builder.Build(), now_ms, &decision);
    exit = First(exit, ExitOf(decision));
    ++counts[{std::string(ToString(decision.verdict)),
              decision.credential == nullptr ? "" : decision.credential->name}];
    Settle(snapshot, &decision);
  }
  progress.reset();
  Table table({"verdict", "credential", "times", "share"});
  nlohmann::ordered_json json = {{"times", times}, {"split", nlohmann::ordered_json::array()}};
  for (const auto& [what, count] : counts) {
    const uint64_t permille = (count * 1000 + times / 2) / times;  // rounded
    json["split"].push_back({{"verdict", what.first},
                             {"credential", what.second.empty() ? nlohmann::ordered_json()
                                                                : nlohmann::ordered_json(what.second)},
                             {"times", count}});
    table.Add({what.first, what.second, std::to_string(count),
               std::to_string(permille / 10) + "." + std::to_string(permille % 10) + "%"});
  }
  console.Result(console.json() ? json.dump(-1, ' ', false,
                                            nlohmann::ordered_json::error_handler_t::replace)
                                : table.Render(console.format()));
  return exit;
}

Exit Decide(const Arguments& given, const Options& options) {
  int64_t now_ms = 0;
  if (!given.state.empty() && !given.at.empty()) {  // what is held for ten minutes would be given back, and limits filled ahead
    return options.Wrong("`--at` would count at another time than the hosts that share the state", "leave out `--at` or `--state`");
  }
  if (const Exit exit = ReadMoment(given.at, options, &now_ms); exit != Exit::kYes) return exit;
  const PolicyInput policy = ReadPolicy(given.files.front(), options);
  if (policy.exit != Exit::kYes) return policy.exit;
  std::vector<std::unique_ptr<RequestBuilder>> requests;
  Exit exit = ReadRequests(given.request, given.assignments, policy.program, options, &requests);
  if (exit != Exit::kYes) return exit;
  std::shared_ptr<const evaluator::CredentialSource> source;
  exit = FillTenants(given.credentials, requests, options);
  if (exit != Exit::kYes) return exit;
  exit = OpenCredentials(given.credentials, options, &source);
  if (exit != Exit::kYes) return exit;
  const bool names_only = source == nullptr;
  if (names_only) {
    source = std::make_shared<evaluator::MemorySource>(
        evaluator::CredentialsOfPolicy(*policy.loaded.policy));
    // Nobody is authenticated and nothing is called here: as in a policy's own tests.
    for (const auto& request : requests) request->FillRequired(now_ms);
  }
  std::shared_ptr<evaluator::SelectionState> state;
  if (given.state.empty()) {
    state = std::make_shared<evaluator::LocalState>();
  } else {
    const store::Result<std::shared_ptr<plugin_api::HostState>> shared = plugin_api::HostState::Open(given.state);
    if (!shared.ok()) return options.console().Error(shared.status()), Exit::kFile;
    state = *shared;
    if (names_only) {
      options.console().Note("without `--store` the credentials are only the policy's names, which hosts do not count by: name "
                             "their store and a tenant to see what they see");
    }
  }
  const Snapshot snapshot(policy.program, source, state.get(), {given.seed.value_or(0), 1});
  if (given.times) {
    return Split(*requests.front(), snapshot, now_ms, *given.times, options.console());
  }
  if (requests.size() > 1) return DecideEach(requests, snapshot, now_ms, options.console());
  return DecideOnce(*requests.front(), snapshot, now_ms, options.console());
}

Exit RunDecide(const Command& self, std::vector<std::string> arguments) {
  Arguments given;
  Options options(self);
  options.Arguments(&given.files, 1, 1, "a policy file", ValueKind::kPolicy);
  options.Texts("--set PATH=VALUE", &given.assignments, "an attribute of the request; repeatable");
  options.Text("--request FILE", &given.request, "requests as JSON, one object a line");
  AddCredentialOptions(&options, &given.credentials, true);
  options.Text("--at TIME", &given.at, "as if it were 2026-11-23T09:30Z");
  options.Text("--state DIR", &given.state, "on the counters that hosts share there (KEYRULE_STATE)");
  options.Number("--seed N", &given.seed, "of the random strategies; 0 unless given");
  options.Number("--times N", &given.times, "decide N times and print the split");
  if (const std::optional<Exit> done = options.Parse(arguments)) return *done;
  if (given.times && (*given.times == 0 || *given.times > kMostTimes)) {
    return options.Wrong("`--times` goes from 1 to 10000000");
  }
  if (given.times && !given.request.empty()) {
    return options.Wrong("`--times` repeats one request", "give it by `--set`, not by `--request`");
  }
  return Decide(given, options);
}

}  // namespace

const Command kDecide = {
    "decide", "FILE [options]", "answers requests: which credential, by which rule, and why",
    "  keyrule decide billing.keyrule --set app.id=invoices --set environment=production\n"
    "  keyrule decide billing.keyrule --set user.roles=[admin,ops] --set user.id=\n"
    "  keyrule decide billing.keyrule --store /var/lib/keyrule/store --request requests.jsonl\n"
    "  keyrule decide billing.keyrule --set app.id=invoices --times 400\n"
    "\n"
    "Without --store and --catalog the credentials are those that the policy names. One request is\n"
    "decided dry; several, or --times, one after the other on counters that begin empty, or on those of\n"
    "--state DIR, where hosts see what was taken.\n",
    RunDecide};

}  // namespace keyrule::command
