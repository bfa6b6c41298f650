// TestSuggester: what an arm needs to find a credential, in the request and in the world.
#include <algorithm>
#include <utility>

#include "dsl/wording.h"
#include "evaluator/analysis/pool_entries.h"
#include "evaluator/analysis/pool_member.h"
#include "evaluator/analysis/suggested_test.h"
#include "evaluator/explanation.h"
#include "evaluator/session.h"
#include "evaluator/test_world.h"

namespace keyrule::analysis {
namespace {

using dsl::Cat;
using evaluator::Credential;

constexpr int64_t kMostCalls = 2'000;  // that a limit is used up by
constexpr size_t kMostNames = 64;  // values tried for an attribute that names a credential

// Of a table.
std::vector<std::string> KeysOf(const dsl::Policy& policy, const dsl::Lookup& lookup) {
  std::vector<std::string> keys;
  for (const dsl::TableEntry& entry : policy.tables[lookup.index].entries()) {
    if (keys.size() == kMostNames) break;
    keys.emplace_back(entry.key.value);
  }
  return keys;
}

// What the request says of an attribute; empty: nothing.
std::string TextOf(const TestScene& scene, uint32_t slot) {
  for (const Assignment& assignment : scene.example.assignments) {
    const auto* text = std::get_if<std::string>(&assignment.value);
    if (assignment.slot == slot && text != nullptr) return *text;
  }
  return {};
}

}  // namespace

bool TestSuggester::GiveText(uint32_t slot, const std::string& text, uint32_t rule, TestScene* scene) {
  std::vector<evaluator::Value> values(program_->slot_count());
  values[slot] = evaluator::Value::Text(text);
  const Space& space = model_.space();
  const Point point = space.PointOf(values, evaluator::kTestStartMs);
  Box region;
  for (uint32_t variable = 0; variable < point.size(); ++variable) {
    if (space[variable].slot == slot) region.Put(variable, ClassSet::One(point[variable]));
  }
  std::vector<NodeRef> required;
  if (rule < model_.rule_count()) required.push_back(model_.reach().rule(rule));
  SuggestedTest::Answer answer;
  std::optional<TestScene> found = Scout(FindShown(&model_.reach(), required, std::min(rule, model_.rule_count()), region), &answer);
  if (!found) return false;
  std::vector<Assignment>& assignments = found->example.assignments;
  std::erase_if(assignments, [&](const Assignment& other) { return other.slot == slot; });
  Assignment given;
  given.path = std::string(program_->policy->slots[slot].path.text);
  given.type = program_->policy->slots[slot].type;
  given.slot = slot;
  given.value = text;
  const auto at = std::find_if(assignments.begin(), assignments.end(),
                               [&](const Assignment& other) { return other.slot > slot; });
  assignments.insert(at, std::move(given));
  scene->example = std::move(found->example);
  return true;
}

// Whether an arm of the rule before this one goes for it, by its name or as a member of a pool.
bool TestSuggester::IsTakenBefore(const dsl::Use& use, uint32_t rule, const Credential& credential) const {
  for (const dsl::Action& action : evaluator::RuleAt(*program_, rule).chain.actions) {
    const auto* before = std::get_if<dsl::Use>(&action.what);
    if (before == &use || before == nullptr) return false;
    const auto* pool = std::get_if<dsl::UsePool>(&before->what);
    if (pool != nullptr && evaluator::PoolHolds(*program_, pool->pool.index, credential, credential.provider)) return true;
    const auto* single = std::get_if<dsl::UseCredential>(&before->what);
    const auto* text = single != nullptr ? std::get_if<dsl::Text>(&single->credential.what) : nullptr;
    if (text != nullptr && text->value == credential.name) return true;
  }
  return false;
}

bool TestSuggester::NameCredential(const dsl::Use& use, uint32_t rule, TestScene* scene) {
  const dsl::Policy& policy = *program_->policy;
  const auto* single = std::get_if<dsl::UseCredential>(&use.what);
  const auto* pool = std::get_if<dsl::UsePool>(&use.what);
  const dsl::Value* value = single != nullptr ? &single->credential : nullptr;
  if (pool != nullptr && pool->narrow) value = &pool->narrow->value;
  if (value == nullptr) return true;
  if (const auto* lookup = std::get_if<dsl::Lookup>(&value->what)) {
    for (const std::string& key : KeysOf(policy, *lookup)) {
      if (GiveText(lookup->key.slot, key, rule, scene)) return true;
    }
    return false;
  }
  const auto* path = std::get_if<dsl::Path>(&value->what);
  if (path == nullptr) return true;
  if (pool != nullptr) {
    // Any value that the rule can have: a credential with the same is made for it.
    if (!TextOf(*scene, path->slot).empty()) return true;
    return GiveText(path->slot, "other", rule, scene);
  }
  const std::string wanted = TextOf(*scene, path->slot);
  size_t tried = 0;
  // First those that no arm before takes.
  std::vector<Credential> known = evaluator::CredentialsOfPolicy(policy);
  std::stable_partition(known.begin(), known.end(),
                        [&](const Credential& credential) { return !IsTakenBefore(use, rule, credential); });
  for (const Credential& credential : known) {
    if (single->from && !evaluator::PoolHolds(*program_, single->from->index, credential, credential.provider)) continue;
    if (++tried > kMostNames) break;
    if (GiveText(path->slot, credential.name, rule, scene)) return true;
  }
  // The rule asks for another name: one is made that has it.
  if (!wanted.empty() && !single->from) {
    scene->added.push_back({wanted, {}});
    return true;
  }
  if (tried > 0) {
    // For a pool's members as their id.
    if (wanted.empty()) return false;
    for (const Credential& credential : evaluator::CredentialsOfPolicy(policy)) {
      if (!evaluator::PoolHolds(*program_, single->from->index, credential, credential.provider)) continue;
      scene->added.push_back({credential.name, {{"id", wanted}}});
      return true;
    }
    return false;
  }
  // The policy names none: one is made, as the pool wants it.
  if (!single->from) {
    scene->added.push_back({"key-1", {}});
  } else if (!AddMember(use, scene)) {
    return false;
  }
  return GiveText(path->slot, scene->added.back().name, rule, scene);
}

bool TestSuggester::UseUp(const dsl::Use& before, const dsl::Use* wanted, TestScene* scene) const {
  const dsl::Policy& policy = *program_->policy;
  for (const dsl::MeterName& name : before.under) {
    const auto is_it = [&](const dsl::MeterName& other) { return other.index == name.index; };
    if (wanted != nullptr && std::any_of(wanted->under.begin(), wanted->under.end(), is_it)) continue;
    const dsl::Meter& meter = policy.meters[name.index];
    const auto* pool = std::get_if<dsl::UsePool>(&before.what);
    const int64_t keys = meter.each_credential && pool != nullptr
                             ? static_cast<int64_t>(EntriesOf(policy, pool->pool.index).size()) : 1;
    for (const dsl::Limit& limit : meter.limits) {
      if (limit.period == dsl::LimitPeriod::kAtOnce) {
        if (limit.amount * keys >= kMostCalls) continue;
        scene->at_once = std::max(scene->at_once, limit.amount * keys + 1);
        return true;
      }
      switch (limit.unit) {
        case dsl::LimitUnit::kRequests:
          if (limit.amount * keys >= kMostCalls) continue;
          scene->spent.push_back({.calls = limit.amount * keys});
          return true;
        case dsl::LimitUnit::kTokens:
          for (int64_t i = 0; i < keys; ++i) scene->spent.push_back({.tokens = limit.amount + 1});
          return true;
        case dsl::LimitUnit::kUsd:
          for (int64_t i = 0; i < keys; ++i) scene->spent.push_back({.usd = limit.amount / 1'000'000 + 1});
          return true;
      }
    }
  }
  return false;
}

bool TestSuggester::AddMember(const dsl::Use& use, TestScene* scene) {
  const dsl::Policy& policy = *program_->policy;
  const auto* pool = std::get_if<dsl::UsePool>(&use.what);
  const auto* single = std::get_if<dsl::UseCredential>(&use.what);
  uint32_t index = dsl::kUnresolved;
  CredentialFields fixed;
  if (pool != nullptr) index = pool->pool.index;
  if (single != nullptr && single->from) index = single->from->index;
  if (index == dsl::kUnresolved) return false;
  if (pool != nullptr && pool->narrow) {
    std::string wanted;
    const dsl::Value& value = pool->narrow->value;
    if (const auto* text = std::get_if<dsl::Text>(&value.what)) wanted = text->value;
    if (const auto* path = std::get_if<dsl::Path>(&value.what)) wanted = TextOf(*scene, path->slot);
    if (const auto* lookup = std::get_if<dsl::Lookup>(&value.what)) {
      const std::string key = TextOf(*scene, lookup->key.slot);
      for (const dsl::TableEntry& entry : policy.tables[lookup->index].entries()) {
        if (entry.key.value == key) wanted = entry.value.value;
      }
    }
    if (wanted.empty()) return false;
    fixed.emplace_back(std::string(pool->narrow->field.text), wanted);
  }
  std::optional<CredentialFields> fields = MemberByCondition(policy, index, fixed);
  if (!fields) {
    if (fixed.empty()) return false;
    // A pool of names: the first of them, with the field that is asked for.
    fields = fixed;
    if (fixed.front().first != "name") {
      for (const Credential& credential : evaluator::CredentialsOfPolicy(policy)) {
        if (!evaluator::PoolHolds(*program_, index, credential, credential.provider)) continue;
        fields->emplace_back("name", credential.name);
        break;
      }
      if (fields->size() == 1) return false;
    }
  }
  std::string name;
  for (auto field = fields->begin(); field != fields->end(); ++field) {
    if (field->first != "name") continue;
    name = field->second;
    fields->erase(field);
    break;
  }
  if (name.empty()) name = Cat({policy.pools[index].name.text, "-1"});
  for (const TestScene::Added& known : scene->added) {
    if (known.name == name) return false;  // it did not help
  }
  scene->disabled.erase(name);
  scene->added.push_back({name, std::move(*fields)});
  return true;
}

}  // namespace keyrule::analysis
