// A decision as JSON (language reference, "The decision") and as the text that `decide` prints.
#pragma once

#include <string>

#include "evaluator/decision.h"
#include "evaluator/snapshot.h"

namespace keyrule::evaluator {

// One line, all keys always there and in the documented order. `snapshot` is the one that made the decision.
std::string DecisionJson(const Decision& decision, const Snapshot& snapshot);
// The verdict on the first line, the reasons under it. Ends with a line break.
std::string DecisionText(const Decision& decision, const Snapshot& snapshot);
// RFC 3339, UTC, milliseconds.
std::string FormatTime(int64_t unix_ms);

}  // namespace keyrule::evaluator
