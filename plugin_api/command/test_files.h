// The policies that the arguments of `keyrule test` stand for.
#pragma once

#include <string>
#include <vector>

#include "plugin_api/command/options.h"

namespace keyrule::command {

// Each policy once, files in the order given. A folder is walked for *.keyrule, hidden names and
// *.schema.keyrule left out; a file that another one found there imports is tested with that one.
// What goes wrong is said, and *exit gets its cause.
std::vector<std::string> FindPolicies(const std::vector<std::string>& arguments,
                                      const Options& options, Exit* exit);

}  // namespace keyrule::command
