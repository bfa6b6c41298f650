// The claims of a policy, proved or refuted over all requests and all credentials, or those of a catalog (KR0601 to KR0604).
#pragma once

#include <vector>

#include "dsl/diagnostic.h"
#include "evaluator/analysis/policy_model.h"

namespace keyrule::analysis {

// In the order of the claims; a claim that is proved is not mentioned. The model was made with ClaimTerms. Every example has
// been decided by the evaluator; where it decides otherwise, which is a fault of the analysis, std::logic_error is thrown.
// What the model's budget was not enough for is said (KR0604). For errors beyond `most_errors`, which nobody is shown, only
// that they are is found.
std::vector<dsl::Diagnostic> CheckClaims(PolicyModel* model, size_t most_errors = dsl::Diagnostics::kMaxErrors);

}  // namespace keyrule::analysis
