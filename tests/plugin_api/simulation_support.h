// Scenarios for tests of the simulator, made in memory.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "plugin_api/command/simulation.h"
#include "plugin_api/command/simulation_trace.h"
#include "tests/evaluator/fixture.h"

namespace keyrule::command::simulation {

// Credentials of these names, one kind of request for all of them, each credential with an account of its own.
inline std::unique_ptr<Scenario> MakeScenario(const std::string& policy, const std::vector<std::string>& names,
                                              uint32_t per_minute) {
  auto scenario = std::make_unique<Scenario>();
  scenario->program = evaluator::CompileText(policy);
  std::vector<evaluator::Credential> credentials;
  for (const std::string& name : names) {
    evaluator::Credential& credential = credentials.emplace_back();
    credential.name = credential.id = name;
    credential.provider = "openai";
  }
  scenario->source = std::make_shared<evaluator::MemorySource>(std::move(credentials));
  scenario->start_ms = 1'767'571'200'000;  // 2026-01-05T00:00Z
  scenario->hours = 1;
  Traffic& traffic = scenario->traffic.emplace_back();
  traffic.request = std::make_unique<evaluator::RequestBuilder>(scenario->program->policy);
  std::string error;
  EXPECT_TRUE(traffic.request->SetText("provider", "openai", &error)) << error;
  EXPECT_TRUE(traffic.request->SetText("model", "m", &error)) << error;
  EXPECT_TRUE(traffic.request->SetText("model.type", "llm", &error)) << error;
  traffic.request->FillRequired(scenario->start_ms);
  const evaluator::Request request = traffic.request->Build();
  traffic.tenant = request.tenant;
  traffic.values = evaluator::SlotValues(request.values.size());
  for (uint32_t slot : request.given) traffic.values.Set(slot, request.values[slot]);
  traffic.per_minute.fill(per_minute);
  traffic.duration_ms = {1000, 1000};
  scenario->accounts.emplace_back();
  EXPECT_TRUE(ListCredentials(scenario.get()));
  for (size_t i = 0; i < names.size(); ++i) {
    scenario->accounts.emplace_back();
    scenario->account_of[i] = static_cast<uint32_t>(i + 1);
  }
  return scenario;
}

inline const char* RoundRobinPolicy() {
  return "keyrule 1\nschema \"dify\"\npool p { \"a\" \"b\" \"c\" }\n"
         "rule r { when model.type == \"llm\"  use p by round_robin waiting up to 2s }\n"
         "default { leave to host }\n";
}

}  // namespace keyrule::command::simulation
