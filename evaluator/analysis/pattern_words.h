// Texts in which a pattern may be found: guesses, to be tried.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace keyrule::analysis {

// Short texts that the RE2 pattern should be found in, one for each way through its first alternatives, also behind `prefix`.
// Nothing is promised: whoever uses one asks RE2 first.
std::vector<std::string> TextsOfPattern(std::string_view pattern, std::string_view prefix);

}  // namespace keyrule::analysis
