#include <algorithm>

#include "dsl/wording.h"
#include "evaluator/analysis/pool_entries.h"
#include "evaluator/analysis/pool_member.h"
#include "evaluator/analysis/scene_maker.h"
#include "evaluator/analysis/test_scene.h"

namespace keyrule::analysis {

using dsl::Cat;
using Steps = SceneMaker::Steps;

namespace {

constexpr size_t kMostKeys = 4;     // entries of a table, and names of a pool, whose members are made
constexpr size_t kMostWeights = 2;  // names of a pool that get a weight

Steps Before(Steps given, const Steps& base) {
  given.insert(given.end(), base.begin(), base.end());
  return given;
}

std::string WithWeight(const std::string& given) {
  return Cat({given, given.find(" with ") == std::string::npos ? " with " : ", ", "weight = 3"});
}

}  // namespace

std::vector<SceneMaker::Narrowing> SceneMaker::NarrowingsOf(const std::vector<uint32_t>& rules) const {
  std::vector<Narrowing> all;
  for (const uint32_t rule : rules) {
    for (const dsl::Action& action : RuleAt(rule).chain.actions) {
      const auto* use = std::get_if<dsl::Use>(&action.what);
      const auto* pool = use != nullptr ? std::get_if<dsl::UsePool>(&use->what) : nullptr;
      if (pool == nullptr || !pool->narrow || pool->pool.index == dsl::kUnresolved) continue;
      Narrowing one;
      one.pool = pool->pool.index;
      one.field = std::string(pool->narrow->field.text);
      if (const auto* text = std::get_if<dsl::Text>(&pool->narrow->value.what)) {
        one.value = std::string(text->value);
        all.push_back(one);
      } else if (const auto* path = std::get_if<dsl::Path>(&pool->narrow->value.what)) {
        one.slot = path->slot;
        all.push_back(one);
        // A name is one of those that the pool has.
        size_t taken = 0;
        for (const PoolEntry& entry : EntriesOf(policy_, one.pool)) {
          if (one.field != "name" || entry.name() == nullptr || ++taken > kMostKeys) continue;
          one.key = one.value = std::string(entry.name()->value);
          all.push_back(one);
        }
      } else {
        const auto& lookup = std::get<dsl::Lookup>(pool->narrow->value.what);
        one.slot = lookup.key.slot;
        size_t taken = 0;
        for (const dsl::TableEntry& entry : policy_.tables[lookup.index].entries()) {
          if (++taken > kMostKeys) break;
          one.key = std::string(entry.key.value);
          one.value = std::string(entry.value.value);
          all.push_back(one);
        }
      }
    }
  }
  return all;
}

std::string SceneMaker::Meet(const Narrowing& narrowing, Steps* steps) const {
  if (narrowing.slot == dsl::kUnresolved) return narrowing.value;
  if (narrowing.key.empty()) return Say(narrowing.slot, steps);
  steps->back() = With(steps->back(), narrowing.slot, dsl::InQuotes(narrowing.key));
  return narrowing.value;
}

void SceneMaker::AddGiven(const Steps& base, const std::vector<uint32_t>& rules) {
  std::set<uint32_t> pools;
  const std::vector<std::string> names = NamesOf(rules, &pools);
  Steps several;
  size_t weights = 0;
  for (const std::string& name : names) {
    const std::string given = Cat({"given credential ", name});
    const std::string off = given + " with enabled = false";
    if (std::find(base.begin(), base.end(), off) != base.end()) continue;
    Steps one = Before({off}, base);
    Add(one);
    AddTimes(std::move(one), std::to_string(kRounds) + " times");
    several.push_back(off);
    Add(Before(several, base));
    if (weights++ < kMostWeights) AddTimes(Before({WithWeight(given)}, base), std::to_string(kRounds) + " times");
  }
  for (const uint32_t pool : pools) AddMembers(base, pool, rules);
  // Of those with a field that the request says, and of others.
  for (const Narrowing& narrowing : NarrowingsOf(rules)) {
    Steps steps = base;
    const std::string value = Meet(narrowing, &steps);
    if (narrowing.field == "name") {
      Add(steps);
      AddLimits(steps);
      Add(Before({GivenStep(value, {}, false)}, steps));
      continue;
    }
    AddMembers(steps, narrowing.pool, rules, {{narrowing.field, value}});
    AddMembers(steps, narrowing.pool, rules, {{narrowing.field, "another-1"}});
  }
}

void SceneMaker::AddMembers(const Steps& base, uint32_t pool, const std::vector<uint32_t>& rules, const CredentialFields& fixed) {
  const std::vector<CredentialFields> members = MembersByConditions(policy_, pool, fixed);
  const std::string name(policy_.pools[pool].name.text);
  Steps all;
  for (const CredentialFields& fields : members) all.push_back(GivenText(fields, Cat({name, "-", std::to_string(all.size() + 1)})));
  if (!members.empty()) {
    // The first one alone, with a second one of its kind, and with one that is none.
    CredentialFields again = members.front();
    for (auto& [field, value] : again) {
      if (field == "name") value += "-twin";
    }
    const std::string twin = GivenText(again, name + "-twin");
    for (const Steps& given : {Steps{all.front()}, Steps{all.front(), twin}, Steps{all.front(), "given credential \"another-1\""}}) {
      const Steps steps = Before(given, base);
      Add(steps);
      AddUnique(steps, rules);
      for (const char* how : {" times", " times at once"}) AddTimes(steps, std::to_string(kRounds) + how);
      AddTimes(steps, "2 times");  // before any limit
    }
    AddTimes(Before({WithWeight(all.front()), twin}, base), std::to_string(kRounds) + " times");
  }
  if (!fixed.empty()) {
    // Those that the pool names, with the field.
    for (const PoolEntry& entry : EntriesOf(policy_, pool)) {
      if (entry.name() == nullptr || all.size() == members.size() + kMostKeys) continue;
      all.push_back(GivenText(fixed, std::string(entry.name()->value)));
    }
  }
  for (size_t i = members.empty() ? 0 : 1; i < all.size(); ++i) Add(Before({all[i]}, base));
  if (all.size() < 2) return;
  Add(Before(all, base));
  AddTimes(Before(all, base), std::to_string(kRounds) + " times");
  all.front() = WithWeight(all.front());
  AddTimes(Before(all, base), std::to_string(kRounds) + " times");
}

}  // namespace keyrule::analysis
