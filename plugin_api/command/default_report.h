// `keyrule check --default`: which requests of a policy no rule answers.
#pragma once

#include <string>

#include "plugin_api/command/policy_input.h"

namespace keyrule::command {

// Prints it; the policy is good. Exit::kFault where the analysis and the evaluator do not agree, which is said.
Exit ShowDefault(const PolicyInput& input, const std::string& file, const Options& options);

}  // namespace keyrule::command
