#include "evaluator/formula.h"

namespace keyrule::evaluator {

Formulas::Formulas() : nodes_{{.kind = FormulaKind::kTrue}, {.kind = FormulaKind::kFalse}} {}

FormulaRef Formulas::OfLiteral(Literal literal) {
  const size_t place = 2 * size_t{literal.atom} + (literal.negated ? 1 : 0);
  if (place >= literals_.size()) literals_.resize(place + 1, 0);
  if (literals_[place] == 0) {
    literals_[place] = static_cast<FormulaRef>(nodes_.size());
    nodes_.push_back({.kind = FormulaKind::kLiteral, .literal = literal});
  }
  return literals_[place];
}

FormulaRef Formulas::Group(FormulaKind kind, std::span<const FormulaRef> terms) {
  if (terms.empty()) return kind == FormulaKind::kAll ? True() : False();
  if (terms.size() == 1) return terms.front();
  FormulaNode node{.kind = kind};
  node.first_term = static_cast<uint32_t>(terms_.size());
  node.term_count = static_cast<uint32_t>(terms.size());
  terms_.insert(terms_.end(), terms.begin(), terms.end());
  nodes_.push_back(node);
  return static_cast<FormulaRef>(nodes_.size() - 1);
}

namespace {

const std::vector<dsl::Condition>* TermsOf(const dsl::Condition& condition) {
  if (const auto* all = std::get_if<dsl::All>(&condition.node)) return &all->terms;
  if (const auto* any = std::get_if<dsl::Any>(&condition.node)) return &any->terms;
  const auto* negation = std::get_if<dsl::Not>(&condition.node);
  return negation != nullptr ? &negation->term : nullptr;
}

const dsl::Bare* NamedIn(const dsl::Condition& condition) {
  const auto* bare = std::get_if<dsl::Bare>(&condition.node);
  return bare != nullptr && bare->let != dsl::kUnresolved ? bare : nullptr;
}

void Intern(const dsl::Condition& condition, AtomBuilder* atoms, InternedConditions* out) {
  if (const std::vector<dsl::Condition>* terms = TermsOf(condition)) {
    for (const dsl::Condition& term : *terms) Intern(term, atoms, out);
  } else if (NamedIn(condition) == nullptr) {
    out->literals.emplace_back(&condition, atoms->Add(condition));
  }
}

}  // namespace

InternedConditions InternConditions(const dsl::Policy& policy, AtomBuilder* atoms) {
  InternedConditions out;
  for (const dsl::Let& let : policy.lets) {
    out.lets.push_back(out.literals.size());
    if (const auto* condition = std::get_if<dsl::Condition>(&let.value)) Intern(*condition, atoms, &out);
  }
  for (const dsl::Rule& rule : policy.rules) {
    out.rules.push_back(out.literals.size());
    if (rule.when) Intern(*rule.when, atoms, &out);
  }
  out.rules.push_back(out.literals.size());
  return out;
}

InternedConditions InternCondition(const dsl::Condition& condition, AtomBuilder* atoms) {
  InternedConditions out;
  Intern(condition, atoms, &out);
  return out;
}

Normaliser::Normaliser(const dsl::Policy& policy, const InternedConditions& conditions, Formulas* formulas)
    : policy_(policy), conditions_(conditions), formulas_(*formulas), lets_(2 * policy.lets.size()) {}

FormulaRef Normaliser::OfRule(size_t rule) {
  next_ = conditions_.rules[rule];
  const dsl::Rule& written = policy_.rules[rule];
  return written.when ? Add(*written.when, true) : formulas_.True();
}

// The depth of the recursion is bounded by the parser's limit on nesting, by parentheses and by name.
FormulaRef Normaliser::Add(const dsl::Condition& condition, bool truth) {
  if (const auto* negation = std::get_if<dsl::Not>(&condition.node)) return Add(negation->term.front(), !truth);
  if (const std::vector<dsl::Condition>* terms = TermsOf(condition)) {
    std::vector<FormulaRef> refs;
    refs.reserve(terms->size());
    for (const dsl::Condition& term : *terms) refs.push_back(Add(term, truth));
    const bool all = std::holds_alternative<dsl::All>(condition.node) == truth;
    return all ? formulas_.All(refs) : formulas_.Any(refs);
  }
  if (const dsl::Bare* bare = NamedIn(condition)) return AddLet(bare->let, truth);
  Literal literal = conditions_.literals[next_++].second;
  literal.negated = literal.negated == truth;
  return formulas_.OfLiteral(literal);
}

FormulaRef Normaliser::AddLet(uint32_t let, bool truth) {
  const size_t place = 2 * size_t{let} + (truth ? 1 : 0);
  if (!lets_[place]) {
    const size_t after = std::exchange(next_, conditions_.lets[let]);
    const FormulaRef formula = Add(std::get<dsl::Condition>(policy_.lets[let].value), truth);
    next_ = after;
    if (formulas_[formula].term_count > 0) formulas_.MarkNamed(formula);
    lets_[place] = formula;
  }
  return *lets_[place];
}

}  // namespace keyrule::evaluator
