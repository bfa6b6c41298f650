#include "plugin_api/command/simulation_keyrule.h"

#include <algorithm>
#include <utility>

namespace keyrule::command::simulation {
namespace {

using evaluator::Candidate;
using evaluator::Decision;
using evaluator::Outcome;
using evaluator::Skip;
using evaluator::Snapshot;
using evaluator::Value;
using evaluator::Verdict;

// Beside those of the trace (simulation_trace.cc), which are few.
constexpr uint64_t kVariedStream = uint64_t{1} << 32;

}  // namespace

KeyruleBalancer::KeyruleBalancer(Scenario* scenario)
    : Balancer(scenario->credentials.size()),
      scenario_(*scenario),
      snapshot_(scenario->program, scenario->source, &state_, {.seed = scenario->seed}),
      cooling_(scenario->credentials.size(), false) {}

Step KeyruleBalancer::Begin(uint32_t slot, const Arrival& arrival, int64_t now_ms) {
  while (slots_.size() <= slot) slots_.push_back(std::make_unique<Slot>());
  Slot& mine = *slots_[slot];
  Traffic& traffic = scenario_.traffic[arrival.traffic];
  if (traffic.tokens_slot != UINT32_MAX) traffic.values.Set(traffic.tokens_slot, Value::Integer(arrival.tokens));
  for (size_t i = 0; i < traffic.varied.size(); ++i) {
    const Varied& varied = traffic.varied[i];
    const uint64_t hash = Draw(scenario_.seed, kVariedStream + arrival.traffic * 64 + i, arrival.number);
    traffic.values.Set(varied.slot, Value::Text(varied.texts[evaluator::Scale(hash, varied.texts.size())]));
  }
  snapshot_.Decide(evaluator::Request(traffic.tenant, traffic.values), now_ms, &mine.last);
  return Follow(&mine, now_ms);
}

Step KeyruleBalancer::Resume(uint32_t slot, int64_t now_ms) { return Next(slots_[slot].get(), now_ms); }

Step KeyruleBalancer::Ended(uint32_t slot, const Arrival& arrival, const Answer& answer, int64_t now_ms) {
  Slot& mine = *slots_[slot];
  const bool ok = answer.outcome == Outcome::kOk;
  snapshot_.ReportOutcome(&mine.last,
                          {.outcome = answer.outcome,
                           .retry_after_ms = answer.retry_after_ms,
                           .latency_ms = now_ms - mine.called_ms,
                           .tokens = ok ? arrival.tokens : 0,
                           .cost_micro_usd = ok ? answer.cost_micro_usd : 0},
                          now_ms);
  if (ok || answer.outcome == Outcome::kCallerError) return {};  // no other credential would do better
  return Next(&mine, now_ms);
}

Step KeyruleBalancer::Next(Slot* slot, int64_t now_ms) {
  if (!Snapshot::CanNext(slot->last)) return {};
  snapshot_.Next(slot->last, now_ms, &slot->spare);
  std::swap(slot->last, slot->spare);
  return Follow(slot, now_ms);
}

Step KeyruleBalancer::Follow(Slot* slot, int64_t now_ms) {
  const Decision& decision = slot->last;
  ++decisions_;
  CountRests(decision);
  switch (decision.verdict) {
    case Verdict::kUse:
      slot->called_ms = now_ms;
      return {.kind = Step::Kind::kCall, .credential = IndexOf(*decision.credential)};
    case Verdict::kWait:
      // Time goes on in any case, whatever moment was named.
      return {.kind = Step::Kind::kWait, .until_ms = now_ms + std::max<int64_t>(decision.retry_after_ms, 1)};
    case Verdict::kHost: return {.kind = Step::Kind::kHost};
    case Verdict::kDeny: break;
  }
  return {};
}

// A rest counts from the first decision that passes a credential over for it to the first that does not.
void KeyruleBalancer::CountRests(const Decision& decision) {
  for (const Candidate& candidate : decision.candidates) {
    if (candidate.credential == nullptr) continue;
    if (candidate.why != Skip::kCooling && candidate.why != Skip::kNone) continue;
    const uint32_t index = IndexOf(*candidate.credential);
    const bool cooling = candidate.why == Skip::kCooling;
    if (cooling && !cooling_[index]) ++rests_[index];
    cooling_[index] = cooling;
  }
}

uint32_t KeyruleBalancer::IndexOf(const evaluator::Credential& credential) {
  const auto [at, added] = indexes_.try_emplace(&credential, 0);
  if (added) {
    const auto found = std::find_if(
        scenario_.credentials.begin(), scenario_.credentials.end(), [&](const evaluator::Credential& one) {
          return one.id == credential.id && one.provider == credential.provider && one.tenant == credential.tenant;
        });
    at->second = static_cast<uint32_t>(found - scenario_.credentials.begin());
  }
  return at->second;
}

}  // namespace keyrule::command::simulation
