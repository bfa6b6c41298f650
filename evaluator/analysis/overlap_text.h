// What made a question about a policy too large, for those who can make it smaller.
#pragma once

#include <string>

#include "evaluator/analysis/reach.h"

namespace keyrule::analysis {

// Of the first question that was given up: "overlap in too many ways by `app.id`, `user.id` and 3 more attributes; ask about
// fewer of these in one rule", behind "the rules" or "its parts". Empty: none was.
std::string OverlapText(const Reach& reach);

}  // namespace keyrule::analysis
