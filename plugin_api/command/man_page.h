// Pages of the manual, for man(1), made of what the commands say of themselves.
#pragma once

#include <string>

#include "plugin_api/command/command.h"

namespace keyrule::command {

std::string ManPage(const Command& command);  // keyrule-check.1
std::string ManPage();                        // keyrule.1

}  // namespace keyrule::command
