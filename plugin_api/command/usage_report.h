// What was counted, as a person, a program or Prometheus reads it.
#pragma once

#include <string>
#include <vector>

#include "plugin_api/command/console.h"
#include "plugin_api/command/usage_count.h"

namespace keyrule::command {

// The names of a table's rows: "credential", or "tag" alone for the one of all tags.
using UsageHeader = std::vector<std::string>;

std::string UsageText(const UsageHeader& header, const UsageTable& table, Format format);
// An object a row and line.
std::string UsageJson(const UsageHeader& header, const UsageTable& table);
// The text format 0.0.4 of Prometheus; counters that begin with the oldest file that is still there.
std::string UsagePrometheus(const UsageHeader& header, const UsageTable& table);

}  // namespace keyrule::command
