// Which of the eligible candidates an arm takes (LANGUAGE.md §4.4). Integers only: the same everywhere, bit for bit.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <span>
#include <string_view>
#include <vector>

#include "dsl/ast.h"
#include "evaluator/decision.h"
#include "evaluator/grow_only_map.h"
#include "evaluator/state.h"

namespace keyrule::evaluator {

std::string_view StrategyWord(dsl::StrategyKind kind);

// The smooth cycle of some weights: W entries, each member i in it weights[i] times, spread as evenly as can be.
// Weights are first divided by their greatest common divisor.
std::vector<uint16_t> SmoothCycle(std::span<const uint32_t> weights);

// Smooth cycles by their weights; each is computed once. Credentials that recover make ever new lists: those that find no
// room any more are computed for whoever asks.
class CycleCache {
 public:
  static constexpr size_t kMostBytes = size_t{16} << 20;

  // Lock-free once these weights are known. May throw std::bad_alloc the first time. `own` keeps what finds no room.
  const std::vector<uint16_t>& Get(std::span<const uint32_t> weights, WeightCycle* own);
  size_t bytes() const noexcept { return bytes_.load(std::memory_order_relaxed); }

 private:
  std::mutex mutex_;
  std::atomic<size_t> bytes_{0};
  GrowOnlyMap<WeightCycle> entries_;
};

// Whether it looks at what is used of limits.
constexpr bool GoesByLimits(dsl::StrategyKind kind) {
  return kind == dsl::StrategyKind::kLeastUsed || kind == dsl::StrategyKind::kHeadroom;
}

// Whether it draws by lot: draws are numbered by takes.
constexpr bool Draws(dsl::StrategyKind kind) {
  return kind == dsl::StrategyKind::kRandom || kind == dsl::StrategyKind::kWeightedRandom ||
         kind == dsl::StrategyKind::kHeadroom;
}

// Whether it looks at calls in flight, or at who was taken last.
constexpr bool GoesByLoad(dsl::StrategyKind kind) {
  return kind == dsl::StrategyKind::kLeastInFlight || kind == dsl::StrategyKind::kLeastUsed ||
         kind == dsl::StrategyKind::kLatency || kind == dsl::StrategyKind::kSticky;
}

// What the turns of one tenant are counted under, by how they are taken.
struct TurnSeeds {
  TurnSeeds() = default;
  explicit TurnSeeds(std::string_view tenant, uint64_t seed = 0) noexcept;
  uint64_t round_robin = 0;
  uint64_t weighted_round_robin = 0;
};

struct PickInput {
  dsl::StrategyKind strategy = dsl::StrategyKind::kFirstAvailable;
  TurnSeeds turns;
  std::string_view sticky_value;  // empty: absent
  uint64_t takes = 0;             // all takes before this one
  uint64_t seed = 0;
  bool dry = false;
};

// The hash that a draw is made by.
uint64_t Draw(const PickInput& input) noexcept;

// An index into d->eligible, which is not empty, with d->weights beside it, and d->used where the
// strategy goes by limits (GoesByLimits). May mark candidates as overloaded (sticky); those are
// never picked. Counts a turn unless dry.
size_t Pick(const PickInput& input, SelectionState& state, CycleCache& cycles, Decision* d);

}  // namespace keyrule::evaluator
