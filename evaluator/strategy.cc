#include "evaluator/strategy.h"

#include <algorithm>
#include <array>
#include <memory>
#include <numeric>
#include <utility>

#include "evaluator/fork_gate.h"
#include "evaluator/hash.h"
#include "evaluator/least.h"
#include "evaluator/load_strategies.h"
#include "evaluator/sticky.h"
#include "evaluator/turns.h"

namespace keyrule::evaluator {
namespace {

using dsl::StrategyKind;

uint64_t TurnKeyOf(const TurnSeeds& seeds, const Decision& d, bool weighted) noexcept {
  TurnKey key(weighted ? seeds.weighted_round_robin : seeds.round_robin);
  for (size_t i = 0; i < d.eligible.size(); ++i) key.Add(d.candidates[d.eligible[i]].key, weighted ? d.weights[i] : 1);
  return key.Get();
}

size_t InTurn(const PickInput& input, SelectionState& state, CycleCache& cycles,
              bool weighted, Decision* decision) {
  const Decision& d = *decision;
  const uint64_t key = TurnKeyOf(input.turns, d, weighted);
  const bool even = !weighted || std::adjacent_find(d.weights.begin(), d.weights.end(),
                                                    std::not_equal_to<>()) == d.weights.end();
  if (even) return TakeTurn(&state, key, d.eligible.size(), input.dry, d.at_ms) % d.eligible.size();
  const std::vector<uint16_t>& cycle = cycles.Get(d.weights, &decision->cycle);
  return cycle[TakeTurn(&state, key, cycle.size(), input.dry, d.at_ms) % cycle.size()];
}

size_t AtRandom(const PickInput& input, bool weighted, const Decision& d) noexcept {
  const uint64_t hash = Draw(input);
  if (!weighted) return Scale(hash, d.eligible.size());
  const uint64_t total = std::accumulate(d.weights.begin(), d.weights.end(), uint64_t{0});
  uint64_t rest = Scale(hash, total);
  size_t i = 0;
  while (rest >= d.weights[i]) rest -= d.weights[i++];
  return i;
}

// Whoever is at its bound is out, unless all are; what is out leaves d->eligible.
void DropOverloaded(Decision* d) {
  uint64_t all = 0;
  uint64_t total = 0;
  for (size_t i = 0; i < d->eligible.size(); ++i) {
    all += InFlight(d->candidates[d->eligible[i]]);
    total += d->weights[i];
  }
  if (all == 0) return;
  auto overloaded = [&](size_t i) {
    return InFlight(d->candidates[d->eligible[i]]) + 1 > BoundedLoad(all, d->weights[i], total);
  };
  size_t kept = 0;
  for (size_t i = 0; i < d->eligible.size(); ++i) kept += overloaded(i) ? 0 : 1;
  if (kept == 0 || kept == d->eligible.size()) return;
  size_t to = 0;
  for (size_t i = 0; i < d->eligible.size(); ++i) {
    if (overloaded(i)) {
      d->candidates[d->eligible[i]].why = Skip::kOverloaded;
    } else {
      d->eligible[to] = d->eligible[i];
      d->weights[to] = d->weights[i];
      ++to;
    }
  }
  d->eligible.resize(to);
  d->weights.resize(to);
}

size_t Sticky(const PickInput& input, Decision* d) {
  const bool even = std::adjacent_find(d->weights.begin(), d->weights.end(),
                                       std::not_equal_to<>()) == d->weights.end();
  DropOverloaded(d);
  MiddleHash hash("sticky", input.sticky_value);
  const auto hash_of = [&](size_t i) { return hash(d->candidates[d->eligible[i]].credential->id); };
  // With equal weights the largest hash wins outright.
  if (even) return LeastOf(*d, [&](size_t i) { return ~hash_of(i); });
  return LeastByWeight<uint64_t>(*d, [&](size_t i) { return RendezvousScore(hash_of(i)); });
}

}  // namespace

uint64_t Draw(const PickInput& input) noexcept {
  return Hash({"random", Decimal(input.seed).view(), Decimal(input.takes).view()});
}

TurnSeeds::TurnSeeds(std::string_view tenant, uint64_t seed) noexcept
    : round_robin(Hash(seed, {"turn", tenant, StrategyWord(StrategyKind::kRoundRobin)})),
      weighted_round_robin(Hash(seed, {"turn", tenant, StrategyWord(StrategyKind::kWeightedRoundRobin)})) {}

std::string_view StrategyWord(StrategyKind kind) {
  static constexpr std::array<std::string_view, 10> kWords = {
      "round_robin",     "weighted_round_robin", "random",   "weighted_random", "first_available",
      "least_in_flight", "least_used",           "headroom", "latency",         "sticky"};
  return kWords[static_cast<size_t>(kind)];
}

const std::vector<uint16_t>& CycleCache::Get(std::span<const uint32_t> weights, WeightCycle* own) {
  uint64_t hash = 0xCBF29CE484222325u;
  for (uint32_t weight : weights) hash = (hash ^ weight) * 0x9E3779B97F4A7C15u;
  hash ^= hash >> 32;
  auto is_it = [&](const WeightCycle& entry) {
    return std::equal(weights.begin(), weights.end(), entry.weights.begin(), entry.weights.end());
  };
  if (const WeightCycle* entry = entries_.Find(hash, is_it)) return entry->cycle;
  if (is_it(*own)) return own->cycle;
  WeightCycle made{{weights.begin(), weights.end()}, SmoothCycle(weights)};
  constexpr size_t kBeside = 128;  // of the vectors and the map
  const size_t bytes = kBeside + made.weights.size() * sizeof(uint32_t) + made.cycle.size() * sizeof(uint16_t);
  const ForkGate::Lock lock(mutex_);
  if (const WeightCycle* entry = entries_.Find(hash, is_it)) return entry->cycle;
  if (this->bytes() + bytes > kMostBytes) {
    *own = std::move(made);
    return own->cycle;
  }
  bytes_.fetch_add(bytes, std::memory_order_relaxed);
  return entries_.Insert(hash, std::make_unique<WeightCycle>(std::move(made)))->cycle;
}

size_t Pick(const PickInput& input, SelectionState& state, CycleCache& cycles, Decision* d) {
  switch (input.strategy) {
    case StrategyKind::kFirstAvailable: return 0;
    case StrategyKind::kRoundRobin: return InTurn(input, state, cycles, false, d);
    case StrategyKind::kWeightedRoundRobin: return InTurn(input, state, cycles, true, d);
    case StrategyKind::kRandom: return AtRandom(input, false, *d);
    case StrategyKind::kWeightedRandom: return AtRandom(input, true, *d);
    case StrategyKind::kLeastInFlight: return LeastInFlight(*d);
    case StrategyKind::kSticky:
      if (!input.sticky_value.empty()) return Sticky(input, d);
      return InTurn(input, state, cycles, true, d);
    case StrategyKind::kLeastUsed: return LeastUsed(*d, state);
    case StrategyKind::kHeadroom: return Headroom(*d, Draw(input));
    case StrategyKind::kLatency: return LeastLatency(*d);
  }
  return 0;
}

}  // namespace keyrule::evaluator
