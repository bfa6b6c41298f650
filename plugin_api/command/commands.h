// The one table of commands: what runs them, completes them and writes their manual all read it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plugin_api/command/command.h"

namespace keyrule::command {

// In the order of `keyrule --help`.
std::span<const Command* const> Commands();
// Null: there is none of this name.
const Command* CommandNamed(std::string_view name);
std::vector<std::string_view> CommandNames();

// Where the subcommand stands: options that all commands have may stand before it. The size where there is none.
size_t CommandIndex(const std::vector<std::string>& arguments);

}  // namespace keyrule::command
