#include "evaluator/health.h"

#include <algorithm>

namespace keyrule::evaluator {
namespace {

constexpr int64_t kSecond = 1000;
constexpr int64_t kMinute = 60 * kSecond;
constexpr int64_t kHour = 60 * kMinute;
// A probe whose outcome is never reported does not hold a credential for ever.
constexpr int64_t kProbeTimeout = 10 * kMinute;
constexpr int64_t kSlowStartStep = 10 * kSecond;

Rest DefaultRest(Outcome outcome) noexcept {
  switch (outcome) {
    case Outcome::kRateLimited: return {1, 30 * kSecond, 10 * kMinute, false};
    case Outcome::kUnauthorized: return {1, 10 * kMinute, 24 * kHour, true};
    case Outcome::kOutOfCredit: return {1, kHour, 24 * kHour, true};
    case Outcome::kTimedOut:
    case Outcome::kServerError: return {3, 20 * kSecond, 5 * kMinute, true};
    case Outcome::kNone:
    case Outcome::kOk:
    case Outcome::kCallerError: break;
  }
  return {0, 0, 0, false};
}

Outcome OutcomeOf(dsl::Outcome outcome) noexcept {
  return static_cast<Outcome>(static_cast<uint8_t>(outcome) + 1);  // the same order, after kNone
}

// Without overflow whatever the memory of others holds.
int64_t Elapsed(int64_t since, int64_t now_ms) noexcept {
  return static_cast<int64_t>(static_cast<uint64_t>(now_ms) - static_cast<uint64_t>(since));
}

// A step is for ten seconds without failure: those that were gained stay, and the one that runs begins anew.
void HoldStep(RestState* state, int64_t now_ms) noexcept {
  int64_t since = state->recovered_at.load(std::memory_order_relaxed);
  if (since == 0) return;
  const int64_t steps = std::max<int64_t>(Elapsed(since, now_ms), 0) / kSlowStartStep;
  if (steps >= 4) return;  // at full weight already
  state->recovered_at.compare_exchange_strong(since, now_ms - steps * kSlowStartStep, std::memory_order_relaxed);
}

}  // namespace

bool Resting(const RestState& state, int64_t now_ms, int64_t* until_ms) noexcept {
  const int64_t until = state.rests_until.load(std::memory_order_relaxed);
  if (now_ms < until) {
    *until_ms = until;
    return true;
  }
  *until_ms = 0;
  if (state.needs_probe.load(std::memory_order_relaxed) == 0) return false;
  const int64_t probe = state.probe_since.load(std::memory_order_relaxed);
  return probe != 0 && Elapsed(probe, now_ms) < kProbeTimeout;
}

bool ClaimProbe(RestState* state, int64_t now_ms) noexcept {
  int64_t since = state->probe_since.load(std::memory_order_relaxed);
  if (since != 0 && Elapsed(since, now_ms) < kProbeTimeout) return false;
  return state->probe_since.compare_exchange_strong(since, now_ms, std::memory_order_relaxed);
}

uint32_t SlowStartFifths(const RestState& state, int64_t now_ms) noexcept {
  const int64_t since = state.recovered_at.load(std::memory_order_relaxed);
  if (since == 0) return 5;
  const int64_t steps = std::max<int64_t>(Elapsed(since, now_ms), 0) / kSlowStartStep;
  return static_cast<uint32_t>(std::min<int64_t>(steps + 1, 5));
}

void RestUntil(RestState* state, int64_t until_ms) noexcept {
  std::atomic<int64_t>& end = state->rests_until;
  int64_t seen = end.load(std::memory_order_relaxed);
  while (seen < until_ms &&
         !end.compare_exchange_weak(seen, until_ms, std::memory_order_relaxed)) {
  }
}

bool IsFailure(const Report& report) noexcept {
  if (report.outcome == Outcome::kTimedOut && report.callers_timeout) return false;
  return DefaultRest(report.outcome).count != 0;
}

Rest RestAfter(Outcome outcome, std::span<const dsl::Cooling> coolings) noexcept {
  Rest rest = DefaultRest(outcome);
  for (const dsl::Cooling& cooling : coolings) {
    if (OutcomeOf(cooling.outcome) != outcome) continue;
    rest.count = cooling.count;
    rest.first_ms = cooling.first.ms;
    rest.most_ms = cooling.most.ms;
  }
  return rest;
}

void CountOutcome(RestState* state, const Report& report, bool probe,
                  std::span<const dsl::Cooling> coolings, int64_t now_ms) noexcept {
  if (report.outcome == Outcome::kOk) {
    // Not a store for nothing: all threads that spend a sound key would meet at its line.
    if (state->failures.load(std::memory_order_relaxed) != 0) state->failures.store(0, std::memory_order_relaxed);
    if (probe) {
      state->recovered_at.store(now_ms, std::memory_order_relaxed);
      state->needs_probe.store(0, std::memory_order_relaxed);
      state->probe_since.store(0, std::memory_order_relaxed);
    }
    return;
  }
  if (!IsFailure(report)) {
    // The caller's own mistake or deadline says nothing of the key; the next call is the probe.
    if (probe) GiveUpProbe(state);
    return;
  }
  const Rest rest = RestAfter(report.outcome, coolings);
  const uint32_t failures = state->failures.fetch_add(1, std::memory_order_relaxed) + 1;
  HoldStep(state, now_ms);
  if (failures >= rest.count || probe) {
    const uint32_t doublings = failures > rest.count ? std::min(failures - rest.count, 40u) : 0;
    int64_t length = rest.first_ms;
    for (uint32_t i = 0; i < doublings && length < rest.most_ms; ++i) length *= 2;
    length = std::min(length, rest.most_ms);
    if (report.retry_after_ms > 0) length = std::clamp(report.retry_after_ms, kSecond, 24 * kHour);
    RestUntil(state, now_ms + length);
    if (rest.probe) state->needs_probe.store(1, std::memory_order_relaxed);
  }
  if (probe) GiveUpProbe(state);
}

}  // namespace keyrule::evaluator
