// What a run of in-file tests has met of a policy: rules, arms, and each atom of a condition both
// ways (dsl/LANGUAGE.md, "Coverage").
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "dsl/diagnostic.h"
#include "evaluator/decision.h"
#include "evaluator/program.h"

namespace keyrule::evaluator {

struct CoverageItem {
  enum class Kind : uint8_t { kRule, kArm, kTrue, kFalse };
  Kind kind = Kind::kRule;
  dsl::Span span;      // where it is written
  std::string what;    // "arm 2 of rule `billing`"
  uint64_t count = 0;  // how often it was met
  uint32_t rule = 0;   // that it belongs to; of a named condition's atoms the first that uses it
  uint32_t arm = 0;    // kArm: from 1
  const dsl::Condition* atom = nullptr;  // kTrue, kFalse
};

// KR0704 for one that was never met.
dsl::Diagnostic NotCovered(const CoverageItem& item);

// Of one policy, its imports included. Not thread-safe.
class Coverage {
 public:
  explicit Coverage(std::shared_ptr<const Program> program);

  // A call, with the values that the rules have seen. Conditions are read in the order written, up
  // to the rule that decides: an atom behind one that has settled the matter is not met.
  void CountCall(std::span<const Value> values, const Decision& decision);
  // A `next`, which matches nothing again.
  void CountArm(const Decision& decision);

  // Rule by rule; the atoms of a named condition where the first rule uses it.
  const std::vector<CoverageItem>& items() const { return items_; }

 private:
  void AddRule(const dsl::Rule& rule, const std::string& name, const dsl::Span& span);
  void AddAtoms(const dsl::Condition& condition, uint32_t rule);
  bool Meet(const dsl::Condition& condition, std::span<const Value> values, int64_t now_ms);

  std::shared_ptr<const Program> program_;
  std::vector<CoverageItem> items_;
  struct RulePlace {
    size_t rule;  // its item; those of its arms follow
    size_t arms;
  };
  std::vector<RulePlace> rules_;
  std::unordered_map<const dsl::Condition*, size_t> atoms_;  // kTrue; kFalse follows
  std::vector<bool> lets_added_;
  std::vector<uint8_t> lets_;  // in the present call: 0 not met, 1 false, 2 true
};

}  // namespace keyrule::evaluator
