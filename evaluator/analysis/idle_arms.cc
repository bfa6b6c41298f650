#include "evaluator/analysis/idle_arms.h"

#include <algorithm>

#include "evaluator/analysis/pool_entries.h"

namespace keyrule::analysis {
namespace {

bool IsSame(const dsl::Value& a, const dsl::Value& b) {
  if (a.what.index() != b.what.index()) return false;
  return std::visit(dsl::Overloaded{[&](const dsl::Text& text) { return text.value == std::get<dsl::Text>(b.what).value; },
                                    [&](const dsl::Path& path) { return path.slot == std::get<dsl::Path>(b.what).slot; },
                                    [&](const dsl::Lookup& lookup) {
                                      const auto& other = std::get<dsl::Lookup>(b.what);
                                      return lookup.index == other.index && lookup.key.slot == other.key.slot;
                                    }},
                    a.what);
}

// They go for the same, whatever the request.
bool HaveOneAim(const dsl::Use& a, const dsl::Use& b) {
  const auto* pool = std::get_if<dsl::UsePool>(&a.what);
  const auto* other_pool = std::get_if<dsl::UsePool>(&b.what);
  if (pool != nullptr && other_pool != nullptr) {
    if (pool->pool.index != other_pool->pool.index) return false;
    if (!pool->narrow) return true;  // the other may be narrowed
    return other_pool->narrow && pool->narrow->field.text == other_pool->narrow->field.text &&
           IsSame(pool->narrow->value, other_pool->narrow->value);
  }
  const auto* single = std::get_if<dsl::UseCredential>(&a.what);
  const auto* other = std::get_if<dsl::UseCredential>(&b.what);
  if (single == nullptr || other == nullptr || !IsSame(single->credential, other->credential)) return false;
  return single->from ? other->from && single->from->index == other->from->index : !other->from;
}

}  // namespace

bool IsWithinLimits(const dsl::Use& few, const dsl::Use& many) {
  return std::all_of(few.under.begin(), few.under.end(), [&](const dsl::MeterName& one) {
    return std::any_of(many.under.begin(), many.under.end(), [&](const dsl::MeterName& other) { return other.index == one.index; });
  });
}

std::optional<Names> OnlyNamesOf(const dsl::Policy& policy, uint32_t pool) {
  Names names;
  for (const PoolEntry& entry : EntriesOf(policy, pool)) {
    if (entry.name() == nullptr) return std::nullopt;
    names.insert(entry.name()->value);
  }
  return names;
}

const std::optional<Names>& IdleArms::NamesOf(uint32_t pool) {
  const auto [place, is_new] = pools_.try_emplace(pool);
  if (is_new) place->second = OnlyNamesOf(policy_, pool);
  return place->second;
}

bool IdleArms::Taken::Has(std::string_view name) const {
  return others.contains(name) || std::any_of(pools.begin(), pools.end(), [&](const Names* pool) { return pool->contains(name); });
}

void IdleArms::AddTaken(const dsl::Use& use, Taken* taken) {
  if (const auto* pool = std::get_if<dsl::UsePool>(&use.what)) {
    if (pool->narrow || !policy_.pools[pool->pool.index].providers.empty()) return;  // not all of it, or not always
    const std::optional<Names>& names = NamesOf(pool->pool.index);
    if (names && !names->empty()) taken->pools.push_back(&*names);
    return;
  }
  const auto& single = std::get<dsl::UseCredential>(use.what);
  const auto* text = std::get_if<dsl::Text>(&single.credential.what);
  if (text != nullptr && !single.from) taken->others.insert(text->value);
}

bool IdleArms::GoesFor(const dsl::Use& use, const Taken& taken) {
  const auto is_taken = [&](std::string_view name) { return taken.Has(name); };
  const auto has_taken = [&](uint32_t pool) {
    const std::optional<Names>& names = NamesOf(pool);
    return names && std::all_of(names->begin(), names->end(), is_taken);
  };
  const auto* single = std::get_if<dsl::UseCredential>(&use.what);
  if (single == nullptr) return has_taken(std::get<dsl::UsePool>(use.what).pool.index);
  if (std::holds_alternative<dsl::Path>(single->credential.what)) return false;  // it may refuse
  if (single->from && has_taken(single->from->index)) return true;
  if (const auto* text = std::get_if<dsl::Text>(&single->credential.what)) return is_taken(text->value);
  const auto& entries = policy_.tables[std::get<dsl::Lookup>(single->credential.what).index].entries();
  return std::all_of(entries.begin(), entries.end(), [&](const dsl::TableEntry& entry) { return is_taken(entry.value.value); });
}

bool IdleArms::IsIdle(const dsl::Use& use, const std::vector<const dsl::Use*>& before) {
  if (use.waiting) return false;
  Taken taken;
  for (const dsl::Use* earlier : before) {
    if (!IsWithinLimits(*earlier, use)) continue;
    if (HaveOneAim(*earlier, use)) return true;
    AddTaken(*earlier, &taken);
  }
  return !taken.empty() && GoesFor(use, taken);
}

std::vector<bool> IdleArms::Of(const dsl::Rule& rule) {
  std::vector<bool> idle(rule.chain.actions.size(), false);
  std::vector<const dsl::Use*> before;
  for (size_t i = 0; i < idle.size(); ++i) {
    const auto* use = std::get_if<dsl::Use>(&rule.chain.actions[i].what);
    if (use == nullptr) continue;
    idle[i] = !before.empty() && IsIdle(*use, before);
    before.push_back(use);
  }
  return idle;
}

}  // namespace keyrule::analysis
