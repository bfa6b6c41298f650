// A region of points: for some variables a set of classes each, for the others all.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "evaluator/analysis/class_set.h"
#include "evaluator/analysis/variable.h"

namespace keyrule::analysis {

struct Box {
  struct Side {
    uint32_t variable = 0;
    ClassSet set;
  };
  std::vector<Side> sides;        // by variable
  std::vector<uint32_t> reasons;  // sorted: the rules that it rests on
  bool pure = true;               // only rules and what is impossible went into it

  const ClassSet* Find(uint32_t variable) const;  // null: all
  // Leaves only what lies in the set too; false if nothing does.
  bool Narrow(uint32_t variable, const ClassSet& set);
  void Put(uint32_t variable, ClassSet set);  // in place of what there is; all of `size` classes takes the side away
  void Remove(uint32_t variable);
  bool Has(const Point& point) const;
  void AddReasons(const std::vector<uint32_t>& others);
};

// Whether all of `inner` lies in `outer`.
bool Lies(const Box& inner, const Box& outer);

}  // namespace keyrule::analysis
