// Counters of quotas and budgets by their keys: found, made, and used again by others once they are idle, by processes
// that never wait for each other.
#pragma once

#include <cstdint>

#include "dsl/ast.h"
#include "evaluator/state_layout.h"

namespace keyrule::evaluator {

// Which counter, and which of its lives: a counter that was given to another key has another life.
struct CounterPlace {
  static constexpr uint32_t kNone = UINT32_MAX;
  uint32_t index = kNone;
  uint32_t life = 0;

  bool ok() const noexcept { return index != kNone; }
  friend bool operator==(const CounterPlace&, const CounterPlace&) = default;
};

// A table of heads, with the counts themselves beside it. An entry stands within kProbes of its home. It goes from free
// (or idle) to claimed to used; only a claimer that finds no other claim or entry of its key makes its own one used, so
// that a key never has two. A claim that is not finished soon is broken by whoever needs it: its owner was killed, or
// finds out. Every step to another state or time is one CAS on `mark`, which holds all that decides it.
//
// How a count stays exact while entries are given to other keys: whoever adds first makes sure that the entry's time is
// new (Find or Make, which touch it), so that nobody takes it for idle for minutes; and looks again afterwards (Holds).
// Had it been stopped for so long that the entry is another's now, it takes back what it added and begins again.
//
// Any thread, any process. A view: the block must outlive it.
class CounterTable {
 public:
  // Both of `count` entries, a power of two. `used` counts the entries that are somebody's.
  CounterTable(CounterHead* heads, uint32_t count, StateWord* used) noexcept
      : heads_(heads), mask_(count - 1), used_(used) {}

  // The counter of this key, if it has counted anything that may still count.
  CounterPlace Find(uint64_t key, int64_t now_s) const noexcept;
  // What new entries may have: all of the table, or its larger part, so that there is always room for others.
  enum class Room : uint8_t { kAll, kLargerPart };
  // The same, touched, so that it is not idle; made where there is none. None: no entry can be had.
  // `clear(index, is_mine)` empties the count, whatever it was, unless `is_mine()` says no: a claim may be broken, and whoever
  // is stopped here must not empty what others count in the entry by then.
  template <typename Clear>
  CounterPlace Make(uint64_t key, dsl::LimitPeriod period, int64_t now_s, Room room, const Clear& clear) noexcept {
    for (int i = 0; i < kTries; ++i) {
      const CounterPlace found = FindAndTouch(key, now_s);
      if (found.ok()) return found;
      const CounterPlace claimed = Claim(key, period, now_s, room);
      if (!claimed.ok()) return {};
      if (!IsAlone(claimed, key, now_s)) continue;
      clear(claimed.index, [&] { return IsClaimed(claimed); });
      if (Finish(claimed, period, now_s)) return claimed;
    }
    return {};
  }
  // It is not idle before it has not been used for its period's time after `until_s`.
  void KeepUntil(const CounterPlace& place, int64_t until_s) noexcept;
  // Is it still this key's, in that life, and the first that a search finds?
  bool Holds(const CounterPlace& place, uint64_t key) const noexcept { return Search(key) == place; }
  // The same without the search: for what was charged some time ago.
  bool IsAlive(const CounterPlace& place, uint64_t key) const noexcept;

  // Nobody's from now on, whatever it was; what others still know of it is of a life that is over.
  static void Free(CounterHead* head) noexcept;

  // Seconds without use after which nothing of a counter counts any more.
  static int64_t IdleAfter(dsl::LimitPeriod period) noexcept;

  // What an entry's mark says, for whoever shows it.
  struct Mark {
    enum class State : uint8_t { kFree, kClaimed, kUsed };
    State state = State::kFree;
    dsl::LimitPeriod period = dsl::LimitPeriod::kAtOnce;
    uint32_t life = 0;
    uint32_t used_s = 0;  // Unix seconds

    static Mark Of(uint64_t word) noexcept;
    uint64_t Word() const noexcept;
    bool IsIdle(int64_t now_s) const noexcept;
  };

 private:
  static constexpr uint32_t kProbes = 256;
  static constexpr int kTries = 64;
  // Of the larger part: then 256 entries in a row are hardly ever all taken (once in 10^10 searches).
  static constexpr uint32_t kLargerPart = 5;  // eighths
  static constexpr uint32_t kLives = (uint32_t{1} << 27) - 1;

  CounterPlace Search(uint64_t key) const noexcept;
  CounterPlace FindAndTouch(uint64_t key, int64_t now_s) noexcept;
  CounterPlace Claim(uint64_t key, dsl::LimitPeriod period, int64_t now_s, Room room) noexcept;
  // Makes an idle entry free, wherever in the key's reach.
  bool FreeIdle(uint64_t key, int64_t now_s) noexcept;
  bool IsClaimed(const CounterPlace& place) const noexcept {
    const Mark mark = Mark::Of(heads_[place.index].mark.load());
    return mark.state == Mark::State::kClaimed && mark.life == place.life;
  }
  bool IsAlone(const CounterPlace& claimed, uint64_t key, int64_t now_s) noexcept;
  bool Finish(const CounterPlace& claimed, dsl::LimitPeriod period, int64_t now_s) noexcept;
  uint32_t At(uint64_t key, uint32_t probe) const noexcept { return static_cast<uint32_t>(key + probe) & mask_; }

  CounterHead* const heads_;
  const uint32_t mask_;
  StateWord* const used_;
};

}  // namespace keyrule::evaluator
