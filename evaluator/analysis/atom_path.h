// How a condition's parts come to be looked at.
#pragma once

#include <optional>
#include <vector>

#include "dsl/policy.h"
#include "evaluator/analysis/condition_graph.h"

namespace keyrule::analysis {

// What has to hold so that `atom`, somewhere in `condition`, is looked at when the condition is read from left to right:
// the parts before it that are joined by `and` are true, those joined by `or` false. Nothing if the atom is not in it.
std::optional<std::vector<NodeRef>> PathTo(const dsl::Condition& atom, const dsl::Condition& condition,
                                           const dsl::Policy& policy, ConditionGraph* graph);

}  // namespace keyrule::analysis
