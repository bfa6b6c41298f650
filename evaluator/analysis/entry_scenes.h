// Requests that are about one item of a named list, or one entry of a table.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "dsl/policy.h"
#include "evaluator/analysis/mutation.h"

namespace keyrule::analysis {

// Steps of each, without what to expect. Empty where the mutation is about something else.
std::vector<std::vector<std::string>> ScenesOfEntry(const std::shared_ptr<const dsl::Policy>& policy, const Mutation& mutation);

}  // namespace keyrule::analysis
