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

// Where the request gives the attribute a value, and that value, as it is written; at the end: nowhere.
struct Given {
  size_t begin;
  size_t end;
};
Given GivenIn(const std::string& request, const std::string& path) {
  const std::string given = Cat({" ", path, " = "});
  const size_t at = request.find(given);
  if (at == std::string::npos) return {request.size(), request.size()};
  const size_t begin = at + given.size();
  size_t end = begin;
  if (request[begin] == '"') {
    do {
      end += request[end] == '\\' ? 2 : 1;
    } while (end < request.size() && request[end] != '"');
    return {begin, std::min(end + 1, request.size())};
  }
  end = request[begin] == '[' ? request.find(']', begin) + 1 : std::min(request.find(',', begin), request.size());
  return {begin, end};
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
    // Behind limits that are used up there may be others.
    if (!base.empty() && base.back() == "again") AddLimits(base);
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

std::string SceneMaker::With(const std::string& request, uint32_t slot, const std::string& value) const {
  const std::string path = PathText(policy_.slots[slot].path.text);
  const Given given = GivenIn(request, path);
  if (given.begin == request.size()) return Cat({request, request == "request" ? " with " : ", ", path, " = ", value});
  return request.substr(0, given.begin) + value + request.substr(given.end);
}

std::string SceneMaker::AnyValueOf(uint32_t slot) const {
  const dsl::Attribute& attribute = policy_.slots[slot];
  switch (attribute.type) {
    case dsl::Type::kEnum: return dsl::InQuotes(attribute.values.front().value);
    case dsl::Type::kInt: return "1";
    case dsl::Type::kBool: return "true";
    default: return "\"some\"";
  }
}

bool SceneMaker::MayBeUnique(uint32_t slot) const {
  const dsl::Type type = policy_.slots[slot].type;
  return type == dsl::Type::kString || type == dsl::Type::kInt;
}

std::string SceneMaker::OtherValueOf(uint32_t slot) const {
  const dsl::Attribute& attribute = policy_.slots[slot];
  if (MayBeUnique(slot)) return "unique";
  return attribute.type == dsl::Type::kEnum ? dsl::InQuotes(attribute.values.back().value) : AnyValueOf(slot);
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
      Add(steps);
      AddTimes(std::move(steps), std::to_string(kRounds) + " times");
    };
    add(fields, base);
    for (const Narrowing& narrowing : NarrowingsOf(rules)) {
      Steps steps = base;
      CredentialFields more = fields;
      std::erase_if(more, [&](const auto& field) { return field.first == narrowing.field; });
      more.emplace_back(narrowing.field, Meet(narrowing, &steps));
      add(more, std::move(steps));
    }
  }
}

void SceneMaker::AddTagged(Steps base, const std::vector<uint32_t>& rules) {
  for (const uint32_t rule : rules) {
    for (const dsl::Tag& tag : RuleAt(rule).chain.tags) {
      if (const auto* lookup = std::get_if<dsl::Lookup>(&tag.value.what); lookup != nullptr && lookup->key.slot < policy_.slots.size()) {
        const auto& entries = policy_.tables[lookup->index].entries();
        Steps steps = base;
        if (!entries.empty()) steps.back() = With(steps.back(), lookup->key.slot, dsl::InQuotes(entries.front().key.value));
        Add(std::move(steps));
      }
      const auto* path = std::get_if<dsl::Path>(&tag.value.what);
      if (path == nullptr || path->slot >= policy_.slots.size()) continue;
      const bool is_text = policy_.slots[path->slot].type == dsl::Type::kString;
      if (GivenIn(base.back(), PathText(path->text)).begin < base.back().size()) continue;
      base.back() = With(base.back(), path->slot, is_text ? Cat({"\"some-", tag.name.text, "\""}) : AnyValueOf(path->slot));
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
      const bool is_text = policy_.slots[path->slot].type == dsl::Type::kString;
      const std::string name = is_text ? "\"another-1\"" : OtherValueOf(path->slot);
      Steps another = {"given credential " + name};
      another.insert(another.end(), base.begin(), base.end());
      another.back() = With(base.back(), path->slot, name);
      Add(std::move(another));
      size_t taken = 0;
      for (const PoolEntry& entry : EntriesOf(policy_, single->from->index)) {
        if (entry.name() == nullptr) continue;
        if (++taken > kMostCredentials) break;
        Steps steps = base;
        steps.back() = With(base.back(), path->slot, dsl::InQuotes(entry.name()->value));
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

std::string SceneMaker::Say(uint32_t slot, Steps* steps) const {
  const auto given = [&] { return GivenIn(steps->back(), PathText(policy_.slots[slot].path.text)); };
  if (given().begin == steps->back().size()) steps->back() = With(steps->back(), slot, AnyValueOf(slot));
  const auto [begin, end] = given();
  const std::string value = steps->back().substr(begin, end - begin);
  const bool is_plain = value.size() > 1 && value.front() == '"' && value.find('\\') == std::string::npos;
  return is_plain ? value.substr(1, value.size() - 2) : value;
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

}  // namespace keyrule::analysis
