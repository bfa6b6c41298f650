#include "evaluator/analysis/condition_check.h"

#include <algorithm>
#include <set>

#include "dsl/wording.h"
#include "evaluator/condition_walk.h"
#include "evaluator/typeset.h"

namespace keyrule::analysis {

using dsl::Condition;
using evaluator::TermsOf;

namespace {

// Longer lists are only looked through for items that stand twice.
constexpr size_t kMostItems = 1'000;
constexpr size_t kWidestPart = 60;

bool Holds(const dsl::Span& outer, const dsl::Span& inner) {
  return outer.source == inner.source && outer.begin <= inner.begin && inner.end <= outer.end;
}

dsl::Diagnostic IdlePart(const dsl::Span& span, std::string help = {}) {
  dsl::Diagnostic diagnostic;
  diagnostic.code = dsl::Code::KR0407;
  diagnostic.severity = dsl::DefaultSeverity(diagnostic.code);
  diagnostic.message = "this part of the condition changes nothing";
  diagnostic.help = help.empty() ? "remove it" : std::move(help);
  diagnostic.span = span;
  return diagnostic;
}

}  // namespace

ConditionCheck::ConditionCheck(const dsl::Policy& policy, ConditionGraph* graph, const ReachOptions& options)
    : policy_(policy), graph_(*graph), reach_(graph, {}, options) {}

ConditionCheck::Truth ConditionCheck::TruthOf(const Condition& condition) {
  const NodeRef holds = graph_.Add(condition, true);
  const auto can = reach_.FindAny({&holds, 1}, 0).answer;
  if (can == Reached::Answer::kNone) return Truth::kFalse;
  const NodeRef fails = graph_.Add(condition, false);
  const auto cannot = reach_.FindAny({&fails, 1}, 0).answer;
  if (cannot == Reached::Answer::kNone) return Truth::kTrue;
  const bool settled = can == Reached::Answer::kFound && cannot == Reached::Answer::kFound;
  return settled ? Truth::kEither : Truth::kNotDecided;
}

std::vector<std::string> ConditionCheck::Conflict(const Condition& condition) {
  std::vector<const Condition*> parts = {&condition};
  for (size_t i = 0; i < parts.size(); ++i) {
    while (const auto* all = std::get_if<dsl::All>(&parts[i]->node)) {
      const size_t at = i;
      std::vector<const Condition*> terms;
      for (const Condition& term : all->terms) terms.push_back(&term);
      parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(at));
      parts.insert(parts.begin() + static_cast<std::ptrdiff_t>(at), terms.begin(), terms.end());
    }
  }
  for (size_t i = parts.size(); i-- > 0 && parts.size() > 1;) {
    std::vector<NodeRef> others;
    for (size_t other = 0; other < parts.size(); ++other) {
      if (other != i) others.push_back(graph_.Add(*parts[other]));
    }
    if (reach_.FindAny(others, 0).answer != Reached::Answer::kNone) continue;
    parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(i));
  }
  std::vector<std::string> texts;
  for (const Condition* part : parts) {
    texts.push_back(
        dsl::Tick(evaluator::Shorten(evaluator::OneLine(policy_.sources->TextOf(part->span)), kWidestPart)));
  }
  return texts;
}

bool ConditionCheck::MayBeIdle(const Condition& condition) {
  std::vector<uint32_t> asked;
  bool twice = false;
  const auto look = [&](const auto& self, const Condition& part) -> void {
    if (twice) return;
    if (const auto* terms = TermsOf(part)) {
      for (const Condition& term : *terms) self(self, term);
      return;
    }
    const auto* bare = std::get_if<dsl::Bare>(&part.node);
    if (bare != nullptr && bare->let != dsl::kUnresolved) {
      // A name is a part like another one; what it is about counts.
      self(self, std::get<Condition>(policy_.lets[bare->let].value));
      return;
    }
    const dsl::Path* path = evaluator::PathOf(part);
    uint32_t slot = path == nullptr ? dsl::kUnresolved : path->slot;
    // A map and its entries go together.
    std::string_view key;
    const dsl::Attribute* const map = path != nullptr ? policy_.FindMap(path->text, &key) : nullptr;
    const uint32_t whole = map != nullptr ? policy_.FindSlot(map->path.text) : dsl::kUnresolved;
    if (whole != dsl::kUnresolved) slot = whole;
    twice = std::find(asked.begin(), asked.end(), slot) != asked.end() ||
            graph_.IsSettled(graph_.Add(part));
    asked.push_back(slot);
  };
  look(look, condition);
  return twice;
}

NodeRef ConditionCheck::Build(const Condition& condition, bool truth, const Changes& changes) {
  bool touched = false;
  for (const Instead& change : changes) {
    if (change.part == &condition) return change.node[truth ? 1 : 0];
    touched = touched || Holds(condition.span, change.part->span);
  }
  if (!touched) return graph_.Add(condition, truth);
  if (const auto* negation = std::get_if<dsl::Not>(&condition.node)) {
    return Build(negation->term.front(), !truth, changes);
  }
  const auto* terms = TermsOf(condition);
  if (terms == nullptr) return graph_.Add(condition, truth);
  std::vector<NodeRef> nodes;
  for (const Condition& term : *terms) nodes.push_back(Build(term, truth, changes));
  return std::holds_alternative<dsl::All>(condition.node) == truth ? graph_.All(std::move(nodes))
                                                                   : graph_.Any(std::move(nodes));
}

bool ConditionCheck::Differ(const Condition& condition, const Instead& more) {
  Changes changes = gone_;
  changes.insert(changes.begin(), more);  // what is inside a part that went is no longer asked about
  for (const bool truth : {true, false}) {
    const NodeRef both[] = {Build(condition, truth, gone_), Build(condition, !truth, changes)};
    if (reach_.FindAny(both, 0).answer != Reached::Answer::kNone) return true;
  }
  return false;
}

void ConditionCheck::FindParts(const Condition& condition, const Condition& part, std::vector<dsl::Diagnostic>* found) {
  if (&condition != &part) {
    for (const Instead& instead : {Instead{&part, {kNever, kAlways}}, Instead{&part, {kAlways, kNever}}}) {
      if (Differ(condition, instead)) continue;
      found->push_back(IdlePart(part.span));
      gone_.push_back(instead);
      return;
    }
  }
  // What `not` stands before goes with the `not`.
  const auto* negation = std::get_if<dsl::Not>(&part.node);
  const Condition& inner = negation != nullptr ? negation->term.front() : part;
  const auto* terms = TermsOf(inner);
  if (terms == nullptr || std::holds_alternative<dsl::Not>(inner.node)) return;
  for (const Condition& term : *terms) FindParts(condition, term, found);
}

void ConditionCheck::FindItemsOf(const Condition& condition, const Condition& part, bool twice,
                                 std::vector<dsl::Diagnostic>* found) {
  const auto* member = std::get_if<dsl::Membership>(&part.node);
  if (member == nullptr) return;
  const auto* texts = std::get_if<dsl::TextList>(&member->set);
  const auto* integers = std::get_if<dsl::IntegerList>(&member->set);
  if (texts == nullptr && integers == nullptr) return;
  const size_t count = texts != nullptr ? texts->items.size() : integers->items.size();
  const auto span_of = [&](size_t i) { return texts != nullptr ? texts->items[i].span : integers->items[i].span; };
  std::set<std::string> seen;
  std::vector<bool> repeated(count, false);
  for (size_t i = 0; i < count; ++i) {
    const std::string key = texts != nullptr ? std::string(texts->items[i].value)
                                             : std::to_string(integers->items[i].value);
    repeated[i] = !seen.insert(key).second;
    if (repeated[i]) found->push_back(IdlePart(span_of(i), "it stands in this list already; remove it"));
  }
  if (!twice || count > kMostItems || count < 2) return;
  // The list without one item: the item alone, as a list of its own, tells which classes go.
  for (size_t i = 0; i < count; ++i) {
    if (repeated[i]) continue;
    const std::optional<Constraint> item =
        texts != nullptr ? graph_.space().ClassOfText(member->path.slot, texts->items[i].value)
                         : graph_.space().ClassOfNumber(member->path.slot, integers->items[i].value);
    if (!item) continue;
    // Where other items share its class, nothing tells it from them, here or anywhere: it counts with them.
    const NodeRef in = graph_.Add(part, !member->negated);
    const NodeRef inside = graph_.Outside(item->variable, *item->set, false);
    const NodeRef outside = graph_.Outside(item->variable, *item->set, true);
    const NodeRef less = graph_.All({in, outside});
    const NodeRef not_less = graph_.Any({graph_.Add(part, member->negated), inside});
    const Instead instead = member->negated ? Instead{&part, {less, not_less}} : Instead{&part, {not_less, less}};
    if (Differ(condition, instead)) continue;
    found->push_back(IdlePart(span_of(i), "the rest of the condition never lets it be; remove it from the list"));
  }
}

void ConditionCheck::FindItems(const Condition& condition, const Condition& part, bool twice,
                               std::vector<dsl::Diagnostic>* found) {
  if (const auto* terms = TermsOf(part)) {
    for (const Condition& term : *terms) FindItems(condition, term, twice, found);
  } else {
    FindItemsOf(condition, part, twice, found);
  }
}

std::vector<dsl::Diagnostic> ConditionCheck::IdleParts(const Condition& condition) {
  std::vector<dsl::Diagnostic> found;
  gone_.clear();
  const bool twice = MayBeIdle(condition);
  // Of what is always true, or never, every part might go, and still say something together: that is another matter.
  if (twice && TruthOf(condition) != Truth::kEither) return found;
  if (twice) FindParts(condition, condition, &found);
  FindItems(condition, condition, twice && found.empty(), &found);
  return found;
}

}  // namespace keyrule::analysis
