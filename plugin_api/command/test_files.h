// The files that arguments stand for.
#pragma once

#include <string>
#include <vector>

#include "plugin_api/command/options.h"

namespace keyrule::command {

// For `keyrule test`: each policy once, files in the order given. A folder is walked for *.keyrule, hidden names and
// *.schema.keyrule left out; a file that another one found there imports is tested with that one.
// What goes wrong is said, and *exit gets its cause.
std::vector<std::string> FindPolicies(const std::vector<std::string>& arguments,
                                      const Options& options, Exit* exit);
// Likewise for `keyrule fmt`: also schemas, and what others import.
std::vector<std::string> FindSources(const std::vector<std::string>& arguments,
                                     const Options& options, Exit* exit);

}  // namespace keyrule::command
