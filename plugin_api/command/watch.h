// `--watch`: runs again whenever something that was read changes.
#pragma once

#include <functional>

#include "plugin_api/command/options.h"
#include "plugin_api/command/read_files.h"

namespace keyrule::command {

inline constexpr char kWatchDoc[] = "run again whenever a file that was read changes, until Ctrl-C";

// Until SIGINT or SIGTERM; gives what the last run gave. `run` says which files it has read.
Exit Watch(const Options& options, const std::function<Exit(ReadFiles*)>& run);

}  // namespace keyrule::command
