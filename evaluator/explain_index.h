// How each rule of a policy is reached, what that costs, and what would make it cheaper.
#pragma once

#include <memory>
#include <string>

#include "dsl/policy.h"

namespace keyrule::evaluator {

// A line for each rule, under a line about all of them.
std::string ExplainIndexText(const std::shared_ptr<const dsl::Policy>& policy);
// One JSON object a rule and line: "rule", "reached" (in_turn, key, always, never), "by", "keys", "crowd", "cost_ns", "advice".
// How one rule (by index) is found among the others: "by environment == … and app.id", "in its turn".
std::string WayToRule(const std::shared_ptr<const dsl::Policy>& policy, size_t rule);
std::string ExplainIndexJson(const std::shared_ptr<const dsl::Policy>& policy);

}  // namespace keyrule::evaluator
