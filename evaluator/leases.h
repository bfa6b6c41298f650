// What decisions hold until they are reported (calls in flight, counts of `at once`), remembered beside the counts, so
// that it is given back when its process has died, or when nobody has reported it for ten minutes (LANGUAGE.md §4.5).
#pragma once

#include <cstdint>

#include "evaluator/state_layout.h"

namespace keyrule::evaluator {

// A process among those that share a block: its slot, and which of the slot's processes it is.
struct StateOwner {
  uint32_t slot = 0;
  uint32_t life = 0;

  friend bool operator==(const StateOwner&, const StateOwner&) = default;
};

// What a lease is for.
struct LeaseTarget {
  enum class Kind : uint8_t { kNone, kCredential, kTotal };
  Kind kind = Kind::kNone;
  uint32_t index = 0;
  uint32_t life = 0;  // of a total's entry

  static LeaseTarget Of(uint64_t word) noexcept;
  uint64_t Word() const noexcept;
};

// A lease that its decision keeps. No other use of its entry has the same word.
struct Lease {
  static constexpr uint32_t kNone = UINT32_MAX;
  uint32_t index = kNone;
  uint64_t word = 0;

  bool ok() const noexcept { return index != kNone; }
};

// A lease is taken (pending), then what it is for is counted, then it is held. A process that is killed in between leaves
// one count behind at most, and never takes away what it had not counted. Given back is it once: by whoever takes the
// entry's word from held to free. Any thread, any process. A view: the block must outlive it.
class Leases {
 public:
  static constexpr int64_t kLastMs = 600'000;

  explicit Leases(StateBlock* block) noexcept : block_(block) {}

  // `hint`: where to look first, kept by the caller from lease to lease. Not ok: no entry is free; then the count is made
  // without one, and whoever made it takes it back.
  Lease Take(StateOwner owner, LeaseTarget target, uint64_t amount, int64_t now_ms, uint32_t* hint) noexcept;
  // False: it was taken for lost meanwhile, and the count is without a lease.
  bool Hold(Lease* lease) noexcept;
  // True: it was held, by this process, and the caller gives back what it was for.
  bool GiveUp(const Lease& lease) noexcept;

  // Frees every lease that has lasted too long or whose owner is gone, and calls `give_back(target, amount)` for those that
  // were held. `is_gone(owner)` is asked once for each lease. Gives the moment at which the next one will have lasted too
  // long.
  template <typename IsGone, typename GiveBack>
  int64_t Collect(int64_t now_ms, const IsGone& is_gone, const GiveBack& give_back) noexcept {
    const uint64_t end = block_->header.leases_end.load(std::memory_order_relaxed);
    int64_t oldest = now_ms;
    for (uint64_t i = 0; i < end && i < kStateLeases; ++i) {
      LeaseEntry& entry = block_->leases[i];
      uint64_t word = entry.owner.load(std::memory_order_acquire);
      const State state = StateOf(word);
      if (state == State::kFree) continue;
      const LeaseTarget target = LeaseTarget::Of(entry.target.load(std::memory_order_relaxed));
      const uint64_t amount = entry.amount.load(std::memory_order_relaxed);
      const auto since = static_cast<int64_t>(entry.since_ms.load(std::memory_order_relaxed));
      const int64_t age = static_cast<int64_t>(static_cast<uint64_t>(now_ms) - static_cast<uint64_t>(since));
      if (age < kLastMs && !is_gone(OwnerOf(word))) {
        if (age > now_ms - oldest) oldest = since;
        continue;
      }
      if (!entry.owner.compare_exchange_strong(word, Freed(word))) continue;
      if (state == State::kHeld) give_back(target, amount);
    }
    return oldest + kLastMs;
  }

  enum class State : uint8_t { kFree, kPending, kHeld };
  static State StateOf(uint64_t word) noexcept { return static_cast<State>(word >> 62 > 2 ? 0 : word >> 62); }
  static StateOwner OwnerOf(uint64_t word) noexcept {
    return {static_cast<uint32_t>(word >> 50) & kSlots, static_cast<uint32_t>(word >> 24) & kLives};
  }

 private:
  static constexpr uint32_t kSlots = (1 << 12) - 1;
  static constexpr uint32_t kLives = (1 << 26) - 1;
  static constexpr uint64_t kUses = (1 << 24) - 1;

  static uint64_t WordOf(State state, StateOwner owner, uint64_t use) noexcept {
    return static_cast<uint64_t>(state) << 62 | uint64_t{owner.slot & kSlots} << 50 | uint64_t{owner.life & kLives} << 24 |
           (use & kUses);
  }
  static uint64_t Freed(uint64_t word) noexcept { return WordOf(State::kFree, OwnerOf(word), word); }

  StateBlock* const block_;
};

}  // namespace keyrule::evaluator
