// One line from a person at a terminal, edited with libedit, whose words Tab completes.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace keyrule::command {

// On standard error, since standard output may be the result. `words`: what could stand at the line's end, or behind its
// last comma. Nothing at the end of the input; Ctrl-C ends the program, with the terminal as it was.
std::optional<std::string> ReadAnswer(const std::string& prompt, const std::vector<std::string>& words);

}  // namespace keyrule::command
