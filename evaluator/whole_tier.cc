#include "evaluator/whole_tier.h"

#include <algorithm>

#include "evaluator/decision.h"
#include "evaluator/hash.h"
#include "evaluator/turns.h"

namespace keyrule::evaluator {
namespace {

using dsl::StrategyKind;

// Looked up once, unless there is no room for it: then it stands in the decision, which others must not see.
const std::vector<uint16_t>& CycleOf(const WholeTier& whole, CycleCache& cycles, Decision* d) {
  if (const std::vector<uint16_t>* known = whole.cycle.load(std::memory_order_acquire)) return *known;
  const std::vector<uint16_t>& cycle = cycles.Get(whole.weights, &d->cycle);
  if (&cycle != &d->cycle.cycle) whole.cycle.store(&cycle, std::memory_order_release);
  return cycle;
}

size_t InTurn(const PickInput& input, const WholeTier& whole, SelectionState& state, CycleCache& cycles, bool weighted,
              Decision* d) {
  const uint64_t key = weighted ? whole.weighted_turns : whole.turns;
  if (!weighted || whole.weights.empty()) return TakeTurn(&state, key, whole.count, input.dry, d->at_ms) % whole.count;
  const std::vector<uint16_t>& cycle = CycleOf(whole, cycles, d);
  return cycle[TakeTurn(&state, key, cycle.size(), input.dry, d->at_ms) % cycle.size()];
}

size_t AtRandom(uint64_t draw, const WholeTier& whole, bool weighted) noexcept {
  if (!weighted) return Scale(draw, whole.count);
  const uint64_t at = Scale(draw, whole.total);
  if (whole.weights.empty()) return at / whole.first_weight;
  return static_cast<size_t>(std::upper_bound(whole.through.begin(), whole.through.end(), at) - whole.through.begin());
}

}  // namespace

void WholeTier::Add(uint32_t place, uint64_t key, uint32_t weight) {
  if (count == 0) first_weight = weight;
  places.push_back(place);
  weights.push_back(weight);
  heaviest = std::max(heaviest, weight);
  total += weight;
  through.push_back(total);
  keys_.push_back(key);
  ++count;
}

void WholeTier::Finish(const TurnSeeds& seeds) {
  TurnKey even(seeds.round_robin);
  TurnKey weighted(seeds.weighted_round_robin);
  bool in_order = true;
  bool all_weigh_the_same = true;
  for (uint32_t i = 0; i < count; ++i) {
    even.Add(keys_[i], 1);
    weighted.Add(keys_[i], weights[i]);
    in_order = in_order && places[i] == i;
    all_weigh_the_same = all_weigh_the_same && weights[i] == first_weight;
  }
  turns = even.Get();
  weighted_turns = weighted.Get();
  if (in_order) places = {};
  if (all_weigh_the_same) weights = {};
  if (all_weigh_the_same) through = {};
  keys_ = {};
}

bool PicksByWeights(const PickInput& input, bool limited) noexcept {
  switch (input.strategy) {
    case StrategyKind::kFirstAvailable:
    case StrategyKind::kRoundRobin:
    case StrategyKind::kWeightedRoundRobin:
    case StrategyKind::kRandom:
    case StrategyKind::kWeightedRandom: return true;
    case StrategyKind::kHeadroom: return !limited;  // all of each is free
    case StrategyKind::kSticky: return input.sticky_value.empty();
    case StrategyKind::kLeastInFlight:
    case StrategyKind::kLeastUsed:
    case StrategyKind::kLatency: break;
  }
  return false;
}

size_t PickWhole(const PickInput& input, const WholeTier& whole, SelectionState& state, CycleCache& cycles, Decision* d) {
  const auto pick = [&]() -> size_t {
    switch (input.strategy) {
      case StrategyKind::kRoundRobin: return InTurn(input, whole, state, cycles, false, d);
      case StrategyKind::kWeightedRoundRobin:
      case StrategyKind::kSticky: return InTurn(input, whole, state, cycles, true, d);
      case StrategyKind::kRandom: return AtRandom(Draw(input), whole, false);
      case StrategyKind::kWeightedRandom:
      case StrategyKind::kHeadroom: return AtRandom(Draw(input), whole, true);
      case StrategyKind::kFirstAvailable:
      case StrategyKind::kLeastInFlight:
      case StrategyKind::kLeastUsed:
      case StrategyKind::kLatency: break;
    }
    return 0;
  };
  return whole.Place(pick());
}

}  // namespace keyrule::evaluator
