// The providers of a simulation: what becomes of a call that is made with a credential at a moment.
#pragma once

#include <cstdint>
#include <vector>

#include "plugin_api/command/simulation.h"

namespace keyrule::command::simulation {

struct Answer {
  evaluator::Outcome outcome = evaluator::Outcome::kOk;
  int64_t takes_ms = 0;
  int64_t retry_after_ms = 0;  // 0: not said
  int64_t cost_micro_usd = 0;
};

// What an account admits within a minute: a fixed window of the clock's, or a bucket that refills all the time.
class RateLimit {
 public:
  RateLimit(int64_t per_minute, bool bucket) : per_minute_(per_minute), bucket_(bucket) {}

  // 0: it fits. Otherwise in how many milliseconds it will, or would if it were not more than the limit.
  int64_t Wait(int64_t amount, int64_t now_ms);
  // What fits is taken.
  void Take(int64_t amount) {
    if (per_minute_ != 0) used_ += amount * scale();
  }

 private:
  // A bucket is counted in 1/60,000 of a request, which is what comes back in a millisecond for each request per minute.
  int64_t scale() const { return bucket_ ? kMinuteMs : 1; }
  void Advance(int64_t now_ms);

  const int64_t per_minute_;  // 0: no limit
  const bool bucket_;
  int64_t used_ = 0;
  int64_t since_ms_ = INT64_MIN;  // the window's begin; the bucket's last refill
};

class Providers {
 public:
  explicit Providers(const Scenario& scenario);

  // A call with a credential. `draw` decides failures that hit only some calls.
  Answer Call(uint32_t credential, int64_t now_ms, int64_t tokens, int64_t duration_ms, uint64_t draw);
  // A call of the credential's is over.
  void End(uint32_t credential) { --states_[scenario_.account_of[credential]].in_flight; }

 private:
  struct State {
    RateLimit requests;
    RateLimit tokens;
    int64_t admitted = 0;
    int64_t in_flight = 0;
  };

  const Scenario& scenario_;
  std::vector<State> states_;  // beside Scenario::accounts
};

}  // namespace keyrule::command::simulation
