#include "evaluator/analysis/policy_without.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace keyrule::analysis {
namespace {

using SharedPolicy = std::shared_ptr<const dsl::Policy>;

std::shared_ptr<std::vector<dsl::TableEntry>> RowsOf(const dsl::Table& table) {
  return std::make_shared<std::vector<dsl::TableEntry>>(table.entries());
}

class ValueRemover {
 public:
  ValueRemover(const dsl::Policy& policy, uint32_t slot, std::string_view value)
      : policy_(policy), slot_(slot), value_(value) {}

  void Remove(dsl::Condition* condition) const {
    if (auto* all = std::get_if<dsl::All>(&condition->node)) return RemoveFrom(&all->terms);
    if (auto* any = std::get_if<dsl::Any>(&condition->node)) return RemoveFrom(&any->terms);
    if (auto* negation = std::get_if<dsl::Not>(&condition->node)) return RemoveFrom(&negation->term);
    if (auto* comparison = std::get_if<dsl::Comparison>(&condition->node)) {
      const auto* text = std::get_if<dsl::Text>(&comparison->constant);
      if (comparison->path.slot != slot_ || text == nullptr || text->value != value_) return;
      dsl::Membership none;  // in no list, or not in one
      none.path = comparison->path;
      none.negated = comparison->op == dsl::CompareOp::kNotEqual;
      none.set = dsl::TextList{{}, condition->span};
      condition->node = std::move(none);
    }
    auto* member = std::get_if<dsl::Membership>(&condition->node);
    if (member == nullptr || member->path.slot != slot_) return;
    std::vector<std::string_view> items;
    if (const auto* list = std::get_if<dsl::TextList>(&member->set)) {
      for (const dsl::Text& item : list->items) items.push_back(item.value);
    } else if (const auto* name = std::get_if<dsl::ListName>(&member->set)) {
      if (name->table != dsl::kUnresolved) {
        for (const dsl::TableEntry& entry : policy_.tables[name->table].entries()) items.push_back(entry.key.value);
      } else if (const auto* let = std::get_if<dsl::TextList>(&policy_.lets[name->let].value)) {
        for (const dsl::Text& item : let->items) items.push_back(item.value);
      }
    }
    if (std::erase(items, value_) == 0) return;
    dsl::TextList kept{{}, condition->span};
    for (const std::string_view item : items) kept.items.push_back({dsl::Words::In(item), condition->span});
    member->set = std::move(kept);
  }

 private:
  void RemoveFrom(std::vector<dsl::Condition>* terms) const {
    for (dsl::Condition& term : *terms) Remove(&term);
  }

  const dsl::Policy& policy_;
  const uint32_t slot_;
  const std::string_view value_;
};

}  // namespace

SharedPolicy WithoutPool(const dsl::Policy& policy, uint32_t pool) {
  auto without = std::make_shared<dsl::Policy>(policy);
  without->pools[pool].members.clear();
  return without;
}

SharedPolicy WithoutValue(const dsl::Policy& policy, uint32_t slot, std::string_view value) {
  auto without = std::make_shared<dsl::Policy>(policy);
  const ValueRemover remover(policy, slot, value);
  for (dsl::Rule& rule : without->rules) {
    if (rule.when) remover.Remove(&*rule.when);
  }
  for (dsl::Let& let : without->lets) {
    if (auto* condition = std::get_if<dsl::Condition>(&let.value)) remover.Remove(condition);
  }
  return without;
}

SharedPolicy WithoutEntry(const dsl::Policy& policy, uint32_t table, std::string_view key) {
  auto without = std::make_shared<dsl::Policy>(policy);
  const auto rows = RowsOf(policy.tables[table]);
  std::erase_if(*rows, [&](const dsl::TableEntry& entry) { return entry.key.value == key; });
  without->tables[table].rows = rows;
  return without;
}

}  // namespace keyrule::analysis
