// Keyrule itself in a simulation: the evaluator that hosts embed, on state in this process. Nothing of it is modelled again.
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "evaluator/local_state.h"
#include "evaluator/snapshot.h"
#include "plugin_api/command/simulation_balancer.h"

namespace keyrule::command::simulation {

class KeyruleBalancer final : public Balancer {
 public:
  // The scenario is borrowed.
  explicit KeyruleBalancer(Scenario* scenario);

  std::string_view name() const override { return "keyrule"; }
  Step Begin(uint32_t slot, const Arrival& arrival, int64_t now_ms) override;
  Step Resume(uint32_t slot, int64_t now_ms) override;
  Step Ended(uint32_t slot, const Arrival& arrival, const Answer& answer, int64_t now_ms) override;

 private:
  // Of one request: its last decision, and room for the one that follows it.
  struct Slot {
    evaluator::Decision last;
    evaluator::Decision spare;
    int64_t called_ms = 0;
  };

  Step Next(Slot* slot, int64_t now_ms);
  Step Follow(Slot* slot, int64_t now_ms);
  void CountRests(const evaluator::Decision& decision);
  uint32_t IndexOf(const evaluator::Credential& credential);

  Scenario& scenario_;
  evaluator::LocalState state_;
  evaluator::Snapshot snapshot_;
  std::vector<std::unique_ptr<Slot>> slots_;
  // A snapshot has a credential once for each tenant that may spend it.
  std::unordered_map<const evaluator::Credential*, uint32_t> indexes_;
  std::vector<bool> cooling_;  // as the last decision that looked at it saw it
};

}  // namespace keyrule::command::simulation
