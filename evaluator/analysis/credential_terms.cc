#include "evaluator/analysis/credential_terms.h"

#include <algorithm>
#include <unordered_set>

#include "evaluator/condition_walk.h"

namespace keyrule::analysis {

using dsl::Condition;
using evaluator::Value;
using BindingKind = FieldBinding::Kind;

namespace {

constexpr std::string_view kName = "name";
constexpr std::string_view kProvider = "provider";

// The same condition about another slot.
Condition MovedTo(const Condition& atom, uint32_t slot) {
  Condition moved = atom;
  std::visit(dsl::Overloaded{[&](dsl::Bare& a) { a.path.slot = slot; },
                             [&](dsl::Presence& a) { a.path.slot = slot; },
                             [&](dsl::Comparison& a) { a.path.slot = slot; },
                             [&](dsl::Membership& a) { a.path.slot = slot; },
                             [&](dsl::TextTest& a) { a.path.slot = slot; },
                             [](auto&) {}},
             moved.node);
  return moved;
}

}  // namespace

CredentialTerms::CredentialTerms(const dsl::Policy& policy, std::vector<dsl::Attribute>* slots, ConditionGraph* graph)
    : policy_(policy),
      slots_(*slots),
      graph_(*graph),
      first_(static_cast<uint32_t>(policy.slots.size())),
      provider_(policy.FindSlot(kProvider)),
      builder_(&atoms_, policy, [](const dsl::Path&) { return 0U; }) {}

uint32_t CredentialTerms::SlotOf(std::string_view field, uint32_t copy) const {
  const auto at = std::find(fields_.begin(), fields_.end(), std::pair(field, copy));
  return at == fields_.end() ? dsl::kUnresolved : first_ + static_cast<uint32_t>(at - fields_.begin());
}

uint32_t CredentialTerms::FreeSlot(std::string_view field, uint32_t copy) {
  const uint32_t known = SlotOf(field, copy);
  if (known != dsl::kUnresolved) return known;
  fields_.emplace_back(field, copy);
  dsl::Attribute& attribute = slots_.emplace_back();
  // A path that no schema can have: its first part is no word.
  attribute.path.text = dsl::Words("key-" + std::string(field));
  attribute.type = dsl::Type::kString;
  attribute.optional = field != kName && field != "id";
  return static_cast<uint32_t>(slots_.size() - 1);
}

NodeRef CredentialTerms::AskSlot(const Condition& atom, uint32_t slot, bool truth) {
  const Condition*& moved = moved_[{&atom, slot}];
  if (moved == nullptr) moved = &made_.emplace_back(MovedTo(atom, slot));
  return graph_.Add(*moved, truth);
}

bool CredentialTerms::HoldsFor(const Condition& atom, const Value& value) {
  const auto [place, is_new] = literals_.try_emplace(&atom);
  if (is_new) place->second = builder_.Add(atom);
  return atoms_.Holds(atoms_[place->second.atom], value, 0) != place->second.negated;
}

// What is asked of an entry is asked of the keys that lead to such entries. That there is an entry, whoever binds a field to
// one asks for beside it.
NodeRef CredentialTerms::AskLookup(const Condition& atom, const FieldBinding& lookup, bool truth) {
  const auto [place, is_new] = lookups_.try_emplace({&atom, lookup.table, lookup.slot, truth}, kNever);
  if (!is_new) return place->second;
  Texts keys;
  for (const dsl::TableEntry& entry : policy_.tables[lookup.table].entries()) {
    if (entry.value.value.empty()) continue;
    if (HoldsFor(atom, Value::Text(entry.value.value)) == truth) keys.push_back(entry.key.value);
  }
  return place->second = IsOneOf(lookup.slot, keys);
}

NodeRef CredentialTerms::AskAtom(const Condition& atom, const Bindings& bindings, uint32_t copy, bool truth) {
  const std::string_view field = evaluator::PathOf(atom)->text;
  for (const FieldBinding& binding : bindings) {
    if (binding.field != field) continue;
    switch (binding.kind) {
      case BindingKind::kAbsent: return HoldsFor(atom, Value()) == truth ? kAlways : kNever;
      case BindingKind::kText: return HoldsFor(atom, Value::Text(binding.text)) == truth ? kAlways : kNever;
      case BindingKind::kSlot: return AskSlot(atom, binding.slot, truth);
      case BindingKind::kLookup: return AskLookup(atom, binding, truth);
    }
  }
  return AskSlot(atom, field == kProvider ? provider_ : FreeSlot(field, copy), truth);
}

NodeRef CredentialTerms::Ask(const Condition& condition, const Bindings& bindings, uint32_t copy, bool truth) {
  if (const auto* negation = std::get_if<dsl::Not>(&condition.node)) {
    return Ask(negation->term.front(), bindings, copy, !truth);
  }
  const std::vector<Condition>* terms = evaluator::TermsOf(condition);
  if (terms == nullptr) return AskAtom(condition, bindings, copy, truth);
  std::vector<NodeRef> nodes;
  for (const Condition& term : *terms) nodes.push_back(Ask(term, bindings, copy, truth));
  return std::holds_alternative<dsl::All>(condition.node) == truth ? graph_.All(std::move(nodes))
                                                                   : graph_.Any(std::move(nodes));
}

const Condition& CredentialTerms::ListCondition(std::string_view field, const Texts& texts) {
  dsl::Membership member;
  member.path.text = dsl::Words::In(field);
  dsl::TextList list;
  list.items.reserve(texts.size());
  for (const std::string_view text : texts) list.items.push_back({dsl::Words::In(text), {}});
  member.set = std::move(list);
  return made_.emplace_back(Condition{std::move(member), {}});
}

NodeRef CredentialTerms::IsNamed(const Condition& names, const Bindings& bindings, uint32_t copy, bool truth) {
  if (std::get<dsl::TextList>(std::get<dsl::Membership>(names.node).set).items.empty()) return truth ? kNever : kAlways;
  return AskAtom(names, bindings, copy, truth);
}

NodeRef CredentialTerms::InPool(uint32_t index, const Bindings& bindings, uint32_t copy, bool truth) {
  const auto [place, is_new] = pools_.try_emplace({index, copy, truth, bindings}, kNever);
  if (!is_new) return place->second;
  const dsl::Pool& pool = policy_.pools[index];
  std::vector<NodeRef> entries;
  const Condition*& named = names_in_[index];
  if (named == nullptr) {
    Texts names;
    for (const dsl::Member& member : pool.members) {
      if (const auto* text = std::get_if<dsl::Text>(&member.what)) names.push_back(text->value);
    }
    named = &ListCondition(kName, names);
  }
  entries.push_back(IsNamed(*named, bindings, copy, truth));
  for (const dsl::Member& member : pool.members) {
    if (const auto* other = std::get_if<dsl::AllOf>(&member.what)) {
      entries.push_back(InPool(other->index, bindings, copy, truth));
    } else if (const auto* condition = std::get_if<Condition>(&member.what)) {
      entries.push_back(Ask(*condition, bindings, copy, truth));
    }
  }
  NodeRef node = truth ? graph_.Any(std::move(entries)) : graph_.All(std::move(entries));
  if (!pool.providers.empty()) {
    Texts providers;
    for (const dsl::Text& provider : pool.providers) providers.push_back(provider.value);
    const NodeRef theirs = AskSlot(ListCondition(kProvider, providers), provider_, truth);
    node = truth ? graph_.All({theirs, node}) : graph_.Any({theirs, node});
  }
  return pools_[{index, copy, truth, bindings}] = node;
}

NodeRef CredentialTerms::IsSet(uint32_t slot, bool truth) {
  dsl::Presence presence;
  presence.path = policy_.slots[slot].path;
  presence.path.slot = slot;
  return graph_.Add(made_.emplace_back(Condition{std::move(presence), {}}), truth);
}

NodeRef CredentialTerms::IsOneOf(uint32_t slot, const Texts& texts) {
  if (texts.empty()) return kNever;
  return AskSlot(ListCondition(policy_.slots[slot].path.text, texts), slot, true);
}

NodeRef CredentialTerms::EntryEquals(uint32_t key_slot, uint32_t table, uint32_t slot) {
  std::map<std::string_view, Texts> keys_to;
  for (const dsl::TableEntry& entry : policy_.tables[table].entries()) {
    if (!entry.value.value.empty()) keys_to[entry.value.value].push_back(entry.key.value);
  }
  std::vector<NodeRef> ways;
  for (const auto& [text, keys] : keys_to) ways.push_back(graph_.All({IsOneOf(key_slot, keys), IsOneOf(slot, {text})}));
  return graph_.Any(std::move(ways));
}

Texts CredentialTerms::KeysTo(uint32_t table, const Texts* texts) const {
  std::unordered_set<std::string_view> wanted;
  if (texts != nullptr) wanted.insert(texts->begin(), texts->end());
  Texts keys;
  for (const dsl::TableEntry& entry : policy_.tables[table].entries()) {
    if (entry.value.value.empty()) continue;
    if (texts == nullptr || wanted.contains(entry.value.value)) keys.push_back(entry.key.value);
  }
  return keys;
}

}  // namespace keyrule::analysis
