#include "evaluator/analysis/policy_without.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "evaluator/analysis/pool_entries.h"

namespace keyrule::analysis {
namespace {

using SharedPolicy = std::shared_ptr<const dsl::Policy>;

// What a decision says where no arm is left.
constexpr std::string_view kNothingLeft = "no credential is available";

dsl::Action Refusal(const dsl::Span& span) { return {dsl::Deny{{std::string(kNothingLeft), span}}, span}; }

// Leaves out the arms that `gone` names. A chain of none refuses.
void RemoveArms(dsl::Policy* policy, const std::function<bool(const dsl::Use&)>& gone) {
  const auto remove = [&](dsl::Chain* chain) {
    dsl::Few<dsl::Action> kept;
    for (const dsl::Action& action : chain->actions) {
      const auto* use = std::get_if<dsl::Use>(&action.what);
      if (use == nullptr || !gone(*use)) kept.push_back(action);
    }
    if (kept.size() == chain->actions.size()) return;
    if (kept.empty()) kept.push_back(Refusal(chain->actions.front().span));
    chain->actions = std::move(kept);
  };
  for (dsl::Rule& rule : policy->rules) remove(&rule.chain);
  remove(&policy->fallback.chain);
}

dsl::Condition IsText(const dsl::Path& path, std::string_view text, bool equal) {
  dsl::Comparison comparison;
  comparison.path = path;
  comparison.op = equal ? dsl::CompareOp::kEqual : dsl::CompareOp::kNotEqual;
  comparison.constant = dsl::Text{std::string(text), path.span};
  return {std::move(comparison), path.span};
}

// What `from` allows stays: whoever names another credential than the one that is gone does not notice.
void KeepAllowLists(dsl::Policy* policy) {
  const auto count = static_cast<uint32_t>(policy->pools.size());
  policy->pools.reserve(2 * size_t{count});
  for (uint32_t index = 0; index < count; ++index) {
    dsl::Pool copy = policy->pools[index];
    for (dsl::Member& member : copy.members) {
      if (auto* other = std::get_if<dsl::AllOf>(&member.what)) other->index += count;
    }
    policy->pools.push_back(std::move(copy));
  }
  const auto keep = [&](dsl::Chain* chain) {
    for (dsl::Action& action : chain->actions) {
      auto* use = std::get_if<dsl::Use>(&action.what);
      auto* single = use == nullptr ? nullptr : std::get_if<dsl::UseCredential>(&use->what);
      if (single != nullptr && single->from) single->from->index += count;
    }
  };
  for (dsl::Rule& rule : policy->rules) keep(&rule.chain);
  keep(&policy->fallback.chain);
}

// Whether a pool, or one that it is all of, names this credential.
bool NamedIn(const dsl::Policy& policy, uint32_t pool, std::string_view name) {
  const std::vector<PoolEntry> entries = EntriesOf(policy, pool);
  return std::any_of(entries.begin(), entries.end(),
                     [&](const PoolEntry& entry) { return entry.name() != nullptr && entry.name()->value == name; });
}

// Where a rule spends what an attribute names, those requests that name this one are refused by a rule before it. `listed`:
// whether an allow-list has it; where it has not, they are refused already.
void RefuseByName(dsl::Policy* policy, std::string_view name, const std::function<bool(const dsl::UseCredential&)>& listed) {
  std::vector<dsl::Rule> rules;
  const auto add_refusals = [&](const dsl::Rule& rule) {
    for (size_t arm = 0; arm < rule.chain.actions.size(); ++arm) {
      const auto* use = std::get_if<dsl::Use>(&rule.chain.actions[arm].what);
      const auto* single = use == nullptr ? nullptr : std::get_if<dsl::UseCredential>(&use->what);
      const auto* path = single == nullptr ? nullptr : std::get_if<dsl::Path>(&single->credential.what);
      if (path == nullptr || !listed(*single)) continue;
      dsl::Rule refused = rule;
      dsl::Condition names_it = IsText(*path, name, true);
      if (rule.when) {
        refused.when = dsl::Condition{dsl::All{{*rule.when, std::move(names_it)}}, rule.when->span};
      } else {
        refused.when = std::move(names_it);
      }
      dsl::Few<dsl::Action> kept;
      for (size_t before = 0; before < arm; ++before) kept.push_back(rule.chain.actions[before]);
      kept.push_back(Refusal(rule.chain.actions[arm].span));
      refused.chain.actions = std::move(kept);
      rules.push_back(std::move(refused));
      break;
    }
  };
  for (dsl::Rule& rule : policy->rules) {
    add_refusals(rule);
    rules.push_back(std::move(rule));
  }
  add_refusals(policy->fallback);
  policy->rules = std::move(rules);
}

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

SharedPolicy WithoutCredential(const dsl::Policy& policy, std::string_view name,
                         const std::function<bool(uint32_t pool)>& may_hold) {
  auto without = std::make_shared<dsl::Policy>(policy);
  KeepAllowLists(without.get());
  for (uint32_t index = 0; index < policy.pools.size(); ++index) {
    std::vector<dsl::Member>& members = without->pools[index].members;
    std::erase_if(members, [&](const dsl::Member& member) {
      const auto* text = std::get_if<dsl::Text>(&member.what);
      return text != nullptr && text->value == name;
    });
    const bool holds = std::any_of(members.begin(), members.end(), [](const dsl::Member& member) {
      return std::holds_alternative<dsl::Condition>(member.what);
    }) && may_hold(index);
    for (dsl::Member& member : members) {
      auto* where = std::get_if<dsl::Condition>(&member.what);
      if (where == nullptr || !holds) continue;
      dsl::Path field;
      field.text = "name";
      field.span = where->span;
      const dsl::Span span = where->span;
      *where = dsl::Condition{dsl::All{{*where, IsText(field, name, false)}}, span};
    }
  }
  for (dsl::Table& table : without->tables) {
    const auto& entries = table.entries();
    const bool named = std::any_of(entries.begin(), entries.end(),
                                   [&](const dsl::TableEntry& entry) { return entry.value.value == name; });
    if (!named) continue;
    // The key stays, so that conditions about it do; it leads to nothing.
    const auto rows = RowsOf(table);
    for (dsl::TableEntry& row : *rows) {
      if (row.value.value == name) row.value.value = "";
    }
    table.rows = rows;
  }
  RemoveArms(without.get(), [&](const dsl::Use& use) {
    const auto* single = std::get_if<dsl::UseCredential>(&use.what);
    const auto* text = single == nullptr ? nullptr : std::get_if<dsl::Text>(&single->credential.what);
    if (text != nullptr) return text->value == name;
    const auto* pool = std::get_if<dsl::UsePool>(&use.what);
    // One that it emptied has nothing to choose from.
    return pool != nullptr && without->pools[pool->pool.index].members.empty() &&
           !policy.pools[pool->pool.index].members.empty();
  });
  RefuseByName(without.get(), name, [&](const dsl::UseCredential& single) {
    if (!single.from) return true;
    // The lists that were kept stand behind the policy's own.
    const uint32_t pool = single.from->index % static_cast<uint32_t>(policy.pools.size());
    return NamedIn(policy, pool, name) || may_hold(pool);
  });
  return without;
}

SharedPolicy WithoutPool(const dsl::Policy& policy, uint32_t pool) {
  auto without = std::make_shared<dsl::Policy>(policy);
  without->pools[pool].members.clear();
  // Pools of which nothing is left go with it.
  for (bool more = true; more;) {
    more = false;
    for (dsl::Pool& other : without->pools) {
      const size_t removed = std::erase_if(other.members, [&](const dsl::Member& member) {
        const auto* all = std::get_if<dsl::AllOf>(&member.what);
        return all != nullptr && without->pools[all->index].members.empty();
      });
      more = more || removed > 0;
    }
  }
  RemoveArms(without.get(), [&](const dsl::Use& use) {
    if (const auto* of = std::get_if<dsl::UsePool>(&use.what)) return without->pools[of->pool.index].members.empty();
    const auto* single = std::get_if<dsl::UseCredential>(&use.what);
    return single->from && without->pools[single->from->index].members.empty();
  });
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
