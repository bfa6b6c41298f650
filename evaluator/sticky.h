// Weighted rendezvous: a value belongs to the credential with the least -log2(u) / weight, u drawn by hash.
#pragma once

#include <cstdint>

namespace keyrule::evaluator {

// -log2((hash + ½) / 2⁶⁴) with 32 fractional bits, by a 1,024-entry table with linear interpolation. Falls as the hash
// grows; at most 65 · 2³², so that a product with a weight fits into 64 bits.
uint64_t RendezvousScore(uint64_t hash) noexcept;

// How many calls a credential may have in flight: ⌈1.25 · (all in flight + 1) · weight / total weight⌉.
constexpr uint64_t BoundedLoad(uint64_t in_flight, uint64_t weight, uint64_t total_weight) noexcept {
  const uint64_t divisor = 4 * total_weight;
  return (5 * (in_flight + 1) * weight + divisor - 1) / divisor;
}

}  // namespace keyrule::evaluator
