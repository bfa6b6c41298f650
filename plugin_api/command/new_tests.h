// The tests that stand in the policy of `keyrule new`.
#pragma once

#include <string>

#include "plugin_api/command/known_credentials.h"
#include "plugin_api/command/new_policy.h"

namespace keyrule::command {

std::string WriteNewTests(const NewPolicyPlan& plan, const KnownCredentials& known);

// `labels.stage`, or `labels."cost centre"`.
std::string LabelPath(std::string_view key);

}  // namespace keyrule::command
