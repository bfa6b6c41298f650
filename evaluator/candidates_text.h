// Whom a decision had to choose from, as a list.
#pragma once

#include <string>

#include "evaluator/decision.h"
#include "evaluator/painter.h"

namespace keyrule::evaluator {

// A blank line and a line for each candidate: taken, eligible, or skipped and why. Empty if there was none to look at.
std::string CandidatesText(const Decision& decision, const Painter& paint);

}  // namespace keyrule::evaluator
