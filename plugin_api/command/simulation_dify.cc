#include "plugin_api/command/simulation_dify.h"

namespace keyrule::command::simulation {
namespace {

using evaluator::Outcome;

constexpr int64_t kRateLimitedRest = 60'000;
constexpr int64_t kAuthorizationOrConnectionRest = 10'000;
constexpr int64_t kCounterForgets = 3'600'000;
constexpr int64_t kCounterEnd = 10'000'000;
constexpr int64_t kRunEnds = 1'200'000;

// 0: the error goes to the user.
int64_t RestOf(Outcome outcome) {
  switch (outcome) {
    case Outcome::kRateLimited: return kRateLimitedRest;
    case Outcome::kUnauthorized:
    case Outcome::kTimedOut: return kAuthorizationOrConnectionRest;
    default: return 0;
  }
}

}  // namespace

DifyBalancer::DifyBalancer(const Scenario& scenario)
    : Balancer(scenario.credentials.size()), scenario_(scenario), turns_(scenario.groups.size()) {
  for (size_t i = 0; i < turns_.size(); ++i) {
    turns_[i].rests_until.resize(scenario.groups[i].credentials.size(), 0);
  }
}

Step DifyBalancer::Begin(uint32_t slot, const Arrival& arrival, int64_t now_ms) {
  if (slots_.size() <= slot) slots_.resize(slot + 1);
  slots_[slot].began_ms = now_ms;
  const uint32_t group = scenario_.traffic[arrival.traffic].group;
  const std::vector<uint32_t>& credentials = scenario_.groups[group].credentials;
  if (credentials.size() > 1) return Fetch(slot, group, now_ms);
  ++decisions_;
  if (credentials.empty()) return {};
  return {.kind = Step::Kind::kCall, .credential = credentials.front()};
}

Step DifyBalancer::Ended(uint32_t slot, const Arrival& arrival, const Answer& answer, int64_t now_ms) {
  const uint32_t group = scenario_.traffic[arrival.traffic].group;
  const std::vector<uint32_t>& credentials = scenario_.groups[group].credentials;
  const int64_t rest = RestOf(answer.outcome);
  if (rest == 0 || credentials.size() == 1) return {};
  int64_t& rests_until = turns_[group].rests_until[slots_[slot].place];
  if (rests_until <= now_ms) ++rests_[credentials[slots_[slot].place]];
  rests_until = now_ms + rest;  // set anew: it may move earlier
  if (now_ms - slots_[slot].began_ms >= kRunEnds) return {};
  return Fetch(slot, group, now_ms);
}

Step DifyBalancer::Fetch(uint32_t slot, uint32_t group, int64_t now_ms) {
  ++decisions_;
  Turns& turns = turns_[group];
  const std::vector<uint32_t>& credentials = scenario_.groups[group].credentials;
  const auto count = static_cast<int64_t>(credentials.size());
  for (size_t visits = 0; visits < credentials.size(); ++visits) {
    if (now_ms >= turns.forgets_ms) turns.counter = 0;
    turns.forgets_ms = now_ms + kCounterForgets;
    if (++turns.counter >= kCounterEnd) turns.counter = 1;
    const auto place = static_cast<uint32_t>((turns.counter + count - 1) % count);
    if (turns.rests_until[place] > now_ms) continue;
    slots_[slot].place = place;
    return {.kind = Step::Kind::kCall, .credential = credentials[place]};
  }
  return {};
}

}  // namespace keyrule::command::simulation
