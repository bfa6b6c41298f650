// What the strategies that go by load find out about a tier while its members are listed. Their states are at hand then: to
// come back to each of a thousand would take longer than everything else a strategy does. What they find is what Pick would
// pick from the whole tier (load_strategies.h, strategy.h), if all of it turns out to be eligible.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "evaluator/binding.h"
#include "evaluator/hash.h"
#include "evaluator/least.h"
#include "evaluator/state.h"

namespace keyrule::evaluator {

// The least cost / weight so far; ties: least recently taken, then order. The products of costs and weights must fit into 64
// bits; weights have 32.
class RunningLeast {
 public:
  static constexpr int kCostBits = 32;  // always fit

  void Look(uint32_t place, uint64_t cost, uint32_t weight, uint64_t taken) noexcept {
    // Without branches: among idle keys, who is next is what a processor cannot guess. Compared as one number.
    const Wide its = static_cast<Wide>(cost * weight_) << 64 | taken;
    const Wide least = static_cast<Wide>(cost_ * weight) << 64 | taken_;
    const bool is_better = its < least;
    place_ = is_better ? place : place_;
    cost_ = is_better ? cost : cost_;
    weight_ = is_better ? weight : weight_;
    taken_ = is_better ? taken : taken_;
  }
  // Of the members that were looked at, of which there must be one.
  uint32_t place() const noexcept { return place_; }

 private:
  // Nobody's: any cost divided by its weight is less than this one divided by 0.
  uint64_t cost_ = 1;
  uint64_t taken_ = UINT64_MAX;
  uint32_t weight_ = 0;
  uint32_t place_ = 0;
};

// Each is shown the tier's members in their order, with their places in the pool.
class NoWatch {
 public:
  void Look(const BoundMember&, uint32_t) noexcept {}
};

class LeastInFlightWatch {
 public:
  void Look(const BoundMember& member, uint32_t place) noexcept {
    const CredentialState& state = *member.bound.state;
    least_.Look(place, InFlight(state) + 1, member.weight, LastTaken(state));
  }
  uint32_t place() const noexcept { return least_.place(); }

 private:
  RunningLeast least_;
};

class LeastUsedWatch {
 public:
  LeastUsedWatch(SelectionState* state, int64_t at_ms) noexcept : state_(state), at_ms_(at_ms) {}
  void Look(const BoundMember& member, uint32_t place) noexcept {
    TokenWindow* const tokens = member.bound.tokens;
    const uint64_t used = tokens == nullptr ? 0 : static_cast<uint64_t>(state_->TallyOf(tokens).Used(at_ms_));
    all_ |= used;
    least_.Look(place, used, member.weight, LastTaken(*member.bound.state));
  }
  // UINT32_MAX: products do not fit.
  uint32_t place() const noexcept { return all_ >> RunningLeast::kCostBits == 0 ? least_.place() : UINT32_MAX; }

 private:
  SelectionState* state_;
  int64_t at_ms_;
  uint64_t all_ = 0;  // the bits that any of them has
  RunningLeast least_;
};

class LatencyWatch {
 public:
  void Look(const BoundMember& member, uint32_t place) noexcept {
    const CredentialState& state = *member.bound.state;
    const auto latency = static_cast<uint64_t>(state.latency.load(std::memory_order_relaxed));
    const uint64_t in_flight = InFlight(state);
    needs_the_slowest_ |= (latency == 0) & (in_flight != 0);
    latencies_ |= latency;
    calls_ |= in_flight + 1;
    weights_ |= member.weight;
    least_.Look(place, latency * (in_flight + 1), member.weight, LastTaken(state));
  }
  // UINT32_MAX: somebody has never answered and is in flight, and counts as the slowest of all, who is known only at the end;
  // or products do not fit.
  uint32_t place() const noexcept {
    const bool fits = std::bit_width(latencies_) + std::bit_width(calls_) + std::bit_width(weights_) <= 64;
    return fits && !needs_the_slowest_ ? least_.place() : UINT32_MAX;
  }

 private:
  uint64_t latencies_ = 0;  // the bits that any of them has
  uint64_t calls_ = 0;
  uint64_t weights_ = 0;
  RunningLeast least_;
  bool needs_the_slowest_ = false;
};

// For `sticky`: all that is in flight, and who has any of it.
class InFlightWatch {
 public:
  // `busy`: has room for all members' places.
  explicit InFlightWatch(uint32_t* busy) noexcept : busy_(busy) {}
  void Look(const BoundMember& member, uint32_t place) noexcept {
    const uint64_t in_flight = InFlight(*member.bound.state);
    all_ += in_flight;
    busy_[count_] = place;
    count_ += in_flight > 0;
  }
  uint64_t all() const noexcept { return all_; }
  uint32_t count() const noexcept { return count_; }

 private:
  uint32_t* busy_;
  uint64_t all_ = 0;
  uint32_t count_ = 0;
};

}  // namespace keyrule::evaluator
