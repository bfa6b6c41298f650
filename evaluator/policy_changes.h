// What is otherwise in a policy than in an earlier one, statement by statement.
#pragma once

#include <string>
#include <vector>

#include "dsl/policy.h"

namespace keyrule::evaluator {

struct PolicyChange {
  enum class Kind { kAdded, kRemoved, kChanged, kMoved };
  Kind kind = Kind::kChanged;
  std::string what;  // "rule billing"
};

// In the order of the later policy, what was removed behind it. Blanks and comments are no change.
std::vector<PolicyChange> ChangesOf(const dsl::Policy& before, const dsl::Policy& after);
std::string_view ToString(PolicyChange::Kind kind);

}  // namespace keyrule::evaluator
