// What is written otherwise in the newer of two policies, beside what its requests notice.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "evaluator/analysis/joint_policies.h"
#include "evaluator/analysis/policy_diff.h"

namespace keyrule::analysis {

// Of rules that are written otherwise, those that no class of `result` is about. `differ`: whether two rules of one condition
// say different things. `open`: pairs, old before new, of which it was not found out whether they do.
void AddUnnoticed(const JointPolicies& joint, const std::function<bool(uint32_t old_rule, uint32_t new_rule)>& differ,
                  const std::vector<std::pair<uint32_t, uint32_t>>& open, PolicyDiff* result);
// Limits that count by themselves, and attributes.
void AddStatements(const JointPolicies& joint, PolicyDiff* result);

}  // namespace keyrule::analysis
