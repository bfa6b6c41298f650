#include "evaluator/analysis/class_set.h"

#include <algorithm>

namespace keyrule::analysis {

ClassSet ClassSet::Between(uint32_t first, uint32_t last) {
  ClassSet set;
  set.runs_.push_back({first, last});
  return set;
}

ClassSet ClassSet::Of(std::vector<uint32_t> ids) {
  std::sort(ids.begin(), ids.end());
  ClassSet set;
  for (const uint32_t id : ids) set.Append({id, id});
  return set;
}

void ClassSet::Append(Run run) {
  if (!runs_.empty() && run.first <= runs_.back().last + 1) {
    runs_.back().last = std::max(runs_.back().last, run.last);
  } else {
    runs_.push_back(run);
  }
}

bool ClassSet::Has(uint32_t id) const {
  const auto after = std::upper_bound(runs_.begin(), runs_.end(), id,
                                      [](uint32_t value, const Run& run) { return value < run.first; });
  return after != runs_.begin() && id <= (after - 1)->last;
}

bool ClassSet::Holds(const ClassSet& other) const {
  auto mine = runs_.begin();
  for (const Run& run : other.runs_) {
    while (mine != runs_.end() && mine->last < run.first) ++mine;
    if (mine == runs_.end() || mine->first > run.first || mine->last < run.last) return false;
  }
  return true;
}

bool ClassSet::Meets(const ClassSet& other) const {
  auto a = runs_.begin();
  auto b = other.runs_.begin();
  while (a != runs_.end() && b != other.runs_.end()) {
    if (a->last < b->first) {
      ++a;
    } else if (b->last < a->first) {
      ++b;
    } else {
      return true;
    }
  }
  return false;
}

uint64_t ClassSet::count() const {
  uint64_t count = 0;
  for (const Run& run : runs_) count += uint64_t{run.last} - run.first + 1;
  return count;
}

ClassSet ClassSet::And(const ClassSet& other) const {
  ClassSet both;
  auto a = runs_.begin();
  auto b = other.runs_.begin();
  while (a != runs_.end() && b != other.runs_.end()) {
    const uint32_t first = std::max(a->first, b->first);
    const uint32_t last = std::min(a->last, b->last);
    if (first <= last) both.runs_.push_back({first, last});
    if (a->last < b->last) {
      ++a;
    } else {
      ++b;
    }
  }
  return both;
}

ClassSet ClassSet::Or(const ClassSet& other) const {
  ClassSet either;
  auto a = runs_.begin();
  auto b = other.runs_.begin();
  while (a != runs_.end() || b != other.runs_.end()) {
    const bool mine = b == other.runs_.end() || (a != runs_.end() && a->first <= b->first);
    either.Append(mine ? *a++ : *b++);
  }
  return either;
}

ClassSet ClassSet::Minus(const ClassSet& other) const {
  ClassSet left;
  auto b = other.runs_.begin();
  for (const Run& run : runs_) {
    uint64_t from = run.first;  // wide: one behind the last class there can be
    while (b != other.runs_.end() && b->last < from) ++b;
    for (auto hole = b; hole != other.runs_.end() && hole->first <= run.last; ++hole) {
      if (hole->first > from) left.runs_.push_back({static_cast<uint32_t>(from), hole->first - 1});
      from = uint64_t{hole->last} + 1;
    }
    if (from <= run.last) left.runs_.push_back({static_cast<uint32_t>(from), run.last});
  }
  return left;
}

}  // namespace keyrule::analysis
