// What the strategies that look at load share: calls in flight, and how ties fall.
#pragma once

#include <cstdint>

#include "evaluator/decision.h"

namespace keyrule::evaluator {

inline uint64_t InFlight(const Candidate& candidate) noexcept {
  const int32_t calls = candidate.state->in_flight.load(std::memory_order_relaxed);
  return calls > 0 ? static_cast<uint64_t>(calls) : 0;
}

inline uint64_t LastTaken(const Candidate& candidate) noexcept {
  return candidate.state->last_taken.load(std::memory_order_relaxed);
}

// The least by `less(a, b)` over indices into d.eligible; ties: least recently taken, then order.
template <typename Less>
size_t Least(const Decision& d, const Less& less) {
  size_t best = 0;
  for (size_t i = 1; i < d.eligible.size(); ++i) {
    if (less(i, best)) {
      best = i;
    } else if (!less(best, i) && LastTaken(d.candidates[d.eligible[i]]) <
                                     LastTaken(d.candidates[d.eligible[best]])) {
      best = i;
    }
  }
  return best;
}

}  // namespace keyrule::evaluator
