#include "evaluator/analysis/number_classes.h"

#include <algorithm>
#include <limits>

namespace keyrule::analysis {
namespace {

using evaluator::TestKind;

constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
constexpr int64_t kMost = std::numeric_limits<int64_t>::max();

}  // namespace

NumberClasses::NumberClasses(const evaluator::Atoms& atoms, const std::vector<uint32_t>& tests, bool has_absent,
                             int64_t narrow)
    : atoms_(atoms), has_absent_(has_absent) {
  std::vector<int64_t> begins = {kLeast};
  const auto cut_before = [&](int64_t number) { begins.push_back(number); };
  const auto cut_after = [&](int64_t number) {
    if (number != kMost) begins.push_back(number + 1);
  };
  for (const uint32_t test : tests) {
    const evaluator::Atom& atom = atoms_[test];
    switch (atom.kind) {
      case TestKind::kNumberLess:
      case TestKind::kNumberGreaterEqual: cut_before(atoms_.number(atom.operand)); break;
      case TestKind::kNumberLessEqual:
      case TestKind::kNumberGreater: cut_after(atoms_.number(atom.operand)); break;
      case TestKind::kNumberEqual:
        cut_before(atoms_.number(atom.operand));
        cut_after(atoms_.number(atom.operand));
        break;
      case TestKind::kNumberIn:
        for (const int64_t number : atoms_.number_set(atom.operand)) {
          cut_before(number);
          cut_after(number);
        }
        break;
      default: break;
    }
  }
  std::sort(begins.begin(), begins.end());
  begins.erase(std::unique(begins.begin(), begins.end()), begins.end());
  for (size_t i = 0; i < begins.size(); ++i) {
    begins_.push_back(begins[i]);
    const int64_t last = i + 1 < begins.size() ? begins[i + 1] - 1 : kMost;
    if (begins[i] < last - narrow && begins[i] + narrow > begins[i]) continue;
    if (begins[i] == kLeast || last == kMost) continue;
    for (int64_t number = begins[i] + 1; narrow > 0 && number <= last; ++number) begins_.push_back(number);
  }
}

int64_t NumberClasses::Last(uint32_t id) const {
  const size_t next = id - (has_absent_ ? 1 : 0) + 1;
  return next < begins_.size() ? begins_[next] - 1 : kMost;
}

uint32_t NumberClasses::ClassOf(int64_t number) const {
  const auto after = std::upper_bound(begins_.begin(), begins_.end(), number);
  return static_cast<uint32_t>(after - begins_.begin()) - 1 + (has_absent_ ? 1 : 0);
}

ClassSet NumberClasses::Holding(const evaluator::Atom& atom) const {
  const uint32_t low = has_absent_ ? 1 : 0;
  const uint32_t high = size() - 1;
  if (atom.kind == TestKind::kPresent) return ClassSet::Between(low, high);
  if (atom.kind == TestKind::kNumberIn) {
    std::vector<uint32_t> ids;
    for (const int64_t number : atoms_.number_set(atom.operand)) ids.push_back(ClassOf(number));
    return ClassSet::Of(std::move(ids));
  }
  const int64_t number = atoms_.number(atom.operand);
  const uint32_t at = ClassOf(number);
  const auto between = [](uint32_t first, uint32_t last) {
    return first > last ? ClassSet() : ClassSet::Between(first, last);
  };
  switch (atom.kind) {
    case TestKind::kNumberEqual: return ClassSet::One(at);
    case TestKind::kNumberLess: return at == low ? ClassSet() : between(low, at - 1);
    case TestKind::kNumberLessEqual: return between(low, at);
    case TestKind::kNumberGreater: return number == kMost ? ClassSet() : between(ClassOf(number + 1), high);
    default: return between(at, high);  // kNumberGreaterEqual
  }
}

bool NumberClasses::Offer(uint32_t id, uint64_t most, const std::function<bool(int64_t)>& take) const {
  if (IsAbsent(id)) return false;
  const int64_t first = First(id);
  const int64_t last = Last(id);
  // The whole line: zero reads best. Open to one side: from the end that is written.
  if (first == kLeast && last == kMost) {
    for (uint64_t i = 0; i < most; ++i) {
      if (take(static_cast<int64_t>(i))) return true;
    }
    return false;
  }
  const bool up = first != kLeast;
  for (uint64_t i = 0; i < most; ++i) {
    const int64_t number = up ? first + static_cast<int64_t>(i) : last - static_cast<int64_t>(i);
    if (take(number)) return true;
    if (number == (up ? last : first)) return false;
  }
  return false;
}

}  // namespace keyrule::analysis
