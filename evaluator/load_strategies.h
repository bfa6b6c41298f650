// The strategies that go by what credentials carry and how they answer (LANGUAGE.md §4.4). Each
// returns an index into d.eligible, which is not empty. Integers only.
#pragma once

#include <cstddef>
#include <cstdint>

#include "evaluator/decision.h"

namespace keyrule::evaluator {

size_t LeastInFlight(const Decision& d) noexcept;
// By d.used, the used shares of the limits; where no limit covers any of them, by the tokens of the
// last minute.
size_t LeastUsed(const Decision& d, SelectionState& state) noexcept;
// By chance, as `weighted_random` would, with what is left of each weight. `draw` is that take's
// hash.
size_t Headroom(const Decision& d, uint64_t draw) noexcept;
size_t LeastLatency(const Decision& d) noexcept;

}  // namespace keyrule::evaluator
