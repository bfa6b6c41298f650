#include "evaluator/analysis/joint_policies.h"

#include <algorithm>
#include <string_view>

#include "evaluator/in_order.h"

namespace keyrule::analysis {

JointPolicies::JointPolicies(std::shared_ptr<const dsl::Policy> old_policy,
                             std::shared_ptr<const dsl::Policy> new_policy)
    : policies_{std::move(old_policy), std::move(new_policy)} {
  vocabulary_.sources = policies_[kNew]->sources;
  JoinSlots();
  Numbered numbered;
  for (const size_t side : {kOld, kNew}) {
    RuleTexts texts(*policies_[side], slots_[side], &numbered);
    for (uint32_t index = 0; index <= rule_count(side); ++index) texts_[side].push_back(texts.Of(rule(side, index)));
    JoinNames(side, &texts);
  }
  // The conditions that have names stand in the vocabulary's own terms; what both share stands in the old policy's.
  std::vector<bool> renamed(vocabulary_.lets.size());
  for (const size_t side : {kOld, kNew}) {
    for (const uint32_t let : lets_[side]) {
      auto* condition = std::get_if<dsl::Condition>(&vocabulary_.lets[let].value);
      if (condition != nullptr && !renamed[let]) Rename(side, condition);
      renamed[let] = true;
    }
  }
  Match();
  for (const size_t side : {kOld, kNew}) CopyConditions(side);
}

void JointPolicies::JoinSlots() {
  std::unordered_map<std::string_view, uint32_t> known;
  for (const dsl::Attribute& attribute : policies_[kOld]->slots) {
    known.emplace(attribute.path.text, static_cast<uint32_t>(vocabulary_.slots.size()));
    slots_[kOld].push_back(static_cast<uint32_t>(vocabulary_.slots.size()));
    vocabulary_.slots.push_back(attribute);
  }
  for (const dsl::Attribute& attribute : policies_[kNew]->slots) {
    const auto found = known.find(attribute.path.text);
    if (found == known.end() || vocabulary_.slots[found->second].type != attribute.type) {
      slots_[kNew].push_back(static_cast<uint32_t>(vocabulary_.slots.size()));
      vocabulary_.slots.push_back(attribute);
      continue;
    }
    slots_[kNew].push_back(found->second);
    dsl::Attribute& joined = vocabulary_.slots[found->second];
    joined.optional = joined.optional && attribute.optional;
    for (const dsl::Text& value : attribute.values) {
      const bool there = std::any_of(joined.values.begin(), joined.values.end(),
                                     [&](const dsl::Text& other) { return other.value == value.value; });
      if (!there) joined.values.push_back(value);
    }
  }
}

// What both say alike stands once, so that conditions that mean it are about the same.
void JointPolicies::JoinNames(size_t side, RuleTexts* texts) {
  const dsl::Policy& policy = *policies_[side];
  for (uint32_t table = 0; table < policy.tables.size(); ++table) {
    const auto [place, is_new] =
        table_of_.try_emplace(texts->OfTable(table), static_cast<uint32_t>(vocabulary_.tables.size()));
    if (is_new || side == kOld) {
      place->second = static_cast<uint32_t>(vocabulary_.tables.size());
      vocabulary_.tables.push_back(policy.tables[table]);
    }
    tables_[side].push_back(place->second);
  }
  for (uint32_t let = 0; let < policy.lets.size(); ++let) {
    const auto [place, is_new] = let_of_.try_emplace(texts->OfLet(let), static_cast<uint32_t>(vocabulary_.lets.size()));
    if (is_new || side == kOld) {
      place->second = static_cast<uint32_t>(vocabulary_.lets.size());
      vocabulary_.lets.push_back(policy.lets[let]);
    }
    lets_[side].push_back(place->second);
  }
}

// The first of one condition goes with the first of it, the second with the second.
void JointPolicies::Match() {
  std::unordered_map<uint32_t, std::vector<uint32_t>> places;  // by condition: rules of the old policy, the last first
  for (const size_t side : {kOld, kNew}) {
    partners_[side].assign(rule_count(side) + 1, kNoPartner);
    moved_[side] = partners_[side];
  }
  for (uint32_t index = rule_count(kOld); index-- > 0;) places[text(kOld, index).condition].push_back(index);
  std::vector<size_t> before;
  std::vector<uint32_t> now;
  for (uint32_t index = 0; index < rule_count(kNew); ++index) {
    const auto found = places.find(text(kNew, index).condition);
    if (found == places.end() || found->second.empty()) continue;
    before.push_back(found->second.back());
    now.push_back(index);
    found->second.pop_back();
  }
  const std::vector<bool> in_order = evaluator::InOrder(before);
  for (size_t i = 0; i < now.size(); ++i) {
    auto& pairs = in_order[i] ? partners_ : moved_;
    pairs[kOld][before[i]] = now[i];
    pairs[kNew][now[i]] = static_cast<uint32_t>(before[i]);
  }
  partners_[kOld].back() = rule_count(kNew);
  partners_[kNew].back() = rule_count(kOld);
}

std::string JointPolicies::OtherName(size_t side, uint32_t index) const {
  const uint32_t same = partner(side, index) != kNoPartner ? partner(side, index) : moved(side, index);
  if (same == kNoPartner) return {};
  const std::vector<dsl::Rule>& others = policy(1 - side).rules;
  const std::string_view name = rule(side, index).name.text;
  const auto has = [name](const dsl::Rule& other) { return other.name.text == name; };
  if (rule(1 - side, same).name.text == name || std::any_of(others.begin(), others.end(), has)) return {};
  return std::string(rule(1 - side, same).name.text);
}

void JointPolicies::CopyConditions(size_t side) {
  for (uint32_t index = 0; index <= rule_count(side); ++index) {
    const dsl::Rule& from = rule(side, index);
    const dsl::Condition* condition = nullptr;
    if (from.when && side == kNew && partner(kNew, index) != kNoPartner) {
      condition = conditions_[kOld][partner(kNew, index)];
    } else if (from.when) {
      Rename(side, &copies_.emplace_back(*from.when));
      condition = &copies_.back();
    }
    conditions_[side].push_back(condition);
  }
}

void JointPolicies::Rename(size_t side, dsl::Path* path) const {
  if (path->slot != dsl::kUnresolved) path->slot = slots_[side][path->slot];
}

void JointPolicies::Rename(size_t side, dsl::Condition* condition) const {
  const auto group = [&](std::vector<dsl::Condition>* terms) {
    for (dsl::Condition& term : *terms) Rename(side, &term);
  };
  std::visit(dsl::Overloaded{[&](dsl::All& all) { group(&all.terms); }, [&](dsl::Any& any) { group(&any.terms); },
                             [&](dsl::Not& negation) { group(&negation.term); },
                             [&](dsl::Bare& bare) {
                               if (bare.let != dsl::kUnresolved) {
                                 bare.let = lets_[side][bare.let];
                               } else {
                                 Rename(side, &bare.path);
                               }
                             },
                             [&](dsl::Membership& member) {
                               Rename(side, &member.path);
                               auto* name = std::get_if<dsl::ListName>(&member.set);
                               if (name == nullptr) return;
                               if (name->let != dsl::kUnresolved) name->let = lets_[side][name->let];
                               if (name->table != dsl::kUnresolved) name->table = tables_[side][name->table];
                             },
                             [](dsl::ClockTest&) {}, [&](auto& atom) { Rename(side, &atom.path); }},
             condition->node);
}

}  // namespace keyrule::analysis
