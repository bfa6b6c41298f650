// keyrule explain KR0301, keyrule explain --list: the pages about diagnostics.
#pragma once

#include <string>

#include "plugin_api/command/options.h"

namespace keyrule::command {

// Whether a word is meant as a code, in upper or lower case, and not as a file.
bool IsCode(const std::string& word);
Exit ExplainCode(const std::string& word, const Options& options);
Exit ListCodes(const Options& options);

}  // namespace keyrule::command
