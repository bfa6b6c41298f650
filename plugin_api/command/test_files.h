// The files that arguments stand for.
#pragma once

#include <string>
#include <vector>

#include "plugin_api/command/options.h"
#include "plugin_api/command/read_files.h"

namespace keyrule::command {

// For `keyrule check` and `keyrule test`: each policy once, files in the order given. A folder is walked for *.keyrule,
// hidden names and *.schema.keyrule left out; a file that another one found there imports is looked at with that one.
// What goes wrong is said, and *exit gets its cause. `files`: gets the folders, and what lies in them; may be null.
std::vector<std::string> FindPolicies(const std::vector<std::string>& arguments,
                                      const Options& options, Exit* exit, ReadFiles* files = nullptr);
// Likewise for `keyrule fmt`: also schemas, and what others import.
std::vector<std::string> FindSources(const std::vector<std::string>& arguments,
                                     const Options& options, Exit* exit);
// Every such file of one folder, in the order of their paths; *error says why it cannot be read.
std::vector<std::string> SourcesIn(const std::string& folder, std::string* error);

}  // namespace keyrule::command
