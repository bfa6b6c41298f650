#include "evaluator/analysis/answer_difference.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include "evaluator/analysis/pool_entries.h"
#include "evaluator/typeset.h"

namespace keyrule::analysis {
namespace {

constexpr size_t kMostCompared = 256;  // values of tables that two attributes lead to

// What an allow-list has.
struct Listed {
  std::set<std::string_view> names;
  std::set<std::string> conditions;
};

Listed ListedIn(const dsl::Policy& policy, uint32_t pool) {
  Listed listed;
  for (const PoolEntry& entry : EntriesOf(policy, pool)) {
    if (const dsl::Text* name = entry.name()) listed.names.insert(name->value);
    if (const dsl::Condition* where = entry.where()) {
      listed.conditions.insert(evaluator::OneLine(policy.sources->TextOf(where->span)));
    }
  }
  return listed;
}

}  // namespace

void AnswerDifference::Expect(uint32_t old_rule, uint32_t new_rule) {
  expecting_ = true;
  Compare(&RuleText::credentials, old_rule, new_rule);
  CompareTags(old_rule, new_rule);
  expecting_ = false;
}

AnswerDifference::Operand AnswerDifference::OperandOf(size_t side, const AnswerPart* part) const {
  Operand operand;
  if (part == nullptr || part->value == nullptr) return operand;
  std::visit(dsl::Overloaded{[&](const dsl::Text& text) {
                               operand.kind = Operand::Kind::kText;
                               operand.text = text.value;
                             },
                             [&](const dsl::Path& path) {
                               operand.kind = Operand::Kind::kPath;
                               operand.slot = joint_.slot(side, path.slot);
                             },
                             [&](const dsl::Lookup& lookup) {
                               operand.kind = Operand::Kind::kLookup;
                               operand.slot = joint_.slot(side, lookup.key.slot);
                               operand.table = joint_.table(side, lookup.index);
                             }},
             part->value->what);
  return operand;
}

dsl::Condition AnswerDifference::In(uint32_t slot, const std::vector<std::string_view>& texts) const {
  dsl::Membership member;
  member.path = joint_.vocabulary().slots[slot].path;
  member.path.slot = slot;
  dsl::TextList list;
  for (const std::string_view text : texts) list.items.push_back({dsl::Words::In(text), {}});
  member.set = std::move(list);
  return {std::move(member), {}};
}

dsl::Condition AnswerDifference::NotIn(uint32_t slot, const std::vector<std::string_view>& texts) const {
  dsl::Condition condition = In(slot, texts);
  std::get<dsl::Membership>(condition.node).negated = true;
  return condition;
}

dsl::Condition AnswerDifference::IsSet(uint32_t slot) const {
  dsl::Presence presence;
  presence.path = joint_.vocabulary().slots[slot].path;
  presence.path.slot = slot;
  return {std::move(presence), {}};
}

AnswerDifference::Condition AnswerDifference::IsSet(const Operand& operand) const {
  if (operand.kind == Operand::Kind::kPath) return IsSet(operand.slot);
  if (operand.kind != Operand::Kind::kLookup) return std::nullopt;
  std::vector<std::string_view> keys;
  for (const dsl::TableEntry& entry : joint_.vocabulary().tables[operand.table].entries()) keys.push_back(entry.key.value);
  return In(operand.slot, keys);
}

AnswerDifference::Condition AnswerDifference::DifferByList(const Operand& before, const Operand& after) const {
  if (before.kind != Operand::Kind::kPath || after.kind != before.kind || before.slot != after.slot) return std::nullopt;
  const Listed lists[2] = {ListedIn(joint_.policy(kOld), before.from), ListedIn(joint_.policy(kNew), after.from)};
  if (lists[kOld].conditions != lists[kNew].conditions) return IsSet(before);
  std::vector<std::string_view> texts;
  std::set_symmetric_difference(lists[kOld].names.begin(), lists[kOld].names.end(), lists[kNew].names.begin(),
                                lists[kNew].names.end(), std::back_inserter(texts));
  return In(before.slot, texts);  // in none: the same credentials, in another order
}

AnswerDifference::Condition AnswerDifference::DifferByKeys(const Operand& a, const Operand& b) const {
  // Of a lookup its keys by value; of an attribute the value itself.
  using Keys = std::map<std::string_view, std::vector<std::string_view>>;
  const auto keys_of = [&](const Operand& of) {
    Keys keys;
    for (const dsl::TableEntry& entry : joint_.vocabulary().tables[of.table].entries()) keys[entry.value.value].push_back(entry.key.value);
    return keys;
  };
  const Keys keys = keys_of(b);
  const Keys others = a.kind == Operand::Kind::kLookup ? keys_of(a) : Keys{};
  if (keys.size() > kMostCompared || others.size() > kMostCompared) return std::nullopt;
  const auto both = [](dsl::Condition one, dsl::Condition other) {
    return dsl::Condition{dsl::All{{std::move(one), std::move(other)}}, {}};
  };
  dsl::Any ways;
  std::vector<std::string_view> all, all_others;
  for (const auto& [value, list] : keys) {
    all.insert(all.end(), list.begin(), list.end());
    const auto other = others.find(value);
    if (a.kind == Operand::Kind::kPath) {
      ways.terms.push_back(both(In(b.slot, list), NotIn(a.slot, {value})));
    } else {
      ways.terms.push_back(other == others.end() ? In(b.slot, list) : both(In(b.slot, list), NotIn(a.slot, other->second)));
    }
  }
  for (const auto& [value, list] : others) all_others.insert(all_others.end(), list.begin(), list.end());
  // One has a value and the other has none.
  ways.terms.push_back(both(NotIn(b.slot, all), a.kind == Operand::Kind::kPath ? IsSet(a.slot) : In(a.slot, all_others)));
  return dsl::Condition{std::move(ways), {}};
}

AnswerDifference::Condition AnswerDifference::DifferOn(const Operand& before, const Operand& after) const {
  using Is = Operand::Kind;
  if (before.from != dsl::kUnresolved && after.from != dsl::kUnresolved) return DifferByList(before, after);
  if (before.narrows) return IsSet(before);
  const Operand& a = before.kind <= after.kind ? before : after;  // absent, a text, an attribute, an entry: in this order
  const Operand& b = before.kind <= after.kind ? after : before;
  const auto entries = [&](const Operand& of) -> const auto& { return joint_.vocabulary().tables[of.table].entries(); };
  std::vector<std::string_view> texts;
  if (a.kind == Is::kAbsent) {
    if (b.kind == Is::kPath) return IsSet(b.slot);
    if (b.kind != Is::kLookup) return std::nullopt;
    for (const dsl::TableEntry& entry : entries(b)) texts.push_back(entry.key.value);
    return In(b.slot, texts);
  }
  if (b.kind == Is::kPath) {
    if (a.kind != Is::kText) return std::nullopt;  // two attributes
    return NotIn(b.slot, {a.text});
  }
  if (b.kind != Is::kLookup) return std::nullopt;
  if (a.kind == Is::kText) {
    for (const dsl::TableEntry& entry : entries(b)) {
      if (entry.value.value == a.text) texts.push_back(entry.key.value);
    }
    if (texts.empty()) return std::nullopt;
    return NotIn(b.slot, texts);
  }
  if (a.slot != b.slot) return DifferByKeys(a, b);
  if (a.kind == Is::kPath) {
    for (const dsl::TableEntry& entry : entries(b)) {
      if (entry.value.value == entry.key.value) texts.push_back(entry.key.value);
    }
    if (texts.empty()) return IsSet(b.slot);
    return dsl::Condition{dsl::All{{IsSet(b.slot), NotIn(b.slot, texts)}}, {}};
  }
  std::unordered_map<std::string_view, std::string_view> values;
  for (const dsl::TableEntry& entry : entries(a)) values.emplace(entry.key.value, entry.value.value);
  for (const dsl::TableEntry& entry : entries(b)) {
    const auto value = values.find(entry.key.value);
    if (value == values.end()) {
      texts.push_back(entry.key.value);
      continue;
    }
    if (value->second != entry.value.value) texts.push_back(entry.key.value);
    values.erase(value);
  }
  for (const auto& [key, value] : values) texts.push_back(key);
  return In(a.slot, texts);
}

bool AnswerDifference::Add(const AnswerPart* before, const AnswerPart* after,
                           std::vector<const dsl::Condition*>* conditions) {
  if (before != nullptr && after != nullptr) {
    if (before->fixed == after->fixed && !before->varies() && !after->varies()) return true;
    if (before->value == nullptr || after->value == nullptr) return false;
  }
  auto key = std::pair(OperandOf(kOld, before), OperandOf(kNew, after));
  if (before != nullptr && after != nullptr && before->about != after->about) {
    if (before->narrows != after->narrows) return false;
    const bool lists = before->from != dsl::kUnresolved && after->from != dsl::kUnresolved;
    if (!lists && !(before->narrows && key.first == key.second)) return false;
    key.first.from = before->from;
    key.second.from = after->from;
    key.first.narrows = key.second.narrows = !lists;
  } else if (key.first == key.second) {
    return true;
  }
  auto known = known_.find(key);
  if (known == known_.end()) {
    if (!expecting_ || known_.size() >= kMostExpected) return false;
    known = known_.emplace(key, DifferOn(key.first, key.second)).first;
    if (known->second) graph_.Add(*known->second);
  }
  if (!known->second) return false;
  conditions->push_back(&*known->second);
  return true;
}

AnswerDifference::Where AnswerDifference::Join(const std::vector<const dsl::Condition*>& conditions) {
  if (expecting_ || conditions.empty()) return {};
  std::vector<NodeRef> differ, same;
  for (const dsl::Condition* condition : conditions) {
    differ.push_back(graph_.Add(*condition, true));
    same.push_back(graph_.Add(*condition, false));
  }
  return {graph_.Any(std::move(differ)), graph_.All(std::move(same))};
}

AnswerDifference::Where AnswerDifference::Compare(Parts parts, uint32_t old_rule, uint32_t new_rule) {
  const std::vector<AnswerPart>& before = joint_.text(kOld, old_rule).*parts;
  const std::vector<AnswerPart>& after = joint_.text(kNew, new_rule).*parts;
  if (before.size() != after.size()) return {kAlways, kNever};
  std::vector<const dsl::Condition*> conditions;
  for (size_t i = 0; i < before.size(); ++i) {
    if (!Add(&before[i], &after[i], &conditions)) return {kAlways, kNever};
  }
  return Join(conditions);
}

// A tag whose value is absent is left out.
AnswerDifference::Where AnswerDifference::CompareTags(uint32_t old_rule, uint32_t new_rule) {
  const std::vector<AnswerPart>& before = joint_.text(kOld, old_rule).tags;
  const std::vector<AnswerPart>& after = joint_.text(kNew, new_rule).tags;
  std::vector<const dsl::Condition*> conditions;
  size_t i = 0;
  size_t j = 0;
  while (i < before.size() || j < after.size()) {
    const bool take_old = j == after.size() || (i < before.size() && before[i].about <= after[j].about);
    const bool take_new = i == before.size() || (j < after.size() && after[j].about <= before[i].about);
    if (!Add(take_old ? &before[i] : nullptr, take_new ? &after[j] : nullptr, &conditions)) return {kAlways, kNever};
    i += take_old ? 1 : 0;
    j += take_new ? 1 : 0;
  }
  return Join(conditions);
}

}  // namespace keyrule::analysis
