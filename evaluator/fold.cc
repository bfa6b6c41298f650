#include "evaluator/fold.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace keyrule::evaluator {
namespace {

bool IsNeutral(FormulaKind term, FormulaKind group) {
  return term == (group == FormulaKind::kAll ? FormulaKind::kTrue : FormulaKind::kFalse);
}

}  // namespace

Folder::Folder(const Atoms& atoms, const Formulas& from, Formulas* to) : atoms_(atoms), from_(from), to_(*to) {}

FormulaRef Folder::Fold(FormulaRef formula) {
  if (formula >= done_.size()) done_.resize(from_.size());
  if (!done_[formula]) {
    const FormulaNode& node = from_[formula];
    FormulaRef folded = formula;
    switch (node.kind) {
      case FormulaKind::kTrue: folded = to_.True(); break;
      case FormulaKind::kFalse: folded = to_.False(); break;
      case FormulaKind::kLiteral: {
        const std::optional<bool> constant = Constant(node.literal);
        folded = !constant ? to_.OfLiteral(node.literal) : *constant ? to_.True() : to_.False();
        break;
      }
      case FormulaKind::kAll:
      case FormulaKind::kAny: folded = FoldGroup(formula); break;
    }
    done_[formula] = folded;
  }
  return *done_[formula];
}

std::optional<bool> Folder::Constant(const Literal& literal) const {
  const Atom& atom = atoms_[literal.atom];
  const bool never = (atom.kind == TestKind::kTextIn && atoms_.text_set(atom.operand).size() == 0) ||
                     (atom.kind == TestKind::kNumberIn && atoms_.number_set(atom.operand).empty()) ||
                     (atom.kind == TestKind::kShare && atoms_.share(atom.operand).from >= atoms_.share(atom.operand).to);
  if (!never) return std::nullopt;
  return literal.negated;
}

FormulaRef Folder::FoldGroup(FormulaRef formula) {
  const FormulaKind kind = from_[formula].kind;
  const bool all = kind == FormulaKind::kAll;
  std::vector<FormulaRef> terms;
  for (FormulaRef term : from_.terms(formula)) AddTerm(Fold(term), kind, &terms);
  const FormulaRef lost = all ? to_.False() : to_.True();
  if (std::find(terms.begin(), terms.end(), lost) != terms.end() || Excluded(terms, all)) return lost;
  std::unordered_set<FormulaRef> seen;
  std::erase_if(terms, [&](FormulaRef term) { return !seen.insert(term).second; });
  const FormulaRef folded = all ? to_.All(terms) : to_.Any(terms);
  if (from_[formula].named && terms.size() > 1) to_.MarkNamed(folded);
  return folded;
}

// A group that has a name stays whole: it is looked at once, wherever it stands.
void Folder::AddTerm(FormulaRef folded, FormulaKind kind, std::vector<FormulaRef>* terms) const {
  const FormulaNode& node = to_[folded];
  if (IsNeutral(node.kind, kind)) return;
  if (node.kind != kind || node.named) return terms->push_back(folded);
  for (FormulaRef term : to_.terms(folded)) terms->push_back(term);
}

// Two terms that cannot both hold (`and`), or of which one always holds (`or`).
bool Folder::Excluded(std::span<const FormulaRef> terms, bool all) const {
  std::unordered_map<uint32_t, bool> negated;      // by atom
  std::unordered_map<uint32_t, uint32_t> equal_to;  // by slot: the one text it must equal
  for (FormulaRef term : terms) {
    if (to_[term].kind != FormulaKind::kLiteral) continue;
    const Literal& literal = to_[term].literal;
    const auto [known, is_new] = negated.try_emplace(literal.atom, literal.negated);
    if (!is_new && known->second != literal.negated) return true;
    const Atom& atom = atoms_[literal.atom];
    if (literal.negated == all || (atom.kind != TestKind::kTextEqual && atom.kind != TestKind::kNumberEqual)) continue;
    const auto [other, is_first] = equal_to.try_emplace(atom.slot, atom.operand);
    if (!is_first && other->second != atom.operand) return true;
  }
  return false;
}

uint32_t CostNs(const Atom& atom) {
  switch (atom.kind) {
    case TestKind::kPresent:
    case TestKind::kTrue:
    case TestKind::kNumberEqual:
    case TestKind::kNumberLess:
    case TestKind::kNumberLessEqual:
    case TestKind::kNumberGreater:
    case TestKind::kNumberGreaterEqual: return 1;
    case TestKind::kTextEqual: return 2;
    case TestKind::kStartsWith:
    case TestKind::kEndsWith: return 3;
    case TestKind::kNumberIn:
    case TestKind::kTextIn: return 8;
    case TestKind::kLike: return 10;
    case TestKind::kClock: return 15;
    case TestKind::kContains: return 20;
    case TestKind::kShare: return 20;
    case TestKind::kMatches: return 200;
    case TestKind::kNamed: break;
  }
  return 0;
}

Orderer::Orderer(const Atoms& atoms, const Formulas& from, Formulas* to) : atoms_(atoms), from_(from), to_(*to) {}

FormulaRef Orderer::Order(FormulaRef formula) {
  if (formula >= done_.size()) done_.resize(from_.size());
  if (done_[formula]) return *done_[formula];
  const FormulaNode& node = from_[formula];
  FormulaRef ordered = formula;
  uint32_t cost = 0;
  switch (node.kind) {
    case FormulaKind::kTrue: ordered = to_.True(); break;
    case FormulaKind::kFalse: ordered = to_.False(); break;
    case FormulaKind::kLiteral:
      ordered = to_.OfLiteral(node.literal);
      cost = CostNs(atoms_[node.literal.atom]);
      break;
    case FormulaKind::kAll:
    case FormulaKind::kAny: {
      std::vector<FormulaRef> terms;
      for (FormulaRef term : from_.terms(formula)) terms.push_back(Order(term));
      std::stable_sort(terms.begin(), terms.end(),
                       [this](FormulaRef a, FormulaRef b) { return costs_[a] < costs_[b]; });
      for (FormulaRef term : terms) cost = std::min(cost + costs_[term], uint32_t{1'000'000});
      ordered = node.kind == FormulaKind::kAll ? to_.All(terms) : to_.Any(terms);
      if (node.named) to_.MarkNamed(ordered);
      break;
    }
  }
  if (ordered >= costs_.size()) costs_.resize(to_.size(), 0);
  costs_[ordered] = cost;
  done_[formula] = ordered;
  return ordered;
}

uint32_t Orderer::CostNsOf(FormulaRef ordered) const {
  constexpr uint64_t kMost = 1'000'000;
  uint64_t cost = 0;
  std::unordered_set<FormulaRef> named;
  std::vector<FormulaRef> open = {ordered};
  while (!open.empty() && cost < kMost) {
    const FormulaRef at = open.back();
    open.pop_back();
    const FormulaNode& node = to_[at];
    if (node.named && !named.insert(at).second) continue;
    if (node.kind == FormulaKind::kLiteral) cost += CostNs(atoms_[node.literal.atom]);
    for (const FormulaRef term : to_.terms(at)) open.push_back(term);
  }
  return static_cast<uint32_t>(std::min(cost, kMost));
}

}  // namespace keyrule::evaluator
