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
#include "evaluator/token_tally.h"

namespace keyrule::evaluator {

// What a tier is like: that there are few to compare, many, or many that weigh the same.
enum class TierShape { kFew, kMany, kManyEven };

// The least cost / weight so far; ties: least recently taken, then order.
template <TierShape kShape>
class RunningLeast {
 public:
  void Look(uint64_t cost, const BoundMember& member) noexcept {
    constexpr bool kWeighs = kShape != TierShape::kManyEven;
    costs_ |= cost;
    const uint64_t its = kWeighs ? cost * weight_ : cost;
    const uint64_t least = kWeighs ? cost_ * member.weight : cost_;
    if constexpr (kShape != TierShape::kFew) {
      // Few of many are less than all before them: each is left at the first thing that says it is not.
      if (its > least) return;
      const uint64_t taken = LastTaken(*member.bound.state);
      if (its == least && taken >= taken_) return;
      least_ = reinterpret_cast<uintptr_t>(&member);
      cost_ = cost;
      weight_ = member.weight;
      taken_ = taken;
    } else {
      // Without branches: who of a few is next is what a processor cannot guess. Compared as one number.
      const uint64_t taken = LastTaken(*member.bound.state);
      const bool is_better = (static_cast<Wide>(its) << 64 | taken) < (static_cast<Wide>(least) << 64 | taken_);
      const uint64_t mask = -uint64_t{is_better};  // a compiler makes a branch of what is written as a choice
      const auto take = [mask](uint64_t* old, uint64_t its_own) { *old ^= (*old ^ its_own) & mask; };
      take(&least_, reinterpret_cast<uintptr_t>(&member));
      take(&cost_, cost);
      take(&weight_, member.weight);
      take(&taken_, taken);
    }
  }
  // Of the members that were looked at, of which there must be one. Null: products of their costs with weights up to
  // `heaviest` need not fit into 64 bits.
  const BoundMember* Get(uint32_t heaviest) const noexcept {
    return std::bit_width(costs_) + std::bit_width(heaviest) <= 64 ? reinterpret_cast<const BoundMember*>(least_) : nullptr;
  }
  uint64_t cost() const noexcept { return cost_; }

 private:
  // Nobody's: any cost divided by its weight is less than this one divided by 0.
  uint64_t cost_ = kShape == TierShape::kManyEven ? UINT64_MAX : 1;
  uint64_t taken_ = UINT64_MAX;
  uint64_t weight_ = 0;
  uintptr_t least_ = 0;
  uint64_t costs_ = 0;  // the bits that any of them has
};

// Each is shown the tier's members in their order, and gives the one to be picked; null: that takes a closer look. Look is
// false where LookClosely has to be asked, which may call what is far away.
class NoWatch {
 public:
  bool Look(const BoundMember&) noexcept { return true; }
  void LookClosely(const BoundMember&) noexcept {}
};

template <TierShape kShape>
class LeastInFlightWatch {
 public:
  bool Look(const BoundMember& member) noexcept {
    const int64_t in_flight = member.bound.state->in_flight.load(std::memory_order_relaxed);
    least_.Look(static_cast<uint64_t>(in_flight + 1), member);
    return true;
  }
  void LookClosely(const BoundMember& member) noexcept { Look(member); }
  // Below 0, as it may be for a moment, counts as 0: that takes a closer look.
  const BoundMember* Get(uint32_t heaviest) const noexcept { return least_.cost() == 0 ? nullptr : least_.Get(heaviest); }

 private:
  RunningLeast<kShape> least_;
};

template <TierShape kShape>
class LeastUsedWatch {
 public:
  LeastUsedWatch(SelectionState* state, int64_t at_ms) noexcept
      : state_(state), at_ms_(at_ms), stamp_(TokenTally::StampOf(at_ms)) {}
  bool Look(const BoundMember& member) noexcept {
    const StateWord* const sum = member.bound.tokens;
    uint64_t used = 0;
    if (sum != nullptr && !TokenTally::IsOf(sum->load(), stamp_, &used)) [[unlikely]] return false;
    least_.Look(used, member);
    return true;
  }
  void LookClosely(const BoundMember& member) noexcept {
    StateWord* const sum = member.bound.tokens;
    least_.Look(sum == nullptr ? 0 : static_cast<uint64_t>(state_->TallyOf(sum).Used(at_ms_)), member);
  }
  const BoundMember* Get(uint32_t heaviest) const noexcept { return least_.Get(heaviest); }

 private:
  SelectionState* state_;
  int64_t at_ms_;
  uint64_t stamp_;
  RunningLeast<kShape> least_;
};

template <TierShape kShape>
class LatencyWatch {
 public:
  bool Look(const BoundMember& member) noexcept {
    const CredentialState& state = *member.bound.state;
    const int64_t in_flight = state.in_flight.load(std::memory_order_relaxed);
    const auto calls = static_cast<uint64_t>(in_flight + 1);  // below 0, as it may be for a moment, no product fits
    const uint64_t cost = static_cast<uint64_t>(state.latency.load(std::memory_order_relaxed)) * calls;
    if (cost == 0) needs_the_slowest_ |= in_flight != 0;
    least_.Look(cost, member);
    return true;
  }
  void LookClosely(const BoundMember& member) noexcept { Look(member); }
  // Null, too, where somebody has never answered and is in flight: it counts as the slowest of all, who is known only at the
  // end.
  const BoundMember* Get(uint32_t heaviest) const noexcept { return needs_the_slowest_ ? nullptr : least_.Get(heaviest); }

 private:
  RunningLeast<kShape> least_;
  bool needs_the_slowest_ = false;
};

// For `sticky`: all that is in flight, and who has any of it.
class InFlightWatch {
 public:
  // `busy`: has room for the places of all `members`.
  InFlightWatch(const BoundMember* members, uint32_t* busy) noexcept : members_(members), busy_(busy) {}
  bool Look(const BoundMember& member) noexcept {
    const uint64_t in_flight = InFlight(*member.bound.state);
    all_ += in_flight;
    if (in_flight > 0) busy_[count_++] = static_cast<uint32_t>(&member - members_);
    return true;
  }
  void LookClosely(const BoundMember& member) noexcept { Look(member); }
  uint64_t all() const noexcept { return all_; }
  uint32_t count() const noexcept { return count_; }

 private:
  const BoundMember* members_;
  uint32_t* busy_;
  uint64_t all_ = 0;
  uint32_t count_ = 0;
};

}  // namespace keyrule::evaluator
