// What a simulation came to: tables for people, one object for programs.
#pragma once

#include <string>
#include <vector>

#include "plugin_api/command/console.h"
#include "plugin_api/command/simulation_run.h"

namespace keyrule::command::simulation {

// The runs of one trace, Keyrule's first. Neither says how long the simulation took: equal input gives equal bytes.
std::string ReportText(const Scenario& scenario, const std::vector<RunResult>& runs, Format format);
std::string ReportJson(const Scenario& scenario, const std::vector<RunResult>& runs);

}  // namespace keyrule::command::simulation
