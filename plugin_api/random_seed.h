// A number that nobody can guess.
#pragma once

#include <cstdint>

namespace keyrule::plugin_api {

// Never 0. Enters the system.
uint64_t RandomSeed() noexcept;

}  // namespace keyrule::plugin_api
