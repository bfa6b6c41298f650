// What is wrong with the answers to `keyrule new`, asked of the language itself.
#pragma once

#include <optional>
#include <string>

#include "plugin_api/command/console.h"
#include "plugin_api/command/known_credentials.h"

namespace keyrule::command {

struct ProvenPolicy {
  std::optional<Problem> problem = {};  // it does not load without a warning, or a test of its own fails
  size_t rules = 0;
  size_t tests = 0;
};

// Loads the policy, runs its tests, and looks whether what it names is there.
ProvenPolicy ProveNewPolicy(const std::string& text, const std::string& file, const KnownCredentials& known);

// Is this what can stand behind `limit`, and this behind `for each`?
std::optional<Problem> CheckLimit(const std::string& limit, const std::string& for_each);

}  // namespace keyrule::command
