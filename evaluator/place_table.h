// From a hash of 128 bits to a place in a dense table: credentials that are bound together stand together.
#pragma once

#include <cstdint>

#include "evaluator/state_layout.h"

namespace keyrule::evaluator {

// A name of two words, neither of them 0.
struct PlaceKey {
  uint64_t first;
  uint64_t second;
};

// The place of a key below `places`, given out once and never taken back; `places` if there is no room. `used` counts the
// places that were given out. Whoever is killed half-way is helped by the next with the same key. Any thread, any process.
uint32_t PlaceOf(PlaceEntry* entries, uint32_t entry_count, StateWord* used, uint32_t places, PlaceKey key) noexcept;

}  // namespace keyrule::evaluator
