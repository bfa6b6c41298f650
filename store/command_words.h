// The words of a command line, taken apart without a shell.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "store/status.h"

namespace keyrule::store {

// Words between spaces, tabs and line breaks. 'Single' quotes keep everything, "double" quotes keep
// all but a backslash before ", \, $ or `; outside of quotes a backslash keeps the next character.
// What a shell would act on ($, `, |, &, ;, <, >, parentheses) must be quoted: nothing acts on it
// here, and it is refused rather than passed on. Or a JSON list of texts: ["program", "argument"].
// kInvalid when it is neither, when the program is missing, or when a word holds a zero byte; the
// status names no place, and quotes single characters only: an argument may be a secret.
Result<std::vector<std::string>> SplitCommand(std::string_view command);

}  // namespace keyrule::store
