#include "evaluator/counters.h"

#include <algorithm>

#include "evaluator/hash.h"
#include "evaluator/pause.h"
#include "evaluator/period_total.h"

namespace keyrule::evaluator {
namespace {

// How often one that does not fit looks again before it gives up, while others may be taking back what they tried.
constexpr int kLooks = 24;
constexpr int kTries = 6;

CounterTable TableOf(StateBlock* block, const MeterLimit& limit) noexcept {
  StateHeader& header = block->header;
  if (limit.Slides()) return {block->window_heads, kStateWindows, &header.windows_used};
  return {block->total_heads, kStateTotals, &header.totals_used};
}

int64_t UsedIn(StateBlock* block, const MeterLimit& limit, const CounterPlace& place, int64_t slot) noexcept {
  if (limit.Slides()) return block->windows[place.index].Used(slot);
  const int64_t used = PeriodTotal(&block->totals[place.index]).Used(slot);
  return used == PeriodTotal::kMost ? INT64_MAX : used;  // that much or more: no limit has room for it
}

// INT64_MAX is that much or more.
int64_t Sum(int64_t a, int64_t b) noexcept { return a > INT64_MAX - b ? INT64_MAX : a + b; }

// Two that meet at the last free place and both see too much must not give up in step.
uint32_t Uneven(const void* a, int b) noexcept {
  return static_cast<uint32_t>(Mix(reinterpret_cast<uintptr_t>(a) + static_cast<uint64_t>(b)) >> 40) % kLooks;
}

}  // namespace

CounterPlace Counters::PlaceApart(uint64_t key, const MeterLimit& limit, int64_t now_ms) const noexcept {
  if (now_ms / 1000 > apart_until_s_.load(std::memory_order_relaxed)) [[likely]] return {};
  return TableOf(second_, limit).Find(key, now_ms / 1000);
}

void Counters::CountsApart(const MeterLimit& limit, int64_t now_ms) noexcept {
  const int64_t until_s = now_ms / 1000 + CounterTable::IdleAfter(limit.period);
  int64_t seen = apart_until_s_.load(std::memory_order_relaxed);
  while (seen < until_s && !apart_until_s_.compare_exchange_weak(seen, until_s, std::memory_order_relaxed)) {
  }
}

int64_t Counters::UsedAt(CounterKey key, const MeterLimit& limit, int64_t now_ms, bool* alone) const noexcept {
  const int64_t here = UsedHere(key.here, limit, SlotOf(limit, now_ms), now_ms, alone);
  return fleet_->is_on() ? Sum(here, fleet_->Others(key.shared, limit, now_ms)) : here;
}

int64_t Counters::UsedHere(uint64_t key, const MeterLimit& limit, int64_t slot, int64_t now_ms, bool* alone) const noexcept {
  const CounterPlace place = TableOf(first_, limit).Find(key, now_ms / 1000);
  const int64_t used = place.ok() ? UsedIn(first_, limit, place, slot) : 0;
  const CounterPlace apart = PlaceApart(key, limit, now_ms);
  if (!apart.ok()) [[likely]] return used;
  if (alone != nullptr) *alone = true;
  return Sum(used, UsedIn(second_, limit, apart, slot));
}

int64_t Counters::FreeAt(CounterKey key, const MeterLimit& limit, int64_t need, int64_t now_ms, bool* alone) noexcept {
  if (!fleet_->is_on()) [[likely]] return FreeHere(key.here, limit, need, now_ms, alone);
  if (need > limit.most) return kNeverFree;
  int64_t free_ms = 0;
  MeterLimit own = limit;
  own.most = fleet_->Look(key.shared, limit, need, now_ms, &free_ms);
  if (own.most < 0) return free_ms;
  free_ms = FreeHere(key.here, own, need, now_ms, alone);
  if (free_ms != 0 && limit.period == dsl::LimitPeriod::kAtOnce) fleet_->Lacks(key.shared, need, now_ms);
  return free_ms;
}

int64_t Counters::FreeHere(uint64_t key, const MeterLimit& limit, int64_t need, int64_t now_ms, bool* alone) const noexcept {
  const int64_t slot = SlotOf(limit, now_ms);
  const CounterPlace place = TableOf(first_, limit).Find(key, now_ms / 1000);
  int64_t used = place.ok() ? UsedIn(first_, limit, place, slot) : 0;
  const CounterPlace apart = PlaceApart(key, limit, now_ms);
  if (apart.ok()) [[unlikely]] {
    if (alone != nullptr) *alone = true;
    used = Sum(used, UsedIn(second_, limit, apart, slot));
  }
  if (limit.Fits(used, need)) return 0;
  if (need > limit.most || (!place.ok() && !apart.ok())) return kNeverFree;
  if (!limit.Slides()) return NextPeriod(limit, now_ms);
  if (used == INT64_MAX) return kNeverFree;
  const int64_t excess = need == 0 ? used - limit.most + 1 : used - (limit.most - need);
  int64_t free = SlidingWindow::kNever;
  if (place.ok()) free = first_->windows[place.index].FreeSlot(slot, excess);
  if (apart.ok()) free = std::min(free, second_->windows[apart.index].FreeSlot(slot, excess));  // either is enough
  return free == SlidingWindow::kNever ? kNeverFree : SlotBegins(limit, free);
}

bool Counters::Reserve(CounterKey key, const MeterLimit& limit, int64_t need, int64_t now_ms, StateOwner owner, uint32_t* hint,
                       Reservation* made) noexcept {
  made->fleet = {};
  if (need > limit.most) return false;
  if (!fleet_->is_on()) [[likely]] return ReserveHere(key.here, limit, need, now_ms, owner, hint, made);
  MeterLimit own = limit;
  own.most = fleet_->Take(key, limit, need, now_ms, &made->fleet);
  if (own.most < 0) return false;
  if (!made->fleet.place.ok()) no_room_->fetch_add(1, std::memory_order_relaxed);
  if (ReserveHere(key.here, own, need, now_ms, owner, hint, made)) {
    const bool at_once = limit.period == dsl::LimitPeriod::kAtOnce;
    made->alone = made->alone || !made->fleet.place.ok();
    if (!at_once || fleet_->StillMay(made->fleet, UsedHere(key.here, limit, 0, now_ms), now_ms)) return true;
    UndoHere(limit, *made);
  } else if (limit.period == dsl::LimitPeriod::kAtOnce) {
    fleet_->Lacks(key.shared, need, now_ms);
  }
  fleet_->Undo(made->fleet, limit, need);
  return false;
}

bool Counters::ReserveHere(uint64_t key, const MeterLimit& limit, int64_t need, int64_t now_ms, StateOwner owner,
                           uint32_t* hint, Reservation* made) noexcept {
  if (need > limit.most) return false;
  for (int i = 0; i < kTries; ++i) {
    MeterLimit left = limit;
    const CounterPlace apart = PlaceApart(key, limit, now_ms);
    if (apart.ok()) [[unlikely]] left.most -= UsedIn(second_, limit, apart, SlotOf(limit, now_ms));
    made->alone = apart.ok();
    made->spilled = false;
    Try tried = ReserveIn(first_, key, left, need, now_ms, owner, hint, made);
    if (tried == Try::kNoEntry) {
      no_room_->fetch_add(1, std::memory_order_relaxed);
      first_->header.no_room.fetch_add(1, std::memory_order_relaxed);
      if (second_ == nullptr) return false;
      CountsApart(limit, now_ms);
      made->alone = made->spilled = true;
      tried = ReserveIn(second_, key, limit, need, now_ms, owner, hint, made);
    }
    switch (tried) {
      case Try::kDone: return true;
      case Try::kNoEntry: return false;
      case Try::kMoved: break;
      case Try::kFull:
        // Perhaps all who met here have given up: then there is room again.
        if (!limit.Fits(UsedHere(key, limit, SlotOf(limit, now_ms), now_ms), need)) return false;
        for (uint32_t pause = 8 * Uneven(made, i); pause > 0; --pause) Pause();
        break;
    }
  }
  return false;
}

Counters::Try Counters::ReserveIn(StateBlock* block, uint64_t key, const MeterLimit& limit, int64_t need, int64_t now_ms,
                                  StateOwner owner, uint32_t* hint, Reservation* made) noexcept {
  CounterTable table = TableOf(block, limit);
  const auto clear = [&](uint32_t index, const auto& is_mine) {
    if (limit.Slides()) {
      block->windows[index].Clear(is_mine);
    } else {
      PeriodTotal(&block->totals[index]).Clear(is_mine);
    }
  };
  // What callers can make ever more of leaves room for what they cannot.
  const CounterTable::Room room = limit.by_callers ? CounterTable::Room::kLargerPart : CounterTable::Room::kAll;
  made->place = table.Make(key, limit.period, now_ms / 1000, room, clear);
  if (!made->place.ok()) return Try::kNoEntry;
  made->key = key;
  made->amount = need;
  made->lease = {};
  const int64_t slot = SlotOf(limit, now_ms);
  if (!limit.Slides()) {
    Leases leases(block);
    const bool leased = limit.period == dsl::LimitPeriod::kAtOnce && need > 0;
    if (leased) {
      const LeaseTarget target{LeaseTarget::Kind::kTotal, made->place.index, made->place.life};
      made->lease = leases.Take(owner, target, static_cast<uint64_t>(need), now_ms, hint);
    }
    // What is charged afterwards needs a place below the limit now.
    const int64_t most = need == 0 ? limit.most - 1 : limit.most;
    made->slot = PeriodTotal(&block->totals[made->place.index]).Add(slot, need, most);
    if (made->slot < 0) {
      if (made->lease.ok()) (void)leases.GiveUp(made->lease);
      return Try::kFull;
    }
    if (made->lease.ok()) (void)leases.Hold(&made->lease);
  } else {
    SlidingWindow& window = block->windows[made->place.index];
    window.ForgetOld(slot);
    made->slot = window.Add(slot, need);
    if (made->slot < 0) return Try::kFull;
    // Everybody adds first and looks then: of two who meet, one at least sees both.
    const auto fits = [&] { return need == 0 ? window.Used(slot) < limit.most : window.Used(slot) <= limit.most; };
    bool fit = fits();
    for (uint32_t look = Uneven(made, static_cast<int>(owner.slot)); !fit && look > 0; --look) {
      Pause();
      fit = fits();
    }
    if (!fit) {
      window.Adjust(made->slot, -need);
      return Try::kFull;
    }
  }
  if (table.Holds(made->place, key)) return Try::kDone;
  UndoHere(limit, *made);
  return Try::kMoved;
}

void Counters::Undo(const MeterLimit& limit, const Reservation& made) noexcept {
  UndoHere(limit, made);
  fleet_->Undo(made.fleet, limit, made.amount);
}

void Counters::UndoHere(const MeterLimit& limit, const Reservation& made) noexcept {
  if (made.lease.ok() && !Leases(BlockOf(made)).GiveUp(made.lease)) return;  // given back already
  // Whoever has the entry now: what was added there is taken from there.
  if (limit.Slides()) {
    BlockOf(made)->windows[made.place.index].Adjust(made.slot, -made.amount);
  } else {
    PeriodTotal(&BlockOf(made)->totals[made.place.index]).Adjust(made.slot, -made.amount);
  }
}

void Counters::Settle(const MeterLimit& limit, const Reservation& made, int64_t difference) noexcept {
  if (made.lease.ok() && !Leases(BlockOf(made)).GiveUp(made.lease)) return;
  fleet_->Settle(made.fleet, limit, made.slot, difference);
  if (!TableOf(BlockOf(made), limit).IsAlive(made.place, made.key)) return;
  if (limit.Slides()) {
    BlockOf(made)->windows[made.place.index].Adjust(made.slot, difference);
  } else {
    PeriodTotal(&BlockOf(made)->totals[made.place.index]).Adjust(made.slot, difference);
  }
}

void Counters::GiveBack(StateBlock* block, const LeaseTarget& target, uint64_t amount) noexcept {
  if (target.index >= kStateTotals || amount > static_cast<uint64_t>(PeriodTotal::kMost)) return;
  const auto mark = CounterTable::Mark::Of(block->total_heads[target.index].mark.load());
  if (mark.state != CounterTable::Mark::State::kUsed || mark.life != target.life) return;
  PeriodTotal(&block->totals[target.index]).Adjust(0, -static_cast<int64_t>(amount));
}

void Counters::ForgetAll() noexcept {
  for (StateBlock* block : {first_, second_}) {
    if (block == nullptr) continue;
    for (CounterHead& head : block->window_heads) CounterTable::Free(&head);
    for (CounterHead& head : block->total_heads) CounterTable::Free(&head);
    block->header.windows_used.store(0);
    block->header.totals_used.store(0);
  }
}

uint64_t Counters::size() const noexcept {
  uint64_t count = 0;
  for (const StateBlock* block : {first_, second_}) {
    if (block == nullptr) break;
    count += block->header.windows_used.load(std::memory_order_relaxed) +
             block->header.totals_used.load(std::memory_order_relaxed);
  }
  return count;
}

}  // namespace keyrule::evaluator
