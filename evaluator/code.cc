#include "evaluator/code.h"

#include <algorithm>

namespace keyrule::evaluator {
namespace {

// A named condition of more tests than this stands once in the code; smaller ones are written out where they are named.
// So the code grows with the text, however conditions name each other.
constexpr size_t kMostWrittenOut = 8;

}  // namespace

bool Code::AtomHolds(const dsl::Condition& atom, std::span<const Value> values, int64_t now_ms) const {
  const auto by_address = [](const auto& one, const auto& other) { return one.first < other.first; };
  std::call_once(literals_sorted_, [&] { std::sort(literals_.begin(), literals_.end(), by_address); });
  const std::pair<const dsl::Condition*, Literal> wanted{&atom, {}};
  const auto found = std::lower_bound(literals_.begin(), literals_.end(), wanted, by_address);
  if (found == literals_.end() || found->first != &atom) return false;
  const Atom& test = atoms[found->second.atom];
  return atoms.Holds(test, values[test.slot], now_ms) != found->second.negated;
}

void CodeEmitter::Finish(std::vector<std::pair<const dsl::Condition*, Literal>> literals) {
  code_.literals_ = std::move(literals);
}

// How many tests a formula is written as; a little more than the most is enough to know.
size_t CodeEmitter::Weigh(FormulaRef formula) {
  if (formula >= weights_.size()) weights_.resize(formulas_.size(), 0);
  if (weights_[formula] == 0) {
    size_t tests = 0;
    for (FormulaRef term : formulas_.terms(formula)) {
      const size_t weight = Weigh(term);
      tests += formulas_[term].named && weight > kMostWrittenOut ? 1 : weight;
      if (tests > kMostWrittenOut) break;
    }
    weights_[formula] = static_cast<uint32_t>(std::max<size_t>(tests, 1));
  }
  return weights_[formula];
}

Jump CodeEmitter::EmitNamed(FormulaRef formula, Jump yes, Jump no) {
  if (formula >= named_.size()) named_.resize(formulas_.size(), 0);
  if (named_[formula] == 0) {
    Jump begin = kJumpTrue;
    const FormulaNode& node = formulas_[formula];
    const auto terms = formulas_.terms(formula);
    begin = node.kind == FormulaKind::kAll ? kJumpTrue : kJumpFalse;
    for (auto term = terms.rbegin(); term != terms.rend(); ++term) {
      begin = node.kind == FormulaKind::kAll ? Emit(*term, begin, kJumpFalse) : Emit(*term, kJumpTrue, begin);
    }
    code_.named_.push_back(begin);
    named_[formula] = static_cast<uint32_t>(code_.named_.size());
  }
  code_.tests_.push_back({TestKind::kNamed, 0, named_[formula] - 1, yes, no});
  return static_cast<Jump>(code_.tests_.size() - 1);
}

// Tests are emitted last to first, so that each knows where its successors start; the depth of the recursion is bounded by
// the parser's limit on nesting, by parentheses and by name.
Jump CodeEmitter::Emit(FormulaRef formula, Jump yes, Jump no) {
  const FormulaNode& node = formulas_[formula];
  switch (node.kind) {
    case FormulaKind::kTrue: return yes;
    case FormulaKind::kFalse: return no;
    case FormulaKind::kLiteral: {
      const Atom& atom = code_.atoms[node.literal.atom];
      code_.tests_.push_back({atom.kind, atom.slot, atom.operand, node.literal.negated ? no : yes,
                              node.literal.negated ? yes : no});
      return static_cast<Jump>(code_.tests_.size() - 1);
    }
    case FormulaKind::kAll:
    case FormulaKind::kAny: break;
  }
  if (node.named && Weigh(formula) > kMostWrittenOut) return EmitNamed(formula, yes, no);
  const bool all = node.kind == FormulaKind::kAll;
  const auto terms = formulas_.terms(formula);
  Jump entry = all ? yes : no;
  for (auto term = terms.rbegin(); term != terms.rend(); ++term) {
    entry = all ? Emit(*term, entry, no) : Emit(*term, yes, entry);
  }
  return entry;
}

}  // namespace keyrule::evaluator
