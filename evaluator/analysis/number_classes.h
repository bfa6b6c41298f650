// The classes of an attribute that is a number (an int, or a timestamp in milliseconds): intervals between the numbers that
// conditions compare with.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "evaluator/analysis/class_set.h"
#include "evaluator/atoms.h"

namespace keyrule::analysis {

class NumberClasses {
 public:
  // `narrow`: intervals of fewer numbers than this are one class a number, for tests that look at the number itself.
  NumberClasses(const evaluator::Atoms& atoms, const std::vector<uint32_t>& tests, bool has_absent, int64_t narrow);

  uint32_t size() const { return static_cast<uint32_t>(begins_.size()) + (has_absent_ ? 1 : 0); }
  ClassSet Holding(const evaluator::Atom& atom) const;
  uint32_t ClassOf(int64_t number) const;
  bool IsAbsent(uint32_t id) const { return has_absent_ && id == 0; }
  // Of one number alone.
  bool IsSingle(uint32_t id) const { return First(id) == Last(id); }
  int64_t First(uint32_t id) const { return begins_[id - (has_absent_ ? 1 : 0)]; }
  int64_t Last(uint32_t id) const;
  // Numbers of a class, those nearest to what is written first, until `take` returns true.
  bool Offer(uint32_t id, uint64_t most, const std::function<bool(int64_t)>& take) const;

 private:
  const evaluator::Atoms& atoms_;
  const bool has_absent_;
  std::vector<int64_t> begins_;  // sorted; the first is the least number there is
};

}  // namespace keyrule::analysis
