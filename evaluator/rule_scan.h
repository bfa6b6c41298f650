// In place of an index where there are few rules: each is tried in turn, and most are passed over by one comparison.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "evaluator/code.h"
#include "evaluator/hash.h"
#include "evaluator/match_scratch.h"
#include "evaluator/request.h"

namespace keyrule::evaluator {

class RuleScan {
 public:
  // `entries`: by rule, where its condition begins in `code`.
  RuleScan() = default;
  RuleScan(const Code& code, const std::vector<Jump>& entries);

  // The first rule for which `test(rule)` is true, or `rules_.size()`. Texts that several rules compare with are hashed once.
  template <typename Test>
  uint32_t Find(std::span<const Value> values, ScanScratch* scratch, const Test& test) const {
    scratch->marks.resize(slots_.size() + 1);
    uint64_t* const marks = scratch->marks.data();
    marks[0] = kAlways;
    for (size_t i = 0; i < slots_.size(); ++i) {
      const Value& value = values[slots_[i]];
      marks[i + 1] = value.kind() == ValueKind::kText ? MarkOf(value.text()) : kNever;
    }
    const Rule* const end = rules_.data() + rules_.size();
    for (const Rule* rule = rules_.data(); rule != end; ++rule) {
      if (marks[rule->place] != rule->mark) [[likely]] continue;
      const auto number = static_cast<uint32_t>(rule - rules_.data());
      if (test(number)) return number;
    }
    return static_cast<uint32_t>(rules_.size());
  }

 private:
  static constexpr uint64_t kNever = 0;   // what no rule has
  static constexpr uint64_t kAlways = 1;  // of rules that begin with another test
  // Only rules that hold must be found: that others have the same mark makes no difference.
  static uint64_t MarkOf(std::string_view text) noexcept { return QuickHash(text) | uint64_t{1} << 63; }

  // By what text its condition begins.
  struct Rule {
    uint64_t mark = kAlways;
    uint32_t place = 0;  // in slots_, plus 1; 0: nowhere
  };

  std::vector<Rule> rules_;
  std::vector<uint32_t> slots_;  // whose texts are compared
};

}  // namespace keyrule::evaluator
