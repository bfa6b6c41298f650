// What the hosts of a fleet share of limits and turns, as the processes of one host see it: how much of each this host may
// spend until it has spoken with the others again. Decisions only read and count here; fleet_round.h speaks.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "evaluator/counter_table.h"
#include "evaluator/meter.h"
#include "evaluator/state_layout.h"

namespace keyrule::evaluator {

// What a host does while it cannot speak with the others.
enum class FleetAlone : uint8_t {
  kShare,  // admits its share of each limit: the limit divided by the number of hosts
  kDeny,   // admits nothing under a limit
};

struct FleetOptions {
  FleetAlone alone = FleetAlone::kShare;
  uint32_t hosts = 2;  // how many there are at least; counted once they have spoken
  uint64_t seed = 0;   // of the hashes that its keys are; the same on all hosts
};

enum class FleetKind : uint8_t { kWindow, kPeriod, kAtOnce, kTurns };

// The kind of an entry, of a limit its period, and when it was made, which tells its lives apart (Unix milliseconds).
struct FleetKindWord {
  FleetKind kind = FleetKind::kWindow;
  dsl::LimitPeriod period = dsl::LimitPeriod::kMinute;
  int64_t made_ms = 0;

  uint64_t Word() const noexcept {
    return static_cast<uint64_t>(made_ms) << 16 | static_cast<uint64_t>(kind) << 8 | static_cast<uint64_t>(period);
  }
  static FleetKindWord Of(uint64_t word) noexcept;
  static FleetKindWord Of(const MeterLimit& limit) noexcept;
};

// How much may be spent in all, and the number of the report that said so: one word, so that an answer to a report that
// another has overtaken changes nothing.
struct FleetCap {
  static constexpr uint64_t kMost = (uint64_t{1} << 48) - 1;

  uint64_t amount = 0;
  uint16_t round = 0;

  uint64_t Word() const noexcept { return uint64_t{round} << 48 | std::min(amount, kMost); }
  static FleetCap Of(uint64_t word) noexcept { return {word & kMost, static_cast<uint16_t>(word >> 48)}; }
};

// Turns to give out.
struct FleetTurns {
  static constexpr uint64_t kMostCount = (uint64_t{1} << 20) - 1;

  uint64_t next = 0;
  uint64_t count = 0;

  uint64_t Word() const noexcept { return next << 20 | count; }
  static FleetTurns Of(uint64_t word) noexcept { return {word >> 20, word & kMostCount}; }
};

// Of FleetEntry::free_at_ms: it is not known when, or not before the period ends.
inline constexpr uint64_t kFleetFreeLater = UINT64_MAX;

// Of one counter: this host's name of it, and the fleet's (their hashes have different seeds).
struct CounterKey {
  CounterKey(uint64_t its_here, uint64_t its_shared = 0) noexcept : here(its_here), shared(its_shared) {}
  uint64_t here;
  uint64_t shared;
};

// What a reservation has spent of it.
struct FleetPart {
  CounterPlace place;  // not ok: nothing
  uint64_t key = 0;    // shared
};

// Off until Begin. A view of the block, which must outlive it. Any thread, any process; no lock, no call of the system.
class FleetShare {
 public:
  // How long an answer holds. Redis forgets what a host holds only after twice that (fleet_script.cc).
  static constexpr int64_t kHoldsMs = 2'000;

  explicit FleetShare(StateBlock* block) noexcept : block_(block) {}

  // Once; one thread.
  void Begin(const FleetOptions& options) noexcept {
    options_ = options;
    is_on_.store(true, std::memory_order_release);
  }
  bool is_on() const noexcept { return is_on_.load(std::memory_order_acquire); }
  uint64_t seed() const noexcept { return options_.seed; }
  bool denies_alone() const noexcept { return options_.alone == FleetAlone::kDeny; }

  // Does the last answer hold? A clock that was put back must not make it hold for longer; those that only tick every few
  // milliseconds are a little behind the one that it was timed by.
  bool IsLive(int64_t now_ms) const noexcept {
    const auto until = static_cast<int64_t>(block_->header.fleet_until_ms.load(std::memory_order_relaxed));
    return now_ms < until && until - now_ms <= kHoldsMs + 100;
  }

  // Spends `need` of what this host may, and gives the most that its own counters may then count of the limit: all of it, or
  // its share where it cannot speak with the others. -1: nothing was spent, and nothing is to be admitted. `need` 0 only
  // asks whether there is any left. What was spent stands in `part`.
  int64_t Take(CounterKey key, const MeterLimit& limit, int64_t need, int64_t now_ms, FleetPart* part) noexcept;
  // The same, without spending and without making an entry. -1: when there may be more stands in *free_ms (kNeverFree: not
  // known). This and what follows: by the shared key.
  int64_t Look(uint64_t key, const MeterLimit& limit, int64_t need, int64_t now_ms, int64_t* free_ms) noexcept;
  // Of `at once`: all that Look or Take said is out already. Asks for more.
  void Lacks(uint64_t key, int64_t need, int64_t now_ms) noexcept;
  // Of `at once`, after it was counted that `used` are: may that still be? Lowering what may be and counting cross
  // otherwise.
  bool StillMay(const FleetPart& part, int64_t used, int64_t now_ms) const noexcept;
  // What Take has spent is unspent.
  void Undo(const FleetPart& part, const MeterLimit& limit, int64_t need) noexcept;
  // What was spent in that slot (meter.h) was more or less.
  void Settle(const FleetPart& part, const MeterLimit& limit, int64_t slot, int64_t difference) noexcept;
  // What others have spent of it or hold, as far as is known; 0: nothing is.
  int64_t Others(uint64_t key, const MeterLimit& limit, int64_t now_ms) const noexcept;

  // Of a child whose block is a copy of its parent's: it is another host, which has been told nothing.
  void BeginAnew() noexcept;

  // A turn that no other host takes, of cycles of `cycle` turns. False: there is none at hand.
  bool Turn(uint64_t key, uint64_t cycle, int64_t now_ms, uint64_t* turn) noexcept;

  // This host's share of `most`, alone.
  int64_t ShareOf(int64_t most) const noexcept;
  // What a host may spend under a key before it has spoken of it, or after it has been silent: enough for one call, or an
  // eighth of its share.
  int64_t Advance(int64_t most, int64_t need) const noexcept;

 private:
  CounterPlace EntryOf(CounterKey key, const MeterLimit& limit, int64_t need, int64_t now_ms) noexcept;
  CounterTable Table() const noexcept { return {block_->fleet_heads, kStateFleet, &block_->header.fleet_used}; }
  FleetEntry& At(const CounterPlace& place) const noexcept { return block_->fleet[place.index]; }
  int64_t MostAlone(const FleetEntry* entry, const MeterLimit& limit, int64_t now_ms) const noexcept;
  // Has Redis been told of it lately? It forgets what a host holds that says nothing for twice kHoldsMs.
  static bool IsFresh(const FleetEntry& entry, int64_t now_ms) noexcept;
  int64_t FreeAt(const FleetEntry& entry, const MeterLimit& limit, int64_t now_ms) const noexcept;
  void Want(FleetEntry* entry, int64_t need, int64_t now_ms) noexcept;
  void Refund(const CounterPlace& place, int64_t slot, int64_t amount) noexcept;

  StateBlock* const block_;
  FleetOptions options_;
  std::atomic<bool> is_on_{false};
};

// Less was spent than was counted: a word of the block's table of refunds. Amounts above 32 bits are given back in part.
struct FleetRefund {
  uint32_t index = 0;   // of the entry
  uint32_t life = 0;    // its low 2 bits
  uint32_t slot = 0;    // its low 16 bits
  uint32_t amount = 0;  // 0: the word is free

  uint64_t Word() const noexcept {
    return uint64_t{index & (kStateFleet - 1)} << 50 | uint64_t{life & 3} << 48 | uint64_t{slot & 0xFFFF} << 32 | amount;
  }
  static FleetRefund Of(uint64_t word) noexcept {
    return {static_cast<uint32_t>(word >> 50), static_cast<uint32_t>(word >> 48) & 3,
            static_cast<uint32_t>(word >> 32) & 0xFFFF, static_cast<uint32_t>(word)};
  }
};

}  // namespace keyrule::evaluator
