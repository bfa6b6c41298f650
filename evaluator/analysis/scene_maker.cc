#include "evaluator/analysis/scene_maker.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "dsl/wording.h"
#include "evaluator/analysis/example_text.h"
#include "evaluator/analysis/pool_entries.h"
#include "evaluator/analysis/pool_member.h"
#include "evaluator/analysis/test_scene.h"
#include "evaluator/coverage.h"

namespace keyrule::analysis {

using dsl::Cat;
using Steps = SceneMaker::Steps;

namespace {

constexpr size_t kMostCredentials = 8;  // that are turned off in turn
constexpr size_t kMostAlone = 2;        // beginnings of which one credential after the other is left alone

// The plain text that a request says of an attribute; empty: none.
std::string TextIn(const std::string& request, const std::string& path) {
  const std::string given = path + " = \"";
  const size_t at = request.find(given);
  if (at == std::string::npos) return {};
  const size_t begin = at + given.size();
  const size_t end = request.find_first_of("\"\\", begin);
  return end == std::string::npos || request[end] == '\\' ? std::string() : request.substr(begin, end - begin);
}

bool IsOneCall(const std::string& step) { return step == "request" || step.starts_with("request with "); }

}  // namespace

void SceneMaker::AddSuggested(TestSuggester* suggester, const evaluator::Program& program, const std::vector<uint32_t>& rules) {
  const evaluator::Coverage coverage(std::shared_ptr<const evaluator::Program>(&program, [](const auto*) {}));
  size_t taken = 0;
  for (size_t i = 0; i < coverage.items().size() && taken < kMostItems; ++i) {
    const uint32_t rule = coverage.items()[i].rule;
    if (!std::binary_search(rules.begin(), rules.end(), rule)) continue;
    ++taken;
    SuggestedTest test = suggester->Search(i);
    if (test.answer != SuggestedTest::Answer::kFound) continue;
    test.steps.pop_back();
    Add(std::move(test.steps));
  }
}

void SceneMaker::AddVariants(const std::vector<uint32_t>& rules) {
  const std::vector<Steps> bases = scenes_;
  for (const Steps& base : bases) {
    if (base.empty() || !IsOneCall(base.back())) continue;
    AddTimes(base, std::to_string(kRounds) + " times");
    AddTimes(base, std::to_string(kRounds) + " times at once");
  }
  size_t alone = 0;
  for (const Steps& base : bases) {
    if (base.empty() || !IsOneCall(base.back())) continue;
    AddTelling(base, rules);
    AddTagged(base, rules);
    AddNamed(base, rules);
    AddGiven(base, rules);
    AddUnique(base, rules);
    AddReports(base, rules);
    AddLimits(base);
    if (alone++ >= kMostAlone) continue;
    for (const Steps& steps : Alone(base, rules)) {
      Add(steps);
      AddReports(steps, rules);
      AddLimits(steps);
    }
  }
}

std::string SceneMaker::Times(const std::string& request, const std::string& times) {
  return "request " + times + request.substr(std::string_view("request").size());
}

void SceneMaker::AddTimes(Steps base, const std::string& times) {
  base.back() = Times(base.back(), times);
  Add(std::move(base));
}

const dsl::Rule& SceneMaker::RuleAt(uint32_t rule) const {
  return rule < policy_.rules.size() ? policy_.rules[rule] : policy_.fallback;
}

std::string SceneMaker::With(const std::string& request, const std::string& path, const std::string& value) {
  const std::string given = path + " = \"";
  const size_t at = request.find(given);
  if (at == std::string::npos) return Cat({request, request == "request" ? " with " : ", ", path, " = ", value});
  size_t end = at + given.size();
  while (end < request.size() && request[end] != '"') end += request[end] == '\\' ? 2 : 1;
  return Cat({request.substr(0, at), path, " = ", value, request.substr(std::min(end + 1, request.size()))});
}

// `name`: where it is not among the fields.
std::string SceneMaker::GivenText(CredentialFields fields, std::string name) {
  std::erase_if(fields, [&](const auto& field) {
    if (field.first == "name") name = field.second;
    return field.first == "name";
  });
  return GivenStep(name, fields);
}

void SceneMaker::AddTelling(const Steps& base, const std::vector<uint32_t>& rules) {
  for (const CredentialFields& fields : telling_) {
    const auto add = [&](const CredentialFields& of, Steps steps) {
      steps.insert(steps.begin(), GivenText(of, "another-1"));
      Add(std::move(steps));
    };
    add(fields, base);
    for (const Narrowing& narrowing : NarrowingsOf(rules)) {
      if (narrowing.path.empty()) continue;
      Steps steps = base;
      CredentialFields more = fields;
      std::erase_if(more, [&](const auto& field) { return field.first == narrowing.field; });
      more.emplace_back(narrowing.field, Say(narrowing.path, &steps));
      add(more, std::move(steps));
    }
  }
}

void SceneMaker::AddTagged(Steps base, const std::vector<uint32_t>& rules) {
  for (const uint32_t rule : rules) {
    for (const dsl::Tag& tag : RuleAt(rule).chain.tags) {
      const auto* path = std::get_if<dsl::Path>(&tag.value.what);
      if (path == nullptr || path->slot >= policy_.slots.size()) continue;
      if (policy_.slots[path->slot].type != dsl::Type::kString) continue;
      const std::string written = PathText(path->text);
      if (base.back().find(written + " = ") != std::string::npos) continue;
      base.back() += Cat({base.back() == "request" ? " with " : ", ", written, " = \"some-", tag.name.text, "\""});
      Add(base);
    }
  }
}

void SceneMaker::AddNamed(const Steps& base, const std::vector<uint32_t>& rules) {
  for (const uint32_t rule : rules) {
    for (const dsl::Action& action : RuleAt(rule).chain.actions) {
      const auto* use = std::get_if<dsl::Use>(&action.what);
      const auto* single = use != nullptr ? std::get_if<dsl::UseCredential>(&use->what) : nullptr;
      const auto* path = single != nullptr && single->from ? std::get_if<dsl::Path>(&single->credential.what) : nullptr;
      if (path == nullptr || single->from->index == dsl::kUnresolved) continue;
      Steps another = {"given credential \"another-1\""};
      another.insert(another.end(), base.begin(), base.end());
      another.back() = With(base.back(), PathText(path->text), "\"another-1\"");
      Add(std::move(another));
      size_t taken = 0;
      for (const PoolEntry& entry : EntriesOf(policy_, single->from->index)) {
        if (entry.name() == nullptr) continue;
        if (++taken > kMostCredentials) break;
        Steps steps = base;
        steps.back() = With(base.back(), PathText(path->text), dsl::InQuotes(entry.name()->value));
        Add(std::move(steps));
      }
    }
  }
}

// The names that stand in the rules' pools, some of them; and all these pools.
std::vector<std::string> SceneMaker::NamesOf(const std::vector<uint32_t>& rules, std::set<uint32_t>* pools) const {
  for (const uint32_t rule : rules) {
    for (const dsl::Action& action : RuleAt(rule).chain.actions) AddPoolsOf(action, pools);
  }
  std::vector<std::string> names;
  for (const uint32_t pool : *pools) {
    for (const dsl::Member& member : policy_.pools[pool].members) {
      const auto* name = std::get_if<dsl::Text>(&member.what);
      if (name != nullptr && names.size() < kMostCredentials) names.push_back(dsl::InQuotes(name->value));
    }
  }
  return names;
}

std::vector<Steps> SceneMaker::Alone(const Steps& base, const std::vector<uint32_t>& rules) const {
  std::set<uint32_t> pools;
  const std::vector<std::string> names = NamesOf(rules, &pools);
  std::vector<Steps> all;
  for (const std::string& left : names) {
    Steps steps;
    for (const std::string& name : names) {
      if (name != left) steps.push_back(Cat({"given credential ", name, " with enabled = false"}));
    }
    const auto is_given = [&](const std::string& step) { return std::find(base.begin(), base.end(), step) != base.end(); };
    if (steps.empty() || std::any_of(steps.begin(), steps.end(), is_given)) break;
    steps.insert(steps.end(), base.begin(), base.end());
    all.push_back(std::move(steps));
  }
  return all;
}

std::vector<SceneMaker::Narrowing> SceneMaker::NarrowingsOf(const std::vector<uint32_t>& rules) const {
  std::vector<Narrowing> all;
  for (const uint32_t rule : rules) {
    for (const dsl::Action& action : RuleAt(rule).chain.actions) {
      const auto* use = std::get_if<dsl::Use>(&action.what);
      const auto* pool = use != nullptr ? std::get_if<dsl::UsePool>(&use->what) : nullptr;
      if (pool == nullptr || !pool->narrow || pool->pool.index == dsl::kUnresolved) continue;
      const auto* path = std::get_if<dsl::Path>(&pool->narrow->value.what);
      all.push_back({pool->pool.index, std::string(pool->narrow->field.text), path != nullptr ? PathText(path->text) : ""});
    }
  }
  return all;
}

// What the request says of the attribute, which it is made to if it does not.
std::string SceneMaker::Say(const std::string& path, Steps* steps) {
  std::string value = TextIn(steps->back(), path);
  if (value.empty()) steps->back() = With(steps->back(), path, dsl::InQuotes(value = "some"));
  return value;
}

void SceneMaker::AddGiven(const Steps& base, const std::vector<uint32_t>& rules) {
  std::set<uint32_t> pools;
  const std::vector<std::string> names = NamesOf(rules, &pools);
  Steps several;
  for (const std::string& name : names) {
    const std::string off = Cat({"given credential ", name, " with enabled = false"});
    if (std::find(base.begin(), base.end(), off) != base.end()) continue;
    Steps one = {off};
    one.insert(one.end(), base.begin(), base.end());
    Add(one);
    AddTimes(one, std::to_string(kRounds) + " times");
    several.push_back(off);
    Steps all = several;
    all.insert(all.end(), base.begin(), base.end());
    Add(std::move(all));
  }
  for (const uint32_t pool : pools) AddMember(base, pool, rules);
  // Of those with a field that the request says, and of others.
  for (const Narrowing& narrowing : NarrowingsOf(rules)) {
    AddMember(base, narrowing.pool, rules, {{narrowing.field, "another-1"}});
    if (narrowing.path.empty()) continue;
    Steps steps = base;
    const std::string value = Say(narrowing.path, &steps);
    AddMember(steps, narrowing.pool, rules, {{narrowing.field, value}});
    AddMember(steps, narrowing.pool, rules, {{narrowing.field, "another-1"}});
  }
}

void SceneMaker::AddPoolsOf(const dsl::Action& action, std::set<uint32_t>* pools) const {
  const auto* use = std::get_if<dsl::Use>(&action.what);
  if (use == nullptr) return;
  const auto* pool = std::get_if<dsl::UsePool>(&use->what);
  const auto* single = std::get_if<dsl::UseCredential>(&use->what);
  uint32_t index = pool != nullptr ? pool->pool.index : single->from ? single->from->index : dsl::kUnresolved;
  std::vector<uint32_t> open;
  if (index != dsl::kUnresolved) open.push_back(index);
  while (!open.empty()) {
    index = open.back();
    open.pop_back();
    if (!pools->insert(index).second) continue;
    for (const dsl::Member& member : policy_.pools[index].members) {
      if (const auto* all = std::get_if<dsl::AllOf>(&member.what)) open.push_back(all->index);
    }
  }
}

void SceneMaker::AddMember(const Steps& base, uint32_t pool, const std::vector<uint32_t>& rules, const CredentialFields& fixed) {
  const std::optional<CredentialFields> fields = MemberByCondition(policy_, pool, fixed);
  if (!fields) return;
  const std::string name = Cat({policy_.pools[pool].name.text, "-1"});
  // Alone, with a second one of its kind, and with one that is none.
  CredentialFields again = *fields;
  for (auto& [field, value] : again) {
    if (field == "name") value += "-2";
  }
  const std::string one = GivenText(*fields, name), two = GivenText(again, name + "-2");
  for (const Steps& given : {Steps{one}, Steps{one, two}, Steps{one, "given credential \"another-1\""}}) {
    Steps steps = given;
    steps.insert(steps.end(), base.begin(), base.end());
    Add(steps);
    AddUnique(steps, rules);
    for (const char* how : {" times", " times at once"}) AddTimes(steps, std::to_string(kRounds) + how);
    AddTimes(steps, "2 times");  // before any limit
  }
}

}  // namespace keyrule::analysis
