#include "evaluator/analysis/box.h"

#include <algorithm>
#include <iterator>

namespace keyrule::analysis {
namespace {

template <typename Sides>
auto At(Sides& sides, uint32_t variable) {
  return std::lower_bound(sides.begin(), sides.end(), variable,
                          [](const Box::Side& side, uint32_t other) { return side.variable < other; });
}

}  // namespace

const ClassSet* Box::Find(uint32_t variable) const {
  const auto at = At(sides, variable);
  return at != sides.end() && at->variable == variable ? &at->set : nullptr;
}

bool Box::Narrow(uint32_t variable, const ClassSet& set) {
  const auto at = At(sides, variable);
  if (at != sides.end() && at->variable == variable) {
    at->set = at->set.And(set);
    return !at->set.empty();
  }
  sides.insert(at, {variable, set});
  return !set.empty();
}

void Box::Put(uint32_t variable, ClassSet set) {
  const auto at = At(sides, variable);
  if (at != sides.end() && at->variable == variable) {
    at->set = std::move(set);
  } else {
    sides.insert(at, {variable, std::move(set)});
  }
}

void Box::Remove(uint32_t variable) {
  const auto at = At(sides, variable);
  if (at != sides.end() && at->variable == variable) sides.erase(at);
}

bool Box::Has(const Point& point) const {
  return std::all_of(sides.begin(), sides.end(), [&](const Side& side) { return side.set.Has(point[side.variable]); });
}

void Box::AddReasons(const std::vector<uint32_t>& others) {
  if (others.empty()) return;
  if (reasons.empty() || reasons.back() < others.front()) {
    reasons.insert(reasons.end(), others.begin(), others.end());
    return;
  }
  std::vector<uint32_t> all;
  all.reserve(reasons.size() + others.size());
  std::set_union(reasons.begin(), reasons.end(), others.begin(), others.end(), std::back_inserter(all));
  reasons = std::move(all);
}

bool Lies(const Box& inner, const Box& outer) {
  auto mine = inner.sides.begin();
  for (const Box::Side& side : outer.sides) {
    while (mine != inner.sides.end() && mine->variable < side.variable) ++mine;
    if (mine == inner.sides.end() || mine->variable != side.variable || !side.set.Holds(mine->set)) return false;
  }
  return true;
}

}  // namespace keyrule::analysis
