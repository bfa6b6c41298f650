#include "evaluator/analysis/suggested_test.h"

#include <algorithm>

#include "dsl/wording.h"
#include "evaluator/analysis/atom_path.h"
#include "evaluator/analysis/example_text.h"
#include "evaluator/analysis/expected_text.h"
#include "evaluator/session.h"
#include "evaluator/test_world.h"
#include "evaluator/typeset.h"

namespace keyrule::analysis {

using dsl::Cat;
using evaluator::CoverageItem;
using evaluator::Credential;
using evaluator::Decision;
using evaluator::Verdict;
using Kind = CoverageItem::Kind;

namespace {

constexpr int kMostRounds = 64;       // credentials that are turned off, one after the other
constexpr size_t kMostNames = 64;     // values tried for an attribute that names a credential
constexpr size_t kWidestName = 70;    // of a test

// "rule billing", "arm 2 of rule billing", "app.id == \"x\" is false".
std::string NameOf(const CoverageItem& item, const dsl::Policy& policy) {
  const bool is_default = item.rule >= policy.rules.size();
  const std::string rule = is_default ? "default" : Cat({"rule ", policy.rules[item.rule].name.text});
  if (item.kind == Kind::kRule) return rule;
  if (item.kind == Kind::kArm) return Cat({"arm ", std::to_string(item.arm), " of ", rule});
  const std::string atom = evaluator::OneLine(policy.sources->TextOf(item.atom->span));
  return evaluator::Shorten(atom, kWidestName) + (item.kind == Kind::kTrue ? " is true" : " is false");
}

// Of a table.
std::vector<std::string> KeysOf(const dsl::Policy& policy, const dsl::Lookup& lookup) {
  std::vector<std::string> keys;
  for (const dsl::TableEntry& entry : policy.tables[lookup.index].entries()) {
    if (keys.size() == kMostNames) break;
    keys.emplace_back(entry.key.value);
  }
  return keys;
}

}  // namespace

std::string SuggestedTest::Block() const {
  std::string text = "test " + dsl::InQuotes(name) + " {\n";
  for (const std::string& step : steps) text += "  " + step + "\n";
  return text + "}\n";
}

std::string SuggestedTest::Line() const {
  std::string text = "test " + dsl::InQuotes(name) + " {";
  for (const std::string& step : steps) text += " " + step;
  return text + " }";
}

TestSuggester::TestSuggester(std::shared_ptr<const evaluator::Program> program, const ReachOptions& options)
    : program_(std::move(program)), model_(program_->policy, options), coverage_(program_), met_(coverage_.items().size(), false) {
  for (const dsl::Test& test : program_->policy->tests) names_.emplace(test.name.value);
}

std::string TestSuggester::Named(const std::string& name) {
  std::string free = name;
  for (int number = 2; !names_.insert(free).second; ++number) free = name + " (" + std::to_string(number) + ")";
  return free;
}

std::optional<TestSuggester::Scene> TestSuggester::Scout(const Reached& reached, SuggestedTest::Answer* answer) const {
  *answer = reached.answer == Reached::Answer::kNone ? SuggestedTest::Answer::kNone
                                                     : SuggestedTest::Answer::kNotDecided;
  if (reached.answer != Reached::Answer::kFound) return std::nullopt;
  std::optional<Example> example = model_.space().Show(reached.point);
  if (!example) return std::nullopt;
  Scene scene;
  scene.example = std::move(*example);
  return scene;
}

bool TestSuggester::InNamedCondition(const dsl::Condition& atom) const {
  const std::vector<dsl::Let>& lets = program_->policy->lets;
  return std::any_of(lets.begin(), lets.end(), [&](const dsl::Let& let) {
    return let.span.source == atom.span.source && let.span.begin <= atom.span.begin && atom.span.end <= let.span.end;
  });
}

// In the first rule in which the atom can be so; an atom of a named condition may stand in several.
Reached TestSuggester::ReachAtom(const CoverageItem& item, bool truth) {
  const dsl::Policy& policy = *program_->policy;
  Reached last;
  last.answer = Reached::Answer::kNone;
  for (uint32_t rule = item.rule; rule < policy.rules.size(); ++rule) {
    std::optional<std::vector<NodeRef>> required =
        PathTo(*item.atom, *policy.rules[rule].when, policy, &model_.graph());
    if (!required) continue;
    // `!=` and `not in` are the atom's own: its outcome is that of what is written.
    required->push_back(model_.graph().Add(*item.atom, truth));
    Reached reached = model_.reach().Find(*required, rule);
    if (reached.answer != Reached::Answer::kNone) return reached;
    if (!InNamedCondition(*item.atom)) return reached;
  }
  return last;
}

std::vector<Credential> TestSuggester::World(const Scene& scene) const {
  std::vector<Credential> world;
  for (Credential& credential : evaluator::CredentialsOfPolicy(*program_->policy)) {
    if (!scene.disabled.contains(credential.name)) world.push_back(std::move(credential));
  }
  for (const auto& [name, off] : scene.disabled) {
    Credential credential;
    credential.name = credential.id = name;
    credential.enabled = false;
    world.push_back(std::move(credential));
  }
  for (const auto& [name, fields, enabled] : scene.added) {
    Credential credential;
    credential.name = credential.id = name;
    credential.enabled = enabled;
    for (const auto& [field, value] : fields) evaluator::GiveField(field, value, &credential);
    world.push_back(std::move(credential));
  }
  return world;
}

std::vector<std::string> TestSuggester::Steps(const Scene& scene) const {
  std::vector<std::string> steps;
  for (const auto& [name, off] : scene.disabled) {
    steps.push_back("given credential " + dsl::InQuotes(name) + " with enabled = false");
  }
  for (const auto& [name, fields, enabled] : scene.added) {
    std::string step = "given credential " + dsl::InQuotes(name);
    std::string with;
    for (const auto& [field, value] : fields) {
      with += (with.empty() ? " with " : ", ") + PathText(field) + " = " + dsl::InQuotes(value);
    }
    if (!enabled) with += (with.empty() ? " with " : ", ") + std::string("enabled = false");
    steps.push_back(step + with);
  }
  for (std::string& step : RequestSteps(scene.example)) steps.push_back(std::move(step));
  return steps;
}

SuggestedTest TestSuggester::Confirm(const Scene& scene, size_t index) {
  SuggestedTest test;
  std::vector<uint64_t> before;
  for (const CoverageItem& item : coverage_.items()) before.push_back(item.count);
  evaluator::Session session(program_, std::make_shared<evaluator::MemorySource>(World(scene)),
                             scene.example.clock_ms.value_or(evaluator::kTestStartMs), 0);
  session.SetCoverage(&coverage_);
  const bool called =
      session.Call({}, [&](evaluator::RequestBuilder* builder) { return Apply(scene.example, builder); });
  if (!called || coverage_.items()[index].count == before[index]) return test;
  for (size_t i = 0; i < before.size(); ++i) met_[i] = met_[i] || coverage_.items()[i].count > before[i];
  test.answer = SuggestedTest::Answer::kFound;
  test.name = Named(NameOf(coverage_.items()[index], *program_->policy));
  test.steps = Steps(scene);
  test.steps.push_back(ExpectedText(*session.last(), *program_->policy));
  return test;
}

bool TestSuggester::GiveText(uint32_t slot, const std::string& text, uint32_t rule, Scene* scene) {
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
  const Reached reached = model_.reach().Find(required, std::min(rule, model_.rule_count()), region);
  SuggestedTest::Answer answer;
  std::optional<Scene> found = Scout(reached, &answer);
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

bool TestSuggester::NameCredential(const dsl::Use& use, uint32_t rule, Scene* scene) {
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
    for (const Assignment& assignment : scene->example.assignments) {
      if (assignment.slot == path->slot && std::holds_alternative<std::string>(assignment.value)) return true;
    }
    return GiveText(path->slot, "other", rule, scene);
  }
  size_t tried = 0;
  for (const Credential& credential : evaluator::CredentialsOfPolicy(policy)) {
    if (single->from && !evaluator::PoolHolds(*program_, single->from->index, credential, credential.provider)) continue;
    if (++tried > kMostNames) break;
    if (GiveText(path->slot, credential.name, rule, scene)) return true;
  }
  if (tried > 0) return false;
  // The policy names none: one is made, as the pool wants it.
  if (!single->from) {
    scene->added.push_back({"key-1", {}});
  } else if (!AddMember(use, scene)) {
    return false;
  }
  return GiveText(path->slot, scene->added.back().name, rule, scene);
}

bool TestSuggester::AddMember(const dsl::Use& use, Scene* scene) {
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
    const auto text_of = [&](uint32_t slot) {
      for (const Assignment& assignment : scene->example.assignments) {
        const auto* text = std::get_if<std::string>(&assignment.value);
        if (assignment.slot == slot && text != nullptr) return *text;
      }
      return std::string();
    };
    if (const auto* text = std::get_if<dsl::Text>(&value.what)) wanted = text->value;
    if (const auto* path = std::get_if<dsl::Path>(&value.what)) wanted = text_of(path->slot);
    if (const auto* lookup = std::get_if<dsl::Lookup>(&value.what)) {
      const std::string key = text_of(lookup->key.slot);
      for (const dsl::TableEntry& entry : policy.tables[lookup->index].entries()) {
        if (entry.key.value == key) wanted = entry.value.value;
      }
    }
    if (wanted.empty()) return false;
    fixed.emplace_back(std::string(pool->narrow->field.text), wanted);
  }
  std::optional<CredentialFields> fields = MemberByCondition(policy, index, fixed);
  std::string name;
  if (fields) {
    for (auto field = fields->begin(); field != fields->end(); ++field) {
      if (field->first != "name") continue;
      name = field->second;
      fields->erase(field);
      break;
    }
  } else if (!fixed.empty()) {
    // A pool of names: the first of them, with the field that is asked for.
    fields = fixed;
    for (const Credential& credential : evaluator::CredentialsOfPolicy(policy)) {
      if (!evaluator::PoolHolds(*program_, index, credential, credential.provider)) continue;
      name = credential.name;
      break;
    }
    if (name.empty()) return false;
  } else {
    return false;
  }
  if (name.empty()) name = Cat({policy.pools[index].name.text, "-1"});
  for (const Scene::Added& known : scene->added) {
    if (known.name == name) return false;  // it did not help
  }
  scene->disabled.erase(name);
  scene->added.push_back({name, std::move(*fields)});
  return true;
}

// Arm by arm, as a call goes: what answers too early is turned off, what is missing is made.
SuggestedTest TestSuggester::ForArm(const CoverageItem& item, size_t index) {
  SuggestedTest none;
  std::optional<Scene> scene = Scout(model_.RequestOf(item.rule), &none.answer);
  if (!scene) return none;
  const dsl::Policy& policy = *program_->policy;
  const dsl::Rule& rule = item.rule < policy.rules.size() ? policy.rules[item.rule] : policy.fallback;
  const auto* wanted = std::get_if<dsl::Use>(&rule.chain.actions[item.arm - 1].what);
  none.answer = SuggestedTest::Answer::kNotDecided;
  if (wanted != nullptr && !NameCredential(*wanted, item.rule, &*scene)) return none;
  for (int round = 0; round < kMostRounds; ++round) {
    SuggestedTest test = Confirm(*scene, index);
    if (test.answer == SuggestedTest::Answer::kFound) return test;
    evaluator::Session session(program_, std::make_shared<evaluator::MemorySource>(World(*scene)),
                               scene->example.clock_ms.value_or(evaluator::kTestStartMs), 0);
    if (!session.Call({}, [&](evaluator::RequestBuilder* builder) { return Apply(scene->example, builder); })) return none;
    const Decision& decision = *session.last();
    if (decision.rule != item.rule) return none;
    if (decision.verdict == Verdict::kUse && decision.arm < item.arm) {
      const std::string& name = decision.credential->name;
      const auto added = std::find_if(scene->added.begin(), scene->added.end(),
                                      [&](const Scene::Added& credential) { return credential.name == name; });
      if (added != scene->added.end()) {
        added->enabled = false;
        continue;
      }
      if (!scene->disabled.emplace(name, true).second) return none;
      continue;
    }
    if (decision.reason == evaluator::Reason::kUnknownCredential && decision.arm < item.arm) {
      // Whoever names a credential must name one that there is, though it answers no more.
      const auto* earlier = std::get_if<dsl::Use>(&rule.chain.actions[decision.arm - 1].what);
      if (earlier == nullptr || !NameCredential(*earlier, item.rule, &*scene)) return none;
      continue;
    }
    if (wanted == nullptr || !AddMember(*wanted, &*scene)) return none;
  }
  return none;
}

SuggestedTest TestSuggester::For(size_t index) {
  const CoverageItem& item = coverage_.items()[index];
  SuggestedTest none;
  switch (item.kind) {
    case Kind::kArm: return ForArm(item, index);
    case Kind::kRule: {
      const std::optional<Scene> scene = Scout(model_.RequestOf(item.rule), &none.answer);
      return scene ? Confirm(*scene, index) : none;
    }
    case Kind::kTrue:
    case Kind::kFalse: {
      const std::optional<Scene> scene = Scout(ReachAtom(item, item.kind == Kind::kTrue), &none.answer);
      return scene ? Confirm(*scene, index) : none;
    }
  }
  return none;
}

}  // namespace keyrule::analysis
