// The checks of a policy that look at all requests at once: rules that never decide, conditions that are always or never
// true, parts that change nothing (KR0403, KR0405, KR0406, KR0407).
#pragma once

#include <vector>

#include "dsl/diagnostic.h"
#include "evaluator/analysis/policy_model.h"

namespace keyrule::analysis {

// In the order of the rules. What could not be decided within the model's budget is a note (KR0019), never silence. For
// errors beyond `most_errors`, which nobody is shown, only that they are is found.
std::vector<dsl::Diagnostic> CheckPolicy(PolicyModel* model, const ReachOptions& options = {},
                                         size_t most_errors = dsl::Diagnostics::kMaxErrors);

// The errors among them alone (KR0403, KR0405), and the note.
std::vector<dsl::Diagnostic> CheckErrors(PolicyModel* model);

}  // namespace keyrule::analysis
