// Goes through all records of a decision log, file by file.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "plugin_api/command/decision_log_files.h"
#include "plugin_api/command/decision_log_line.h"

namespace keyrule::command {

// What is wrong on the way, with the line it is on (from 1; 0: the file as a whole).
using LogTrouble = std::function<void(const std::string& path, size_t line, std::string what, std::string mend)>;

// Whether a decision's line, unread, is surely not wanted.
using LogPass = std::function<bool(std::string_view text)>;

using LogTake = std::function<void(const DecisionLogLine& line, const LinePlace& place)>;

// What is damaged, and files of a newer version, are said and passed over.
void ReadDecisionLog(const std::vector<std::string>& paths, const LogPass& pass, const LogTake& take, const LogTrouble& trouble);

}  // namespace keyrule::command
