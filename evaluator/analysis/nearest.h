// The smallest change of a request that makes a rule decide: exact, by attributes that have to change.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "evaluator/analysis/policy_model.h"
#include "evaluator/program.h"
#include "evaluator/request.h"

namespace keyrule::analysis {

struct NearestChange {
  enum class Answer {
    kFound,
    kNone,       // proved: no request at all reaches the rule
    kNotDecided  // given up after the budget of the model, or no readable value was found
  } answer = Answer::kNotDecided;
  // In the order of the schema; where `value` is nothing, the attribute is to be absent. A list is given whole.
  std::vector<Assignment> changes;
  std::optional<int64_t> clock_ms;  // the moment has to be another one, this one for example
};

// For one request at one moment, within two seconds, or until `end`. Borrows all of it; `program` is that of the model's policy, and has the last word: what it
// does not confirm is not said.
class NearestFinder {
 public:
  using Clock = std::chrono::steady_clock;
  NearestFinder(PolicyModel* model, const evaluator::Program& program, std::span<const evaluator::Value> values,
                int64_t now_ms, Clock::time_point end = Clock::now() + std::chrono::seconds(2));

  // As few attributes as possible; of as few, those that stand first in the schema, and the moment last. Of attributes for which
  // no readable values are found (a text between two patterns), more are tried.
  NearestChange Find(uint32_t rule);

 private:
  using Groups = std::vector<uint32_t>;  // sorted
  struct Attempt {
    Reached reached;
    Groups core;  // kNone: one of these has to change as well
  };

  // With these groups free, and the others as they are in the request.
  Attempt Try(std::span<const NodeRef> required, uint32_t rule, const Groups& free);
  NearestChange Show(const std::vector<NodeRef>& required, uint32_t rule, const Groups& free, Point point);
  Point Prefer(std::span<const NodeRef> required, uint32_t rule, const Groups& free, Point point);
  void KeepItems(Assignment* list) const;
  Box RegionOf(const Groups& free) const;
  Groups Others(const Groups& free) const;

  PolicyModel& model_;
  const evaluator::Program& program_;
  std::vector<evaluator::Value> values_;
  const int64_t now_ms_;
  Point point_;
  const Clock::time_point end_;  // then the rest is not decided
};

}  // namespace keyrule::analysis
