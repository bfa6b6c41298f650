// A model of Dify's own load balancer, for comparison. Behaviour only; no code of it is here. Read:
//
//   langgenius/dify, api/core/model_manager.py, commit 02abf950e120b6f091b635eaa671a31698d693dc:
//     LBModelManager.fetch_next, cooldown, in_cooldown; ModelInstance._round_robin_invoke, _get_load_balancing_manager
//   langgenius/dify-official-plugins, models/openai/models/common_openai.py, commit 1d2c4afd1197e863b060328f2369ad399562ca8a:
//     which error of the provider becomes which error of Dify
//   langgenius/dify, api/configs/feature/__init__.py, commit 0052eea61ddd066db2cad9083d36342fd79c4055:
//     WORKFLOW_MAX_EXECUTION_TIME, 1,200 s by default
//
// What it does: a counter for each workspace, provider, model type and model goes one on with each pick, and forgets itself
// an hour after the last one; its rest by the number of credentials is the pick. A pick that is in cooldown is passed over;
// after as many visits to such picks as there are credentials (not: to as many credentials) it gives up. 429 rests the
// credential for 60 s, 401 and connection errors (time-outs among them) for 10 s, and the request goes on with the next
// pick, as often as there is one; every other error, 5xx and 402 too, goes to the user at once. Retry-After is not read.
// With one credential nothing is balanced and nothing rests.
//
// Left out: token counting and other calls that move the counter on beside the paid one (they make the turns uneven); the
// one retry of the provider's client library (which doubles 429s); errors behind the first byte of a stream, which rest
// nothing; races of several processes between two picks; weights, which it does not have. A run ends after 1,200 s.
#pragma once

#include <vector>

#include "plugin_api/command/simulation_balancer.h"

namespace keyrule::command::simulation {

class DifyBalancer final : public Balancer {
 public:
  explicit DifyBalancer(const Scenario& scenario);

  std::string_view name() const override { return "dify"; }
  Step Begin(uint32_t slot, const Arrival& arrival, int64_t now_ms) override;
  Step Resume(uint32_t, int64_t) override { return {}; }  // it never waits
  Step Ended(uint32_t slot, const Arrival& arrival, const Answer& answer, int64_t now_ms) override;

 private:
  struct Turns {
    int64_t counter = 0;
    int64_t forgets_ms = 0;
    std::vector<int64_t> rests_until;  // beside the group's credentials
  };
  struct Slot {
    int64_t began_ms = 0;
    uint32_t place = 0;  // of its last pick
  };

  Step Fetch(uint32_t slot, uint32_t group, int64_t now_ms);

  const Scenario& scenario_;
  std::vector<Turns> turns_;  // beside Scenario::groups
  std::vector<Slot> slots_;
};

}  // namespace keyrule::command::simulation
