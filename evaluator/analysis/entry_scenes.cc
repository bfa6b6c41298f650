#include "evaluator/analysis/entry_scenes.h"

#include <algorithm>
#include <set>

#include "evaluator/analysis/example_text.h"
#include "evaluator/analysis/policy_model.h"
#include "evaluator/condition_walk.h"

namespace keyrule::analysis {
namespace {

constexpr size_t kMostEntryScenes = 6;

// The list or table that the mutation is about, and the value in it that requests should have.
struct TouchedEntry {
  uint32_t let = dsl::kUnresolved;
  uint32_t table = dsl::kUnresolved;
  std::string value;
};

std::optional<TouchedEntry> EntryOf(const dsl::Policy& policy, const Mutation& mutation) {
  for (uint32_t i = 0; i < policy.lets.size(); ++i) {
    const auto* texts = std::get_if<dsl::TextList>(&policy.lets[i].value);
    if (texts == nullptr || !Encloses(policy.lets[i].span, mutation.at)) continue;
    for (const dsl::Text& item : texts->items) {
      if (Encloses(item.span, mutation.at)) return TouchedEntry{i, dsl::kUnresolved, std::string(item.value)};
    }
  }
  for (uint32_t i = 0; i < policy.tables.size(); ++i) {
    if (policy.tables[i].file || !Encloses(policy.tables[i].span, mutation.at)) continue;
    for (const dsl::TableEntry& entry : policy.tables[i].entries()) {
      const dsl::Span whole{entry.key.span.source, entry.key.span.begin, entry.value.span.end};
      if (Encloses(whole, mutation.at)) return TouchedEntry{dsl::kUnresolved, i, std::string(entry.key.value)};
    }
  }
  return std::nullopt;
}

class SlotsOfEntry {
 public:
  SlotsOfEntry(const dsl::Policy& policy, const TouchedEntry& entry) : policy_(policy), entry_(entry) {}

  void Take(const dsl::Rule& rule) {
    if (rule.when) Take(*rule.when);
    for (const dsl::Action& action : rule.chain.actions) {
      const auto* use = std::get_if<dsl::Use>(&action.what);
      if (use == nullptr) continue;
      const auto* pool = std::get_if<dsl::UsePool>(&use->what);
      const auto* single = std::get_if<dsl::UseCredential>(&use->what);
      if (pool != nullptr && pool->narrow) Take(pool->narrow->value);
      if (single != nullptr) Take(single->credential);
    }
    for (const dsl::Tag& tag : rule.chain.tags) Take(tag.value);
  }
  const std::set<uint32_t>& slots() const { return slots_; }

 private:
  void Take(const dsl::Value& value) {
    const auto* lookup = std::get_if<dsl::Lookup>(&value.what);
    if (lookup != nullptr && lookup->index == entry_.table) slots_.insert(lookup->key.slot);
  }
  void Take(const dsl::Condition& condition) {
    if (const auto* terms = evaluator::TermsOf(condition)) {
      for (const dsl::Condition& term : *terms) Take(term);
      return;
    }
    const auto* bare = std::get_if<dsl::Bare>(&condition.node);
    if (bare != nullptr && bare->let != dsl::kUnresolved && seen_.insert(bare->let).second) {
      if (const auto* named = std::get_if<dsl::Condition>(&policy_.lets[bare->let].value)) Take(*named);
    }
    const auto* member = std::get_if<dsl::Membership>(&condition.node);
    const auto* list = member != nullptr ? std::get_if<dsl::ListName>(&member->set) : nullptr;
    if (list == nullptr) return;
    const bool ours = entry_.let != dsl::kUnresolved ? list->let == entry_.let : list->table == entry_.table;
    if (ours) slots_.insert(member->path.slot);
  }

  const dsl::Policy& policy_;
  const TouchedEntry& entry_;
  std::set<uint32_t> slots_;
  std::set<uint32_t> seen_;
};

}  // namespace

std::vector<std::vector<std::string>> ScenesOfEntry(const std::shared_ptr<const dsl::Policy>& policy, const Mutation& mutation) {
  std::vector<std::vector<std::string>> scenes;
  const std::optional<TouchedEntry> entry = EntryOf(*policy, mutation);
  if (!entry) return scenes;
  PolicyModel model(policy);
  for (uint32_t rule = 0; rule <= model.rule_count() && scenes.size() < kMostEntryScenes; ++rule) {
    SlotsOfEntry about(*policy, *entry);
    about.Take(rule < model.rule_count() ? policy->rules[rule] : policy->fallback);
    for (const uint32_t slot : about.slots()) {
      if (slot >= policy->slots.size()) continue;
      std::vector<evaluator::Value> values(policy->slots.size());
      values[slot] = evaluator::Value::Text(entry->value);
      const Point point = model.space().PointOf(values, 0);
      Box region;
      for (uint32_t variable = 0; variable < point.size(); ++variable) {
        if (model.space()[variable].slot == slot) region.Put(variable, ClassSet::One(point[variable]));
      }
      std::vector<NodeRef> required;
      if (rule < model.rule_count()) required.push_back(model.reach().rule(rule));
      std::optional<Example> example = FindShown(&model.reach(), required, rule, region).example;
      if (!example) continue;
      // Its class has other values as well, which nothing tells from it: but for the mutation.
      std::erase_if(example->assignments, [&](const Assignment& other) { return other.slot == slot; });
      Assignment given;
      given.path = std::string(policy->slots[slot].path.text);
      given.type = policy->slots[slot].type;
      given.slot = slot;
      given.value = entry->value;
      example->assignments.push_back(std::move(given));
      scenes.push_back(RequestSteps(*example));
    }
  }
  return scenes;
}

}  // namespace keyrule::analysis
