// What a decision came to, as a test's `expect` says it.
#pragma once

#include <string>

#include "dsl/policy.h"
#include "evaluator/decision.h"

namespace keyrule::analysis {

// `expect rule billing, credential in production`.
std::string ExpectedText(const evaluator::Decision& decision, const dsl::Policy& policy);

}  // namespace keyrule::analysis
