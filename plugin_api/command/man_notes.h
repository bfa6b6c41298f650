// What the manual says of a command beyond its help: causes of exit codes, environment, files, what to read next.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "plugin_api/command/exit.h"

namespace keyrule::command {

struct ExitCause {
  Exit exit;
  std::string_view cause;
};
// Of all commands: `keyrule --help` and keyrule(1).
std::span<const ExitCause> ExitCauses();
// Of one, in the order of the codes.
std::vector<ExitCause> ExitCausesOf(std::string_view command);

struct ManNote {
  std::string_view name;      // of a variable or a file
  std::string_view says;
  std::string_view commands;  // "import sync": of these; empty: of all
};
std::vector<ManNote> EnvironmentOf(std::string_view command);
std::vector<ManNote> FilesOf(std::string_view command);

// Names of commands whose pages are worth reading after this one's.
std::vector<std::string_view> SeeAlsoOf(std::string_view command);

}  // namespace keyrule::command
