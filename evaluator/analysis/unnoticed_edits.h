// What is written otherwise in the newer of two policies, beside what its requests notice.
#pragma once

#include <cstdint>
#include <functional>

#include "evaluator/analysis/joint_policies.h"
#include "evaluator/analysis/policy_diff.h"

namespace keyrule::analysis {

// Of rules that are written otherwise, those that no class of `result` is about. `differ`: whether two rules of one condition
// say different things.
void AddUnnoticed(const JointPolicies& joint, const std::function<bool(uint32_t old_rule, uint32_t new_rule)>& differ,
                  PolicyDiff* result);
// Limits that count by themselves, and attributes.
void AddStatements(const JointPolicies& joint, PolicyDiff* result);

}  // namespace keyrule::analysis
