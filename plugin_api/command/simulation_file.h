// A scenario file (plugin_api/SIMULATE.md): from JSON to a Scenario.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "plugin_api/command/policy_input.h"
#include "plugin_api/command/simulation_fields.h"
#include "store/located_json.h"
#include "store/secret.h"

namespace keyrule::command::simulation {

class ScenarioFile {
 public:
  ScenarioFile(std::string path, const Options& options) : path_(std::move(path)), options_(options) {}

  // Each prints what is wrong. Read comes after Open, with the policy that is simulated.
  Exit Open();
  Exit Read(const PolicyInput& policy, std::optional<uint64_t> seed, Scenario* scenario);

  // The path of the policy that it names, which stands there as seen from the file; empty: it names none.
  const std::string& policy() const { return policy_; }

 private:
  Exit Say();
  Exit ReadCredentials(const PolicyInput& policy, Scenario* scenario);
  void ReadTraffic(const store::JsonNode& node, const std::string& pointer, Scenario* scenario);
  void ReadRequest(const store::JsonNode& node, const std::string& pointer, Traffic* traffic);
  void ReadVaried(const store::JsonNode& node, const std::string& pointer, const Scenario& scenario, Traffic* traffic);
  void ReadRates(const store::JsonNode& node, const std::string& pointer, Traffic* traffic);
  void ReadProvider(const store::JsonNode& node, const std::string& pointer, Scenario* scenario);
  Failure ReadFailure(const store::JsonNode& node, const std::string& pointer, const Scenario& scenario);
  void Assign(const store::JsonNode& node, const std::string& pointer, uint32_t account, Scenario* scenario);

  const std::string path_;
  const Options& options_;
  store::Secret text_;  // somebody may leave payloads in its credentials
  store::JsonDocument document_;
  std::vector<store::ImportError> errors_;
  std::optional<ScenarioFields> fields_;
  std::string policy_;
};

}  // namespace keyrule::command::simulation
