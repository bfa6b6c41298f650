#include "evaluator/condition_walk.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "dsl/wording.h"
#include "evaluator/typeset.h"

namespace keyrule::evaluator {

using dsl::Condition;

ConditionWalk::ConditionWalk(const Program& program, std::span<const Value> values, int64_t now_ms)
    : program_(program), values_(values), now_ms_(now_ms), lets_(program.policy->lets.size(), 0) {}

const Condition& ConditionWalk::LetOf(const dsl::Bare& bare) const {
  return std::get<Condition>(program_.policy->lets[bare.let].value);
}

// The depth is bounded: the parser limits nesting, by parentheses and by name.
bool ConditionWalk::Holds(const Condition& condition) {
  const auto holds = [this](const Condition& term) { return Holds(term); };
  if (const auto* all = std::get_if<dsl::All>(&condition.node)) {
    return std::all_of(all->terms.begin(), all->terms.end(), holds);
  }
  if (const auto* any = std::get_if<dsl::Any>(&condition.node)) {
    return std::any_of(any->terms.begin(), any->terms.end(), holds);
  }
  if (const auto* negation = std::get_if<dsl::Not>(&condition.node)) {
    return !Holds(negation->term.front());
  }
  const auto* bare = std::get_if<dsl::Bare>(&condition.node);
  if (bare == nullptr || bare->let == dsl::kUnresolved) {
    return program_.code.AtomHolds(condition, values_, now_ms_);
  }
  if (lets_[bare->let] == 0) {
    const bool truth = Holds(LetOf(*bare));
    lets_[bare->let] = truth ? 2 : 1;
  }
  return lets_[bare->let] == 2;
}

const Condition* ConditionWalk::Culprit(const Condition& condition, bool truth) {
  const std::vector<Condition>* terms = nullptr;
  if (const auto* all = std::get_if<dsl::All>(&condition.node)) terms = &all->terms;
  if (const auto* any = std::get_if<dsl::Any>(&condition.node)) terms = &any->terms;
  if (terms != nullptr) {
    const auto guilty = std::find_if(terms->begin(), terms->end(),
                                     [&](const Condition& term) { return Holds(term) != truth; });
    return guilty == terms->end() ? nullptr : Culprit(*guilty, truth);
  }
  if (const auto* negation = std::get_if<dsl::Not>(&condition.node)) {
    return Culprit(negation->term.front(), !truth);
  }
  const auto* bare = std::get_if<dsl::Bare>(&condition.node);
  if (bare != nullptr && bare->let != dsl::kUnresolved) return Culprit(LetOf(*bare), truth);
  return &condition;
}

std::vector<Need> ConditionWalk::Needs(const Condition& condition, bool truth) {
  std::vector<Need> needs;
  seen_.clear();
  if (Holds(condition) != truth) AddNeeds(condition, truth, &needs);
  return needs;
}

void ConditionWalk::AddNeeds(const Condition& condition, bool truth, std::vector<Need>* needs) {
  if (!seen_.emplace(&condition, truth).second) return;
  const auto* all = std::get_if<dsl::All>(&condition.node);
  const auto* any = std::get_if<dsl::Any>(&condition.node);
  if (all != nullptr || any != nullptr) {
    const bool every = (all != nullptr) == truth;  // every guilty term must change, or one of them
    for (const Condition& term : all != nullptr ? all->terms : any->terms) {
      if (Holds(term) == truth) continue;
      AddNeeds(term, truth, needs);
      if (!every) return;
    }
    return;
  }
  if (const auto* negation = std::get_if<dsl::Not>(&condition.node)) {
    return AddNeeds(negation->term.front(), !truth, needs);
  }
  const auto* bare = std::get_if<dsl::Bare>(&condition.node);
  if (bare != nullptr && bare->let != dsl::kUnresolved) return AddNeeds(LetOf(*bare), truth, needs);
  needs->push_back({&condition, truth});
}

const std::vector<Condition>* TermsOf(const Condition& condition) {
  if (const auto* all = std::get_if<dsl::All>(&condition.node)) return &all->terms;
  if (const auto* any = std::get_if<dsl::Any>(&condition.node)) return &any->terms;
  if (const auto* negation = std::get_if<dsl::Not>(&condition.node)) return &negation->term;
  return nullptr;
}

const dsl::Path* PathOf(const Condition& atom) {
  return std::visit(
      dsl::Overloaded{[](const dsl::Bare& a) { return &a.path; },
                      [](const dsl::Presence& a) { return &a.path; },
                      [](const dsl::Comparison& a) { return &a.path; },
                      [](const dsl::Membership& a) { return &a.path; },
                      [](const dsl::TextTest& a) { return &a.path; },
                      [](const auto&) -> const dsl::Path* { return nullptr; }},
      atom.node);
}

std::string WishText(const Need& need, const dsl::Sources& sources) {
  const Condition& atom = *need.atom;
  const std::string source = OneLine(sources.TextOf(atom.span));
  const dsl::Path* path = PathOf(atom);
  // What follows the attribute, operator included.
  std::string rest;
  if (path != nullptr && path->span.end <= atom.span.end) {
    rest = OneLine(sources.TextOf({atom.span.source, path->span.end, atom.span.end}));
  }
  std::string subject;
  if (path != nullptr) {
    subject = Printable(path->text);
  } else {  // a clock test begins with its word
    const size_t word = std::min(source.find(' '), source.size());
    subject = source.substr(0, word);
    rest = source.substr(word);
  }
  const auto after = [&rest](std::string_view word) {
    const size_t at = rest.find(word);
    return at == std::string::npos ? rest : OneLine(std::string_view(rest).substr(at + word.size()));
  };
  const auto were = [&](bool truth, const std::string& what) {
    return subject + (truth ? " were " : " were not ") + what;
  };
  if (std::holds_alternative<dsl::Bare>(atom.node)) return were(need.truth, "true");
  if (const auto* presence = std::get_if<dsl::Presence>(&atom.node)) {
    return were(need.truth == presence->set, "set");
  }
  std::optional<dsl::CompareOp> compare;
  bool negated = false;
  if (const auto* comparison = std::get_if<dsl::Comparison>(&atom.node)) compare = comparison->op;
  if (const auto* clock = std::get_if<dsl::ClockTest>(&atom.node)) {
    compare = clock->compare;
    negated = clock->negated;
  }
  if (compare) {
    const std::string_view op = dsl::Spelling(*compare);
    if (*compare == dsl::CompareOp::kEqual) return were(need.truth, after(op));
    if (*compare == dsl::CompareOp::kNotEqual) return were(!need.truth, after(op));
    return were(need.truth, std::string(op) + " " + after(op));
  }
  if (const auto* member = std::get_if<dsl::Membership>(&atom.node)) negated = member->negated;
  if (const auto* test = std::get_if<dsl::TextTest>(&atom.node)) {
    constexpr std::string_view kDid[] = {"started with", "ended with", "contained", "were like",
                                         "matched"};
    constexpr std::string_view kDidNot[] = {"did not start with", "did not end with",
                                            "did not contain", "were not like", "did not match"};
    const auto op = static_cast<size_t>(test->op);
    const std::string_view last = test->op <= dsl::TextOp::kEndsWith ? "with" : dsl::Spelling(test->op);
    return subject + " " + std::string(need.truth ? kDid[op] : kDidNot[op]) + " " + after(last);
  }
  return were(need.truth != negated, "in " + after("in "));
}

}  // namespace keyrule::evaluator
