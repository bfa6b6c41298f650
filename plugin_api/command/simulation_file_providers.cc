// The part of a scenario file that says how providers behave.
#include <array>
#include <vector>

#include "dsl/suggest.h"
#include "plugin_api/command/simulation_file.h"

namespace keyrule::command::simulation {
namespace {

using evaluator::Outcome;
using store::JsonNode;
using Kind = JsonNode::Kind;

constexpr int64_t kMostPerMinute = 1'000'000'000;
constexpr std::string_view kProviderNames[] = {
    "credit_requests", "failures",    "latency",           "latency_per_call",       "names",
    "requests_per_minute", "retry_after", "tokens_per_minute", "usd_per_million_tokens", "window"};
constexpr std::string_view kFailureNames[] = {"from", "outcome", "percent", "to"};
constexpr std::array<std::string_view, 2> kWindows = {"minute", "bucket"};
// The words of policies, in the order of `kOutcomes`.
constexpr std::array<std::string_view, 6> kOutcomeWords = {"server_error", "timed_out",     "unauthorized",
                                                           "out_of_credit", "rate_limited", "caller_error"};
constexpr std::array<Outcome, 6> kOutcomes = {Outcome::kServerError, Outcome::kTimedOut,    Outcome::kUnauthorized,
                                              Outcome::kOutOfCredit, Outcome::kRateLimited, Outcome::kCallerError};

}  // namespace

void ScenarioFile::ReadProvider(const JsonNode& node, const std::string& pointer, Scenario* scenario) {
  if (!fields_->Is(node, Kind::kObject, pointer, "write { … }")) return;
  fields_->Names(node, pointer, kProviderNames);
  Account account;
  account.requests_per_minute = fields_->Integer(node, pointer, "requests_per_minute", 1, kMostPerMinute, 0);
  account.tokens_per_minute = fields_->Integer(node, pointer, "tokens_per_minute", 1, kMostPerMinute, 0);
  account.token_bucket = fields_->Word(node, pointer, "window", kWindows) == 1;
  account.retry_after = fields_->Truth(node, pointer, "retry_after", true);
  account.latency_ms = fields_->Duration(node, pointer, "latency", 0);
  account.latency_per_call_ms = fields_->Duration(node, pointer, "latency_per_call", 0);
  account.credit_requests = fields_->Integer(node, pointer, "credit_requests", 0, INT64_MAX, -1);
  account.micro_usd_per_million_tokens = fields_->MicroUsd(node, pointer, "usd_per_million_tokens");
  size_t i = 0;
  for (const JsonNode& failure : fields_->Items(node, pointer, "failures")) {
    account.failures.push_back(ReadFailure(failure, pointer + "/failures/" + std::to_string(i++), *scenario));
  }
  scenario->accounts.push_back(std::move(account));
  const auto index = static_cast<uint32_t>(scenario->accounts.size() - 1);
  if (fields_->Required(node, pointer, "names") == nullptr) return;
  i = 0;
  for (const JsonNode& name : fields_->Items(node, pointer, "names")) {
    Assign(name, pointer + "/names/" + std::to_string(i++), index, scenario);
  }
}

Failure ScenarioFile::ReadFailure(const JsonNode& node, const std::string& pointer, const Scenario& scenario) {
  Failure failure;
  if (!fields_->Is(node, Kind::kObject, pointer, "write {\"outcome\": \"server_error\", \"from\": \"8h\"}")) return failure;
  fields_->Names(node, pointer, kFailureNames);
  if (fields_->Required(node, pointer, "outcome") != nullptr) {
    failure.outcome = kOutcomes[fields_->Word(node, pointer, "outcome", kOutcomeWords)];
  }
  failure.from_ms = scenario.start_ms + fields_->Duration(node, pointer, "from", 0);
  if (node.Find("to") != nullptr) failure.to_ms = scenario.start_ms + fields_->Duration(node, pointer, "to", 0);
  if (failure.to_ms <= failure.from_ms) {
    fields_->Error(node.begin, pointer, "this ends before it begins", "write a `to` that is later than `from`");
  }
  failure.percent = static_cast<uint32_t>(fields_->Integer(node, pointer, "percent", 1, 100, 100));
  return failure;
}

// Every credential of this name, or else the one with this id.
void ScenarioFile::Assign(const JsonNode& node, const std::string& pointer, uint32_t account, Scenario* scenario) {
  if (!fields_->Is(node, Kind::kString, pointer, "put it in quotes")) return;
  bool known = false;
  bool twice = false;
  const auto assign = [&](size_t i) {
    known = true;
    twice = twice || scenario->account_of[i] != 0;
    scenario->account_of[i] = account;
  };
  for (size_t i = 0; i < scenario->credentials.size(); ++i) {
    if (scenario->credentials[i].name == node.text) assign(i);
  }
  for (size_t i = 0; !known && i < scenario->credentials.size(); ++i) {
    if (scenario->credentials[i].id == node.text) assign(i);
  }
  if (!known) {
    std::vector<std::string_view> names;
    for (const evaluator::Credential& credential : scenario->credentials) names.push_back(credential.name);
    fields_->Error(node.begin, pointer, "no traffic may spend a credential of this name",
                   dsl::Suggest(node.text, names, "credentials", "add `credentials`, or name them in the policy"));
  } else if (twice) {
    fields_->Error(node.begin, pointer, "this credential has a provider already", "name each once");
  }
}

}  // namespace keyrule::command::simulation
