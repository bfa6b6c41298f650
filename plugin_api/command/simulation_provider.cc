#include "plugin_api/command/simulation_provider.h"

#include <algorithm>

namespace keyrule::command::simulation {
namespace {

using evaluator::Outcome;

// Retry-After is in whole seconds.
int64_t InSeconds(int64_t ms) { return (ms + 999) / 1000 * 1000; }

}  // namespace

void RateLimit::Advance(int64_t now_ms) {
  if (!bucket_) {
    const int64_t window = now_ms / kMinuteMs * kMinuteMs;
    if (window != since_ms_) used_ = 0;
    since_ms_ = window;
    return;
  }
  // Full is never more than a minute away.
  const int64_t passed = since_ms_ == INT64_MIN ? kMinuteMs : std::min(now_ms - since_ms_, kMinuteMs);
  used_ = std::max<int64_t>(used_ - passed * per_minute_, 0);
  since_ms_ = now_ms;
}

int64_t RateLimit::Wait(int64_t amount, int64_t now_ms) {
  if (per_minute_ == 0) return 0;
  Advance(now_ms);
  const int64_t over = used_ + amount * scale() - per_minute_ * scale();
  if (over <= 0) return 0;
  if (!bucket_) return since_ms_ + kMinuteMs - now_ms;
  return std::min((over + per_minute_ - 1) / per_minute_, kMinuteMs);
}

Providers::Providers(const Scenario& scenario) : scenario_(scenario) {
  for (const Account& account : scenario.accounts) {
    states_.push_back({RateLimit(account.requests_per_minute, account.token_bucket),
                       RateLimit(account.tokens_per_minute, account.token_bucket)});
  }
}

Answer Providers::Call(uint32_t credential, int64_t now_ms, int64_t tokens, int64_t duration_ms,
                       uint64_t draw) {
  const uint32_t index = scenario_.account_of[credential];
  const Account& account = scenario_.accounts[index];
  State& state = states_[index];
  Answer answer;
  answer.takes_ms = account.latency_ms + account.latency_per_call_ms * state.in_flight;
  ++state.in_flight;
  for (const Failure& failure : account.failures) {
    if (now_ms < failure.from_ms || now_ms >= failure.to_ms) continue;
    if (evaluator::Scale(draw, 100) >= failure.percent) continue;
    answer.outcome = failure.outcome;
    if (failure.outcome == Outcome::kTimedOut) answer.takes_ms = scenario_.timeout_ms;
    return answer;
  }
  if (account.credit_requests >= 0 && state.admitted >= account.credit_requests) {
    answer.outcome = Outcome::kOutOfCredit;
    return answer;
  }
  const int64_t wait = std::max(state.requests.Wait(1, now_ms), state.tokens.Wait(tokens, now_ms));
  if (wait > 0) {
    answer.outcome = Outcome::kRateLimited;
    if (account.retry_after) answer.retry_after_ms = InSeconds(wait);
    return answer;
  }
  state.requests.Take(1);
  state.tokens.Take(tokens);
  ++state.admitted;
  answer.takes_ms += duration_ms;
  if (answer.takes_ms > scenario_.timeout_ms) {  // the provider goes on and counts it; the caller has gone
    answer.outcome = Outcome::kTimedOut;
    answer.takes_ms = scenario_.timeout_ms;
  }
  answer.cost_micro_usd = static_cast<int64_t>(
      static_cast<evaluator::Wide>(tokens) * static_cast<uint64_t>(account.micro_usd_per_million_tokens) / 1'000'000);
  return answer;
}

}  // namespace keyrule::command::simulation
