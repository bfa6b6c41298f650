#include "evaluator/analysis/test_scene.h"

#include <algorithm>
#include <utility>

#include "dsl/wording.h"
#include "evaluator/analysis/example_text.h"
#include "evaluator/test_world.h"

namespace keyrule::analysis {

using dsl::Cat;
using evaluator::Credential;

std::string GivenStep(const std::string& name, const CredentialFields& fields, bool enabled) {
  std::string with;
  for (const auto& [field, value] : fields) {
    with += (with.empty() ? " with " : ", ") + PathText(field) + " = " + dsl::InQuotes(value);
  }
  if (!enabled) with += (with.empty() ? " with " : ", ") + std::string("enabled = false");
  return "given credential " + dsl::InQuotes(name) + with;
}

void TestScene::Add(const Credential& credential) {
  Added& one = added.emplace_back(Added{credential.name, {}, credential.enabled});
  const auto give = [&](std::string_view field, const std::string& value) {
    if (!value.empty()) one.fields.emplace_back(field, value);
  };
  if (credential.id != credential.name) give("id", credential.id);
  give("model", credential.model);
  give("model.type", credential.model_type);
  give("owner", credential.owner);
  for (const auto& [label, value] : credential.labels) give("labels." + label, value);
}

std::vector<Credential> TestScene::World(const dsl::Policy& policy) const {
  std::vector<Credential> world;
  for (Credential& credential : evaluator::CredentialsOfPolicy(policy)) {
    const auto is_it = [&](const Added& one) { return one.name == credential.name; };
    const bool is_given = disabled.contains(credential.name) || std::any_of(added.begin(), added.end(), is_it);
    if (!is_given) world.push_back(std::move(credential));
  }
  for (const std::string& name : disabled) {
    Credential credential;
    credential.name = credential.id = name;
    credential.enabled = false;
    world.push_back(std::move(credential));
  }
  for (const auto& [name, fields, enabled] : added) {
    Credential credential;
    credential.name = credential.id = name;
    credential.enabled = enabled;
    for (const auto& [field, value] : fields) evaluator::GiveField(field, value, &credential);
    world.push_back(std::move(credential));
  }
  return world;
}

std::vector<std::string> TestScene::Steps() const {
  std::vector<std::string> steps;
  for (const std::string& name : disabled) {
    steps.push_back(GivenStep(name, {}, false));
  }
  for (const auto& [name, fields, enabled] : added) {
    steps.push_back(GivenStep(name, fields, enabled));
  }
  for (std::string& step : RequestSteps(example)) steps.push_back(std::move(step));
  const std::string request = std::move(steps.back());
  steps.pop_back();
  bool is_first = true;
  const auto call = [&](int64_t times, const char* how) {
    const std::string often = times > 1 ? Cat({" ", std::to_string(times), " times", how}) : "";
    steps.push_back(is_first ? Cat({"request", often, request.substr(std::string_view("request").size())}) : "again" + often);
    is_first = false;
  };
  for (const Spent& before : spent) {
    call(before.calls, "");
    if (before.tokens > 0) steps.push_back(Cat({"report ok with tokens = ", std::to_string(before.tokens)}));
    if (before.usd > 0) steps.push_back(Cat({"report ok with cost = ", std::to_string(before.usd)}));
  }
  call(at_once, " at once");
  return steps;
}

std::unique_ptr<evaluator::Session> TestScene::Play(std::shared_ptr<const evaluator::Program> program,
                                                    evaluator::Coverage* coverage) const {
  auto source = std::make_shared<evaluator::MemorySource>(World(*program->policy));
  const int64_t now_ms = example.clock_ms.value_or(evaluator::kTestStartMs);
  auto session = std::make_unique<evaluator::Session>(std::move(program), std::move(source), now_ms, 0);
  session->SetCoverage(coverage);
  const auto call = [&](int64_t times, bool together) {
    return session->Call({.times = times, .at_once = together},
                         [&](evaluator::RequestBuilder* builder) { return Apply(example, builder); });
  };
  for (const Spent& before : spent) {
    if (!call(before.calls, false)) return nullptr;
    if (before.tokens == 0 && before.usd == 0) continue;
    session->Report({.tokens = before.tokens, .cost_micro_usd = before.usd * 1'000'000});
  }
  return call(at_once, at_once > 1) ? std::move(session) : nullptr;
}

}  // namespace keyrule::analysis
