// A region of requests in words that an operator reads, and as a condition that a rule could have.
#pragma once

#include "evaluator/analysis/default_requests.h"

namespace keyrule::analysis {

// Fills `text` and `condition` of it.
void PutIntoWords(const dsl::Policy& policy, const Space& space, DefaultRegion* region);

}  // namespace keyrule::analysis
