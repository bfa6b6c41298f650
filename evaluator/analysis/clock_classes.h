// Moments as the clock tests of a policy can tell them apart.
#pragma once

#include <cstdint>
#include <vector>

#include "dsl/ast.h"
#include "evaluator/analysis/class_set.h"
#include "evaluator/clock_test.h"

namespace keyrule::analysis {

// All times of day, weekdays and dates of all zones together: moments for which all tests have the same truth are one
// class. Exact from the beginning of the year before the first date that is written (or 2026) for 40 years, with the zone
// data of this machine: each day of another kind (its weekday, its zones' offsets and their changes, where it lies among
// the dates written) is cut at every bound of every test.
class ClockClasses {
 public:
  // Borrows the tests.
  explicit ClockClasses(const std::vector<const dsl::ClockTest*>& tests);

  uint32_t size() const { return static_cast<uint32_t>(witnesses_.size()); }
  uint32_t ClassOf(int64_t unix_ms) const;  // size() for a moment like none in the horizon
  // The earliest moment of a class, from the day on on which tests begin.
  int64_t Witness(uint32_t id) const { return witnesses_[id]; }
  // For which the test holds, as written but for `not in`.
  const ClassSet& Holding(size_t test) const { return holding_[kind_of_[test]]; }

 private:
  std::vector<bool> Truth(int64_t unix_ms) const;

  evaluator::ZoneCache zones_;
  std::vector<evaluator::ClockCheck> kinds_;  // equal tests once
  std::vector<size_t> kind_of_;               // by test
  std::vector<std::vector<bool>> truths_;     // by class, sorted; by kind
  std::vector<int64_t> witnesses_;            // by class
  std::vector<ClassSet> holding_;             // by kind
};

}  // namespace keyrule::analysis
