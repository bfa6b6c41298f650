// Conditions as the compiler works on them: negations stand at atoms alone, names of conditions are resolved, and what is
// named stands once however often it is used.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "dsl/policy.h"
#include "evaluator/atoms.h"

namespace keyrule::evaluator {

// Index of a node.
using FormulaRef = uint32_t;

enum class FormulaKind : uint8_t { kTrue, kFalse, kLiteral, kAll, kAny };

struct FormulaNode {
  FormulaKind kind = FormulaKind::kTrue;
  bool named = false;      // it has a name in the policy: it may stand in many places
  Literal literal;         // kLiteral
  uint32_t first_term = 0; // kAll, kAny: two terms at least
  uint32_t term_count = 0;
};

// An acyclic graph of nodes, each made after its terms.
class Formulas {
 public:
  Formulas();

  FormulaRef True() const { return 0; }
  FormulaRef False() const { return 1; }
  FormulaRef OfLiteral(Literal literal);
  // Of no terms: true (All), false (Any). Of one: the term itself.
  FormulaRef All(std::span<const FormulaRef> terms) { return Group(FormulaKind::kAll, terms); }
  FormulaRef Any(std::span<const FormulaRef> terms) { return Group(FormulaKind::kAny, terms); }
  void MarkNamed(FormulaRef formula) { nodes_[formula].named = true; }

  const FormulaNode& operator[](FormulaRef formula) const { return nodes_[formula]; }
  std::span<const FormulaRef> terms(FormulaRef formula) const {
    const FormulaNode& node = nodes_[formula];
    return std::span(terms_).subspan(node.first_term, node.term_count);
  }
  size_t size() const { return nodes_.size(); }

 private:
  FormulaRef Group(FormulaKind kind, std::span<const FormulaRef> terms);

  std::vector<FormulaNode> nodes_;
  std::vector<FormulaRef> terms_;
  std::vector<FormulaRef> literals_;  // by atom · 2 + negated; 0: not made
};

// The conditions of a policy that are no groups, in the order in which they are written: of each `let`, then of each rule.
struct InternedConditions {
  std::vector<std::pair<const dsl::Condition*, Literal>> literals;
  std::vector<size_t> lets;   // by let: where its own begin
  std::vector<size_t> rules;  // by rule, and one more
};

// The pass `intern`: each attribute's slot and each constant once.
InternedConditions InternConditions(const dsl::Policy& policy, AtomBuilder* atoms);
InternedConditions InternCondition(const dsl::Condition& condition, AtomBuilder* atoms);

// The pass `normalise`: from the policy's conditions to formulas.
class Normaliser {
 public:
  // Borrows all of them.
  Normaliser(const dsl::Policy& policy, const InternedConditions& conditions, Formulas* formulas);
  FormulaRef OfRule(size_t rule);
  // Of a condition that names no other; `conditions` hold what is in it and nothing else.
  FormulaRef OfAlone(const dsl::Condition& condition) { return Add(condition, true); }

 private:
  // What `condition` is when its truth is `truth`.
  FormulaRef Add(const dsl::Condition& condition, bool truth);
  FormulaRef AddLet(uint32_t let, bool truth);

  const dsl::Policy& policy_;
  const InternedConditions& conditions_;
  Formulas& formulas_;
  size_t next_ = 0;                              // of conditions_.literals
  std::vector<std::optional<FormulaRef>> lets_;  // by let · 2 + truth
};

}  // namespace keyrule::evaluator
