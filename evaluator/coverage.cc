#include "evaluator/coverage.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "dsl/wording.h"
#include "evaluator/condition_walk.h"
#include "evaluator/typeset.h"

namespace keyrule::evaluator {
namespace {

using dsl::Cat;
using dsl::Condition;
using dsl::Tick;
using Kind = CoverageItem::Kind;

constexpr size_t kWidestShownAtom = 80;
constexpr std::string_view kDefault = "default";

const dsl::Bare* NamedCondition(const Condition& condition) {
  const auto* bare = std::get_if<dsl::Bare>(&condition.node);
  return bare == nullptr || bare->let == dsl::kUnresolved ? nullptr : bare;
}

std::string_view HelpFor(Kind kind) {
  switch (kind) {
    case Kind::kRule: return "add a test with a request that it decides";
    case Kind::kArm: return "add a test in which it answers";
    case Kind::kTrue: return "add a test that reaches it with a request for which it is true";
    case Kind::kFalse: return "add a test that reaches it with a request for which it is false";
  }
  return {};
}

}  // namespace

dsl::Diagnostic NotCovered(const CoverageItem& item) {
  dsl::Diagnostic diagnostic;
  diagnostic.code = dsl::Code::KR0704;
  diagnostic.severity = dsl::DefaultSeverity(diagnostic.code);
  diagnostic.message = item.what + " is not covered by a test";
  diagnostic.help = HelpFor(item.kind);
  diagnostic.span = item.span;
  return diagnostic;
}

Coverage::Coverage(std::shared_ptr<const Program> program)
    : program_(std::move(program)), lets_added_(program_->policy->lets.size(), false) {
  const dsl::Policy& policy = *program_->policy;
  for (const dsl::Rule& rule : policy.rules) {
    AddRule(rule, Cat({"rule ", Tick(rule.name.text)}), rule.name.span);
  }
  dsl::Span word = policy.fallback.span;
  word.end = std::min(word.end, word.begin + static_cast<uint32_t>(kDefault.size()));
  AddRule(policy.fallback, Tick(kDefault), word);
}

void Coverage::AddRule(const dsl::Rule& rule, const std::string& name, const dsl::Span& span) {
  const size_t arms = rule.chain.actions.size();
  const auto index = static_cast<uint32_t>(rules_.size());
  rules_.push_back({items_.size(), arms});
  items_.push_back({Kind::kRule, span, name, 0, index});
  for (uint32_t i = 0; i < arms; ++i) {
    items_.push_back({Kind::kArm, rule.chain.actions[i].span,
                      Cat({"arm ", std::to_string(i + 1), " of ", name}), 0, index, i + 1});
  }
  if (rule.when) AddAtoms(*rule.when, index);
}

void Coverage::AddAtoms(const Condition& condition, uint32_t rule) {
  if (const std::vector<Condition>* terms = TermsOf(condition)) {
    for (const Condition& term : *terms) AddAtoms(term, rule);
    return;
  }
  const dsl::Policy& policy = *program_->policy;
  if (const dsl::Bare* bare = NamedCondition(condition)) {
    if (lets_added_[bare->let]) return;
    lets_added_[bare->let] = true;
    return AddAtoms(std::get<Condition>(policy.lets[bare->let].value), rule);
  }
  const std::string atom =
      Tick(Shorten(OneLine(policy.sources->TextOf(condition.span)), kWidestShownAtom));
  atoms_[&condition] = items_.size();
  items_.push_back({Kind::kTrue, condition.span, "outcome true of " + atom, 0, rule, 0, &condition});
  items_.push_back({Kind::kFalse, condition.span, "outcome false of " + atom, 0, rule, 0, &condition});
}

// The depth is bounded: the parser limits nesting, by parentheses and by name.
bool Coverage::Meet(const Condition& condition, std::span<const Value> values, int64_t now_ms) {
  const auto meet = [&](const Condition& term) { return Meet(term, values, now_ms); };
  if (const std::vector<Condition>* terms = TermsOf(condition)) {
    if (std::holds_alternative<dsl::Not>(condition.node)) return !meet(terms->front());
    return std::holds_alternative<dsl::All>(condition.node)
               ? std::all_of(terms->begin(), terms->end(), meet)
               : std::any_of(terms->begin(), terms->end(), meet);
  }
  if (const dsl::Bare* bare = NamedCondition(condition)) {
    uint8_t& known = lets_[bare->let];
    if (known == 0) {
      const bool truth = meet(std::get<Condition>(program_->policy->lets[bare->let].value));
      known = truth ? 2 : 1;
    }
    return known == 2;
  }
  const bool truth = program_->code.AtomHolds(condition, values, now_ms);
  ++items_[atoms_.at(&condition) + (truth ? 0 : 1)].count;
  return truth;
}

void Coverage::CountCall(std::span<const Value> values, const Decision& decision) {
  const std::vector<dsl::Rule>& rules = program_->policy->rules;
  lets_.assign(program_->policy->lets.size(), 0);
  for (size_t i = 0; i < rules.size() && i <= decision.rule; ++i) {
    if (rules[i].when) Meet(*rules[i].when, values, decision.at_ms);
  }
  ++items_[rules_[decision.rule].rule].count;
  CountArm(decision);
}

void Coverage::CountArm(const Decision& decision) {
  const RulePlace& place = rules_[decision.rule];
  const bool answered = decision.verdict == Verdict::kUse || decision.verdict == Verdict::kHost ||
                        decision.reason == Reason::kDenied;
  if (answered && decision.arm >= 1 && decision.arm <= place.arms) {
    ++items_[place.rule + decision.arm].count;
  }
}

}  // namespace keyrule::evaluator
