// A model of LiteLLM's router as it is without settings, for comparison. Behaviour only; no code of it is here. Read:
//
//   BerriAI/litellm, litellm/router.py, commit f292d1ae7d83f2bc07c80c10d1a61bf63cb087bd:
//     async_function_with_retries, should_retry_this_error, _time_to_sleep_before_retry, deployment_callback_on_failure
//   litellm/router_utils/cooldown_handlers.py, commit 1fa201c73311632f2204e3056a9b8702b07548fe: _is_cooldown_required,
//     _should_cooldown_deployment (its minimum of five requests came later: constants.py below)
//   litellm/router_strategy/simple_shuffle.py, commit 1116dd59d993c64d2c111fc0dcb9943ace1f767d
//   litellm/constants.py, commit 000db7e8c24232379697f5dc30ab954ef4d10ea4: 5 s, 0.5, 5 requests, 1,000 requests
//   litellm/caching/in_memory_cache.py, commit 0002b538c1c3a47233c41ae1eab7131d8b371828: a count lasts 60 s from its first,
//     and an entry that is set again keeps its end
// Not read at its place: litellm/utils.py, _calculate_retry_after (the pauses below) and _should_retry (408, 409, 429, 5xx),
// which are known from quotations, and the two retries, which are the OpenAI client's own default.
//
// What it does: picks at random among the deployments that are not in cooldown, evenly, or by the first of weight, rpm, tpm
// that the first of them has. 429 rests a deployment for Retry-After or 5 s, 401 likewise; 5xx and 408 when more than half
// of at least five calls of its minute failed; 402 and other 4xx never. A failed call is retried at once, twice, with
// another pick, while some deployment is not in cooldown; if none is, the first error is the user's, and one behind it waits
// 0.5 s, then 1 s (or Retry-After up to 60 s), and up to 0.75 s more. One deployment alone rests only for 401, or when 1,000
// calls of a minute all failed. Who finds every deployment in cooldown is refused; nothing waits for one.
//
// Left out: Redis and its delays (all in one process), fallbacks to other models, callers' priorities, and the moment
// between an error and the cooldown that it sets. Weight, rpm and tpm are the catalog's `weight` and `limits` per minute.
#pragma once

#include <vector>

#include "plugin_api/command/simulation_balancer.h"

namespace keyrule::command::simulation {

class LitellmBalancer final : public Balancer {
 public:
  explicit LitellmBalancer(const Scenario& scenario);

  std::string_view name() const override { return "litellm"; }
  Step Begin(uint32_t slot, const Arrival& arrival, int64_t now_ms) override;
  Step Resume(uint32_t slot, int64_t now_ms) override;
  Step Ended(uint32_t slot, const Arrival& arrival, const Answer& answer, int64_t now_ms) override;

 private:
  // A number that is forgotten 60 s after it was begun.
  class MinuteCount {
   public:
    void Add(int64_t now_ms);
    int64_t At(int64_t now_ms) const { return now_ms <= ends_ms_ ? count_ : 0; }

   private:
    int64_t count_ = 0;
    int64_t ends_ms_ = -1;
  };
  struct Deployment {
    uint32_t credential = 0;
    int64_t weights[3] = {0, 0, 0};  // weight, rpm, tpm; 0: not given
    int64_t rests_until = 0;
    MinuteCount successes;
    MinuteCount failures;
  };
  using Deployments = std::vector<Deployment>;
  struct Slot {
    uint32_t group = 0;
    uint32_t place = 0;            // of its last pick
    uint32_t attempts = 0;         // after the first
    bool failed = false;           // its first attempt did
    int64_t retry_after_ms = 0;    // of its first error
  };

  Step Pick(Slot* slot, int64_t now_ms);
  Step Retry(Slot* slot, int64_t now_ms);
  Step Sleep(const Slot& slot, uint32_t doublings, int64_t now_ms);
  void CountFailure(Deployments* deployments, uint32_t place, const Answer& answer, int64_t now_ms);

  const Scenario& scenario_;
  std::vector<Deployments> groups_;  // beside Scenario::groups
  std::vector<Slot> slots_;
  std::vector<uint32_t> healthy_;  // scratch
  uint64_t draws_ = 0;
};

}  // namespace keyrule::command::simulation
