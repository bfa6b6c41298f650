#include "evaluator/analysis/winner_change.h"

#include <algorithm>

#include "evaluator/analysis/condition_graph.h"
#include "evaluator/analysis/reach.h"
#include "evaluator/analysis/shown_request.h"
#include "evaluator/condition_walk.h"

namespace keyrule::analysis {
namespace {

constexpr size_t kMostRequests = 3;

// Both policies' conditions over the variables of one space. Lists and tables are those of the first one.
class BothConditions {
 public:
  BothConditions(const dsl::Policy& policy, const dsl::Policy& mutant)
      : policy_(policy),
        mutant_(mutant),
        graph_(policy, policy.slots, [&policy](const dsl::Path& path) { return policy.FindSlot(path.text); }) {
    for (const dsl::Rule& rule : policy_.rules) rules_.push_back(graph_.Add(*rule.when));
    for (const dsl::Rule& rule : mutant_.rules) AddAtoms(*rule.when);
    graph_.Finish();
    reach_ = std::make_unique<Reach>(&graph_, rules_);
  }

  NodeRef Before(uint32_t rule, bool truth) { return graph_.Add(*policy_.rules[rule].when, truth); }
  NodeRef After(uint32_t rule, bool truth) { return Build(*mutant_.rules[rule].when, truth); }

  // False: not decided.
  bool Ask(const std::vector<NodeRef>& required, uint32_t below, std::vector<Example>* requests) {
    ShownRequest shown = FindShown(reach_.get(), required, below);
    if (shown.reached.answer == Reached::Answer::kNone) return true;
    if (!shown.example) return false;
    if (requests->size() < kMostRequests) requests->push_back(std::move(*shown.example));
    return true;
  }

 private:
  const dsl::Condition* NamedBy(const dsl::Condition& condition) const {
    const auto* bare = std::get_if<dsl::Bare>(&condition.node);
    if (bare == nullptr || bare->let == dsl::kUnresolved) return nullptr;
    return std::get_if<dsl::Condition>(&mutant_.lets[bare->let].value);
  }

  void AddAtoms(const dsl::Condition& condition) {
    if (const auto* terms = evaluator::TermsOf(condition)) {
      for (const dsl::Condition& term : *terms) AddAtoms(term);
    } else if (const dsl::Condition* named = NamedBy(condition)) {
      if (std::find(seen_.begin(), seen_.end(), named) != seen_.end()) return;
      seen_.push_back(named);
      AddAtoms(*named);
    } else {
      graph_.Add(condition, true);
      graph_.Add(condition, false);
    }
  }

  NodeRef Build(const dsl::Condition& condition, bool truth) {
    if (const dsl::Condition* named = NamedBy(condition)) return Build(*named, truth);
    if (const auto* negation = std::get_if<dsl::Not>(&condition.node)) return Build(negation->term.front(), !truth);
    const auto* terms = evaluator::TermsOf(condition);
    if (terms == nullptr) return graph_.Add(condition, truth);
    std::vector<NodeRef> nodes;
    for (const dsl::Condition& term : *terms) nodes.push_back(Build(term, truth));
    const bool every = std::holds_alternative<dsl::All>(condition.node) == truth;
    return every ? graph_.All(std::move(nodes)) : graph_.Any(std::move(nodes));
  }

  const dsl::Policy& policy_;
  const dsl::Policy& mutant_;
  ConditionGraph graph_;
  std::vector<NodeRef> rules_;
  std::unique_ptr<Reach> reach_;
  std::vector<const dsl::Condition*> seen_;  // named conditions of the mutant
};

bool NamesSomething(const dsl::Condition& condition) {
  if (const auto* terms = evaluator::TermsOf(condition)) {
    return std::any_of(terms->begin(), terms->end(), NamesSomething);
  }
  const auto* bare = std::get_if<dsl::Bare>(&condition.node);
  return bare != nullptr && bare->let != dsl::kUnresolved;
}

// Rules whose conditions the mutation may have changed; nothing if it is about other things as well.
std::optional<std::vector<uint32_t>> ConditionsOf(const dsl::Policy& policy, const Mutation& mutation) {
  std::vector<uint32_t> rules;
  for (const dsl::Let& let : policy.lets) {
    if (!Encloses(let.span, mutation.at)) continue;
    if (!std::holds_alternative<dsl::Condition>(let.value)) return std::nullopt;
    for (uint32_t rule = 0; rule < policy.rules.size(); ++rule) {
      if (NamesSomething(*policy.rules[rule].when)) rules.push_back(rule);
    }
    return rules;
  }
  for (uint32_t rule = 0; rule < policy.rules.size(); ++rule) {
    if (policy.rules[rule].when && Encloses(policy.rules[rule].when->span, mutation.at)) return std::vector<uint32_t>{rule};
  }
  return std::nullopt;
}

}  // namespace

WinnerChange ChangeOfWinner(const dsl::Policy& policy, const Mutation& mutation, const dsl::Policy& mutant) {
  WinnerChange change;
  bool decided = true;
  if (mutation.removed != dsl::kUnresolved || mutation.swapped != dsl::kUnresolved) {
    const uint32_t rule = mutation.removed != dsl::kUnresolved ? mutation.removed : mutation.swapped;
    BothConditions both(policy, policy);
    std::vector<NodeRef> required = {both.Before(rule, true)};
    if (mutation.swapped != dsl::kUnresolved) required.push_back(both.Before(rule + 1, true));
    decided = both.Ask(required, rule, &change.requests);
  } else {
    const std::optional<std::vector<uint32_t>> rules = ConditionsOf(policy, mutation);
    if (!rules || mutant.rules.size() != policy.rules.size()) return change;
    BothConditions both(policy, mutant);
    std::vector<NodeRef> not_before;  // rules of the mutant that do not hold: none before decides there either
    for (const uint32_t rule : *rules) {
      std::vector<NodeRef> lost = not_before, won = not_before;
      lost.insert(lost.end(), {both.Before(rule, true), both.After(rule, false)});
      won.insert(won.end(), {both.Before(rule, false), both.After(rule, true)});
      decided = both.Ask(lost, rule, &change.requests) && decided;
      decided = both.Ask(won, rule, &change.requests) && decided;
      not_before.push_back(both.After(rule, false));
      if (change.requests.size() >= kMostRequests) break;
    }
  }
  if (!change.requests.empty()) {
    change.answer = WinnerChange::Answer::kSome;
  } else if (decided) {
    change.answer = WinnerChange::Answer::kNone;
  }
  return change;
}

}  // namespace keyrule::analysis
