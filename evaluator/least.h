// What the strategies that look at load share: calls in flight, and how ties fall.
#pragma once

#include <cstddef>
#include <cstdint>

#include "evaluator/decision.h"

namespace keyrule::evaluator {

inline uint64_t InFlight(const CredentialState& state) noexcept {
  const int32_t calls = state.in_flight.load(std::memory_order_relaxed);
  return calls > 0 ? static_cast<uint64_t>(calls) : 0;
}
inline uint64_t InFlight(const Candidate& candidate) noexcept { return InFlight(*candidate.state); }

inline uint64_t LastTaken(const CredentialState& state) noexcept { return state.last_taken.load(std::memory_order_relaxed); }
inline uint64_t LastTaken(const Candidate& candidate) noexcept { return LastTaken(*candidate.state); }

// What a call costs that lasts so long where so many are in flight. A latency is at most a day, which leaves room for two
// million calls: what is beyond was scribbled.
inline uint64_t LatencyCost(int64_t latency, uint64_t in_flight) noexcept {
  uint64_t cost = 0;
  return __builtin_mul_overflow(static_cast<uint64_t>(latency), in_flight + 1, &cost) ? UINT64_MAX : cost;
}

// The index into d.eligible with the least cost; ties: least recently taken, then order. `costs_less(cost, i, than, j)`.
// Each cost is computed once.
template <typename CostOf, typename CostsLess>
size_t Least(const Decision& d, const CostOf& cost_of, const CostsLess& costs_less) {
  size_t best = 0;
  auto least = cost_of(size_t{0});
  uint64_t taken = LastTaken(d.candidates[d.eligible[0]]);
  for (size_t i = 1; i < d.eligible.size(); ++i) {
    const auto cost = cost_of(i);
    const uint64_t its_taken = LastTaken(d.candidates[d.eligible[i]]);
    // Without branches: among idle keys, who is next is what a processor cannot guess.
    const bool is_less = costs_less(cost, i, least, best);
    const bool is_more = costs_less(least, best, cost, i);
    const bool is_better = is_less | (!is_more & (its_taken < taken));
    best = is_better ? i : best;
    least = is_better ? cost : least;
    taken = is_better ? its_taken : taken;
  }
  return best;
}

template <typename CostOf>
size_t LeastOf(const Decision& d, const CostOf& cost_of) {
  return Least(d, cost_of, [](const auto& a, size_t, const auto& b, size_t) { return a < b; });
}

// By cost / weight. Product: holds a cost times a weight.
template <typename Product, typename CostOf>
size_t LeastByWeight(const Decision& d, const CostOf& cost_of) {
  return Least(d, cost_of, [&d](uint64_t a, size_t i, uint64_t b, size_t j) {
    return static_cast<Product>(a) * d.weights[j] < static_cast<Product>(b) * d.weights[i];
  });
}

}  // namespace keyrule::evaluator
