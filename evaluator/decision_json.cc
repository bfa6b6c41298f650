#include "evaluator/decision_json.h"

#include <cstdio>
#include <nlohmann/json.hpp>

namespace keyrule::evaluator {
namespace {

using Json = nlohmann::ordered_json;

Json TextOrNull(std::string_view text) { return text.empty() ? Json() : Json(text); }

Json CredentialJson(const Decision& decision) {
  if (decision.verdict != Verdict::kUse || decision.credential == nullptr) return nullptr;
  const Credential& credential = *decision.credential;
  Json json;
  json["id"] = credential.id;
  json["name"] = credential.name;
  json["provider"] = credential.provider;
  json["version"] = credential.version;
  return json;
}

Json CandidateJson(const Candidate& candidate) {
  const bool skipped = candidate.why != Skip::kNone;
  Json json;
  json["name"] = candidate.name;
  json["arm"] = candidate.arm;
  json["tier"] = candidate.tier;
  json["weight"] = candidate.weight;
  json["state"] = candidate.taken ? "taken" : skipped ? "skipped" : "eligible";
  json["why"] = TextOrNull(ToString(candidate.why));
  json["until"] = skipped && candidate.until_ms != 0 ? Json(FormatTime(candidate.until_ms)) : Json();
  return json;
}

std::string_view ScopeWord(StateScope scope) {
  switch (scope) {
    case StateScope::kProcess: return "process";
    case StateScope::kHost: return "host";
    case StateScope::kFleet: return "fleet";
  }
  return {};
}

StateScope ScopeOf(const Decision& decision, const SelectionState& state) {
  const CredentialState* const credential = decision.credential_state;
  const bool alone = decision.alone || (credential != nullptr && !state.Shares(credential));
  return alone ? StateScope::kProcess : state.scope(decision.at_ms);
}

}  // namespace

std::string DecisionJson(const Decision& decision, const Snapshot& snapshot) {
  const Program& program = snapshot.program();
  // A refusal for a fault of our own may have come before any rule was looked at.
  const bool decided = decision.reason != Reason::kInternal && decision.rule < program.rules.size();
  Json json;
  json["format"] = 1;
  const std::array<char, 26> id = decision.Id();
  json["id"] = std::string_view(id.data(), id.size());
  json["verdict"] = ToString(decision.verdict);
  json["credential"] = CredentialJson(decision);
  json["rule"] = decided ? Json(program.rules[decision.rule].name) : Json();
  json["arm"] = decision.arm != 0 ? Json(decision.arm) : Json();
  json["pool"] = decision.pool < program.policy->pools.size()
                     ? Json(program.policy->pools[decision.pool].name.text)
                     : Json();
  json["strategy"] = TextOrNull(decision.strategy);
  json["reason"] = TextOrNull(ToString(decision.reason));
  json["message"] = TextOrNull(decision.message);
  json["retry_after_ms"] = decision.retry_after_ms != 0 ? Json(decision.retry_after_ms) : Json();
  json["tags"] = Json::object();
  for (const TagValue& tag : decision.tags) json["tags"][std::string(tag.name)] = tag.value;
  json["candidates"] = Json::array();
  for (const Candidate& candidate : decision.candidates) {
    json["candidates"].push_back(CandidateJson(candidate));
  }
  json["attempt"] = decision.attempt;
  json["dry"] = decision.dry;
  json["tenant"] = TextOrNull(decision.tenant);
  json["provider"] = decision.values.empty()
                         ? Json()
                         : TextOrNull(program.Kept(program.provider_slot, decision.values).text());
  json["at"] = FormatTime(decision.at_ms);
  json["policy"]["revision"] = program.policy->revision;
  json["policy"]["edition"] = 1;
  json["snapshot"] = snapshot.options().number;
  json["scope"] = ScopeWord(ScopeOf(decision, snapshot.state()));
  // Requests may carry bytes that are not UTF-8; they must not keep a decision from being written down.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string FormatTime(int64_t unix_ms) {
  constexpr int64_t kDay = 86'400'000;
  int64_t days = unix_ms / kDay;
  int64_t rest = unix_ms % kDay;
  if (rest < 0) {
    rest += kDay;
    --days;
  }
  // The civil date of a day number, after H. Hinnant.
  days += 719'468;
  const int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  const int64_t day_of_era = days - era * 146'097;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t shifted = (5 * day_of_year + 2) / 153;  // months since march
  const int64_t day = day_of_year - (153 * shifted + 2) / 5 + 1;
  const int64_t month = shifted < 10 ? shifted + 3 : shifted - 9;
  const int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  char text[64];
  std::snprintf(text, sizeof text, "%04lld-%02lld-%02lldT%02lld:%02lld:%02lld.%03lldZ",
                static_cast<long long>(year), static_cast<long long>(month),
                static_cast<long long>(day), static_cast<long long>(rest / 3'600'000),
                static_cast<long long>(rest / 60'000 % 60),
                static_cast<long long>(rest / 1'000 % 60), static_cast<long long>(rest % 1'000));
  return text;
}

}  // namespace keyrule::evaluator
