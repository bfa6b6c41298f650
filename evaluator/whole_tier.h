// A pool's lowest tier as it stands while all of its members are eligible at their full weights, which is how nearly all
// decisions find it. What a strategy would add up anew for each of them is added up once, when the pool is bound.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "evaluator/sticky_table.h"
#include "evaluator/strategy.h"

namespace keyrule::evaluator {

// Not to be moved: decisions of all threads read it.
struct WholeTier {
  WholeTier() = default;
  WholeTier(const WholeTier&) = delete;
  WholeTier& operator=(const WholeTier&) = delete;
  ~WholeTier() { delete sticky.load(std::memory_order_relaxed); }

  // The place in the pool of the tier's i-th member.
  uint32_t Place(size_t i) const noexcept { return places.empty() ? static_cast<uint32_t>(i) : places[i]; }
  uint32_t Weight(size_t i) const noexcept { return weights.empty() ? first_weight : weights[i]; }

  // In the order of the pool. `place`: in the pool.
  void Add(uint32_t place, uint64_t key, uint32_t weight);
  // When all are there.
  void Finish(const TurnSeeds& seeds);

  uint16_t tier = 0;
  uint32_t count = 0;           // of its members; 0: the pool has nobody who is ever eligible
  uint32_t first_weight = 0;
  uint32_t heaviest = 0;
  uint64_t total = 0;           // of the weights
  uint64_t turns = 0;           // what `round_robin` counts its turns under
  uint64_t weighted_turns = 0;  // and `weighted_round_robin`
  // Most pools need none of these: all stand in the tier, in its order, and weigh the same.
  std::vector<uint32_t> places;
  std::vector<uint32_t> weights;
  std::vector<uint64_t> through;  // the sums of the weights up to each, itself included
  // Looked up once. Null: it was not needed yet.
  mutable std::atomic<const std::vector<uint16_t>*> cycle{nullptr};
  // Its own. Null: no decision has stuck to any of them yet.
  mutable std::atomic<const StickyTable*> sticky{nullptr};

 private:
  std::vector<uint64_t> keys_;  // until it is finished
};

// Whether Pick needs to know nothing of the members but their weights. `limited`: the policy has limits.
bool PicksByWeights(const PickInput& input, bool limited) noexcept;

// What Pick would pick from the whole tier, as a place in the pool; `input` is one that picks by weights.
size_t PickWhole(const PickInput& input, const WholeTier& whole, SelectionState& state, CycleCache& cycles, Decision* d);

}  // namespace keyrule::evaluator
