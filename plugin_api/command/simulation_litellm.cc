#include "plugin_api/command/simulation_litellm.h"

#include <algorithm>

namespace keyrule::command::simulation {
namespace {

using evaluator::Outcome;

constexpr uint32_t kRetries = 2;
constexpr int64_t kRest = 5'000;
constexpr int64_t kLeastRequests = 5;            // before half of them failing counts
constexpr int64_t kReasonableTraffic = 1'000;    // before all of them failing counts for one deployment alone
constexpr int64_t kMinuteCountLasts = 60'000;
constexpr int64_t kFirstBackOff = 500;
constexpr int64_t kLongestBackOff = 8'000;
constexpr int64_t kLongestRetryAfter = 60'000;
constexpr uint64_t kJitter = 750;
constexpr uint64_t kDrawStream = uint64_t{1} << 40;  // no other part of a simulation draws from it

int64_t PerMinute(const evaluator::Credential& credential, std::string_view unit) {
  for (const evaluator::CredentialLimit& limit : credential.limits) {
    if (limit.unit == unit && limit.period == "minute") return static_cast<int64_t>(limit.amount);
  }
  return 0;
}

// Whether another try with the same deployment may do better: its status is 408, 409, 429 or 5xx.
bool IsTransient(Outcome outcome) {
  return outcome == Outcome::kRateLimited || outcome == Outcome::kTimedOut || outcome == Outcome::kServerError;
}

}  // namespace

void LitellmBalancer::MinuteCount::Add(int64_t now_ms) {
  if (now_ms > ends_ms_) {
    count_ = 0;
    ends_ms_ = now_ms + kMinuteCountLasts;
  }
  ++count_;
}

LitellmBalancer::LitellmBalancer(const Scenario& scenario)
    : Balancer(scenario.credentials.size()), scenario_(scenario) {
  for (const Group& group : scenario.groups) {
    Deployments& deployments = groups_.emplace_back();
    for (uint32_t index : group.credentials) {
      const evaluator::Credential& credential = scenario.credentials[index];
      Deployment& deployment = deployments.emplace_back();
      deployment.credential = index;
      deployment.weights[0] = credential.weight;
      deployment.weights[1] = PerMinute(credential, "requests");
      deployment.weights[2] = PerMinute(credential, "tokens");
    }
  }
}

Step LitellmBalancer::Begin(uint32_t slot, const Arrival& arrival, int64_t now_ms) {
  if (slots_.size() <= slot) slots_.resize(slot + 1);
  slots_[slot] = {};
  slots_[slot].group = scenario_.traffic[arrival.traffic].group;
  return Pick(&slots_[slot], now_ms);  // with no healthy one it is refused at once
}

Step LitellmBalancer::Resume(uint32_t slot, int64_t now_ms) { return Retry(&slots_[slot], now_ms); }

Step LitellmBalancer::Ended(uint32_t slot, const Arrival&, const Answer& answer, int64_t now_ms) {
  Slot& mine = slots_[slot];
  Deployments& deployments = groups_[mine.group];
  if (answer.outcome == Outcome::kOk) {
    deployments[mine.place].successes.Add(now_ms);
    return {};
  }
  CountFailure(&deployments, mine.place, answer, now_ms);
  if (!mine.failed) {
    mine.failed = true;
    mine.retry_after_ms = answer.retry_after_ms;
    const bool alone = deployments.size() == 1;
    const bool any_healthy = std::any_of(deployments.begin(), deployments.end(),
                                         [&](const Deployment& one) { return one.rests_until <= now_ms; });
    if (!any_healthy || (alone && answer.outcome == Outcome::kUnauthorized)) return {};
    if (alone) return Sleep(mine, 0, now_ms);
    return Retry(&mine, now_ms);
  }
  return Sleep(mine, mine.attempts - 1, now_ms);
}

// The next attempt behind the first. One that finds no deployment is an attempt too.
Step LitellmBalancer::Retry(Slot* slot, int64_t now_ms) {
  if (slot->attempts == kRetries) return {};
  ++slot->attempts;
  const Step step = Pick(slot, now_ms);
  return step.kind == Step::Kind::kCall ? step : Sleep(*slot, slot->attempts - 1, now_ms);
}

// Between two attempts, and behind the last one as well. At once while there is another healthy deployment.
Step LitellmBalancer::Sleep(const Slot& slot, uint32_t doublings, int64_t now_ms) {
  const Deployments& deployments = groups_[slot.group];
  int64_t sleep_ms = 0;
  const bool any_healthy = std::any_of(deployments.begin(), deployments.end(),
                                       [&](const Deployment& one) { return one.rests_until <= now_ms; });
  if (deployments.size() == 1 || !any_healthy) {
    const bool told = slot.retry_after_ms > 0 && slot.retry_after_ms <= kLongestRetryAfter;
    sleep_ms = told ? slot.retry_after_ms : std::min(kFirstBackOff << doublings, kLongestBackOff);
    sleep_ms += static_cast<int64_t>(evaluator::Scale(Draw(scenario_.seed, kDrawStream, draws_++), kJitter));
  }
  return {.kind = Step::Kind::kWait, .until_ms = now_ms + sleep_ms};
}

Step LitellmBalancer::Pick(Slot* slot, int64_t now_ms) {
  ++decisions_;
  const Deployments& deployments = groups_[slot->group];
  healthy_.clear();
  for (uint32_t i = 0; i < deployments.size(); ++i) {
    if (deployments[i].rests_until <= now_ms) healthy_.push_back(i);
  }
  if (healthy_.empty()) return {};
  const uint64_t hash = Draw(scenario_.seed, kDrawStream, draws_++);
  const auto& first = deployments[healthy_.front()].weights;
  const auto kind = static_cast<size_t>(
      std::find_if(std::begin(first), std::end(first), [](int64_t weight) { return weight != 0; }) - std::begin(first));
  if (kind == std::size(first)) {
    slot->place = healthy_[evaluator::Scale(hash, healthy_.size())];
  } else {
    int64_t total = 0;
    for (uint32_t i : healthy_) total += deployments[i].weights[kind];
    auto drawn = static_cast<int64_t>(evaluator::Scale(hash, static_cast<uint64_t>(total)));
    for (uint32_t i : healthy_) {
      slot->place = i;
      drawn -= deployments[i].weights[kind];
      if (drawn < 0) break;
    }
  }
  return {.kind = Step::Kind::kCall, .credential = deployments[slot->place].credential};
}

void LitellmBalancer::CountFailure(Deployments* deployments, uint32_t place, const Answer& answer, int64_t now_ms) {
  Deployment& deployment = (*deployments)[place];
  deployment.failures.Add(now_ms);
  if (answer.outcome == Outcome::kOutOfCredit || answer.outcome == Outcome::kCallerError) return;
  const bool alone = deployments->size() == 1;
  const int64_t failures = deployment.failures.At(now_ms);
  const int64_t requests = failures + deployment.successes.At(now_ms);
  const bool rests = (answer.outcome == Outcome::kRateLimited && !alone) ||
                     (failures == requests && requests >= kReasonableTraffic) ||
                     (2 * failures > requests && requests >= kLeastRequests && !alone) || !IsTransient(answer.outcome);
  if (!rests || deployment.rests_until > now_ms) return;  // a cooldown that runs keeps its end
  ++rests_[deployment.credential];
  deployment.rests_until = now_ms + (answer.retry_after_ms > 0 ? answer.retry_after_ms : kRest);
}

}  // namespace keyrule::command::simulation
