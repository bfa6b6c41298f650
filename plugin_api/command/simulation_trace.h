// When the requests of a scenario arrive, and how large each is: drawn once, so that every balancer meets the same.
#pragma once

#include <cstdint>
#include <vector>

#include "plugin_api/command/simulation.h"

namespace keyrule::command::simulation {

struct Arrival {
  int64_t at_ms = 0;
  uint32_t traffic = 0;
  uint32_t number = 0;  // within its traffic, from 0
  uint32_t tokens = 0;
  uint32_t duration_ms = 0;
};

// Sorted by moment, then by traffic, then by number.
std::vector<Arrival> MakeTrace(const Scenario& scenario);
// How many requests a scenario will have, about: exactly, if they arrive evenly.
uint64_t ExpectedRequests(const Scenario& scenario);

}  // namespace keyrule::command::simulation
