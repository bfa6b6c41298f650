#include "evaluator/fleet_share.h"

#include "evaluator/hash.h"

namespace keyrule::evaluator {
namespace {

using dsl::LimitPeriod;

// When a host may have more that has some room, but not here: about as long as a round takes.
constexpr int64_t kSoonMs = 50;
// Entries of turns are given to others after fifteen minutes, as those of minutes are.
constexpr LimitPeriod kPeriodOfTurns = LimitPeriod::kMinute;
constexpr uint32_t kRefundProbes = 64;

uint64_t Amount(int64_t amount) noexcept { return static_cast<uint64_t>(std::max<int64_t>(amount, 0)); }

// How much calls take, for the next report.
void NoteNeed(FleetEntry* entry, int64_t need) noexcept {
  const uint64_t needed = std::max<uint64_t>(Amount(need), 1);
  if (entry->needed.load(std::memory_order_relaxed) < needed) entry->needed.store(needed, std::memory_order_relaxed);
}

// An entry is somebody's from now on: nothing of its last life stays but the round, which goes on, so that an answer that was
// meant for that life is known for it.
void BeginLife(FleetEntry* entry, const FleetKindWord& kind, int64_t most, int64_t may_spend, uint64_t counter) noexcept {
  FleetCap cap = FleetCap::Of(entry->cap.load());
  cap.amount = Amount(may_spend);
  ++cap.round;
  entry->cap.store(cap.Word());
  for (StateWord* word : {&entry->spent, &entry->needed, &entry->period, &entry->others, &entry->others_at_ms,
                          &entry->free_at_ms, &entry->target, &entry->reported, &entry->reported_ms, &entry->changed_ms,
                          &entry->turns[0], &entry->turns[1], &entry->pace, &entry->life}) {
    word->store(0, std::memory_order_relaxed);
  }
  entry->counter.store(counter, std::memory_order_relaxed);
  entry->kind.store(kind.Word(), std::memory_order_relaxed);
  entry->most.store(Amount(most), std::memory_order_relaxed);
}

}  // namespace

FleetKindWord FleetKindWord::Of(uint64_t word) noexcept {
  FleetKindWord found;
  found.made_ms = static_cast<int64_t>(word >> 16);
  found.kind = static_cast<FleetKind>(std::min<uint64_t>(word >> 8 & 0xFF, 3));
  found.period = static_cast<LimitPeriod>(std::min<uint64_t>(word & 0xFF, static_cast<uint64_t>(LimitPeriod::kMonth)));
  return found;
}

FleetKindWord FleetKindWord::Of(const MeterLimit& limit) noexcept {
  if (limit.Slides()) return {FleetKind::kWindow, limit.period, 0};
  return {limit.period == LimitPeriod::kAtOnce ? FleetKind::kAtOnce : FleetKind::kPeriod, limit.period, 0};
}

int64_t FleetShare::ShareOf(int64_t most) const noexcept {
  const uint64_t seen = block_->header.fleet_hosts.load(std::memory_order_relaxed);
  const uint64_t hosts = std::max<uint64_t>({seen & 0xFFFF, options_.hosts, 1});
  return most / static_cast<int64_t>(hosts);
}

int64_t FleetShare::Advance(int64_t most, int64_t need) const noexcept {
  if (options_.alone == FleetAlone::kDeny) return 0;
  return std::min(most, std::max<int64_t>({need, ShareOf(most) / 8, 1}));
}

CounterPlace FleetShare::EntryOf(CounterKey key, const MeterLimit& limit, int64_t need, int64_t now_ms) noexcept {
  CounterTable table = Table();
  FleetKindWord kind = FleetKindWord::Of(limit);
  kind.made_ms = now_ms;
  const CounterTable::Room room = limit.by_callers ? CounterTable::Room::kLargerPart : CounterTable::Room::kAll;
  // What was told is kept by Redis, whatever becomes of the entry.
  const LimitPeriod kept = std::min(limit.period, LimitPeriod::kHour);
  const CounterPlace place = table.Make(key.shared, kept, now_ms / 1000, room, [&](uint32_t index, const auto& is_mine) {
    if (is_mine()) BeginLife(&block_->fleet[index], kind, limit.most, Advance(limit.most, need), key.here);
  });
  if (!place.ok()) return place;
  FleetEntry& entry = At(place);
  if (entry.most.load(std::memory_order_relaxed) != Amount(limit.most)) {
    entry.most.store(Amount(limit.most), std::memory_order_relaxed);  // the policy was changed
  }
  if (!limit.Slides()) {
    const auto period = static_cast<uint64_t>(SlotOf(limit, now_ms));
    if (entry.period.load(std::memory_order_relaxed) < period) entry.period.store(period, std::memory_order_relaxed);
  }
  return place;
}

// What other hosts have used counts for as long as it may still be within the limit's time; afterwards each has its share.
int64_t FleetShare::MostAlone(const FleetEntry* entry, const MeterLimit& limit, int64_t now_ms) const noexcept {
  if (options_.alone == FleetAlone::kDeny) return -1;
  const int64_t share = ShareOf(limit.most);
  if (entry == nullptr) return share;
  const auto at_ms = static_cast<int64_t>(entry->others_at_ms.load(std::memory_order_relaxed));
  if (at_ms == 0) return share;
  const int64_t slots = SlotOf(limit, now_ms) - SlotOf(limit, at_ms);
  const bool counts = limit.Slides() ? slots <= SlidingWindow::kCounted : limit.period != LimitPeriod::kAtOnce && slots == 0;
  if (!counts) return share;
  const auto others = static_cast<int64_t>(std::min(entry->others.load(std::memory_order_relaxed), FleetCap::kMost));
  return std::clamp<int64_t>(limit.most - others, 0, share);
}

// There is less than calls take. Those who speak for this host are hurried, unless they know already that there is no more.
void FleetShare::Want(FleetEntry* entry, int64_t need, int64_t now_ms) noexcept {
  NoteNeed(entry, need);
  if (entry->free_at_ms.load(std::memory_order_relaxed) > static_cast<uint64_t>(now_ms)) return;
  StateWord& flag = block_->header.fleet_wanted;
  if (flag.load(std::memory_order_relaxed) == 0) flag.store(1, std::memory_order_relaxed);
}

int64_t FleetShare::Take(CounterKey key, const MeterLimit& limit, int64_t need, int64_t now_ms, FleetPart* part) noexcept {
  *part = {{}, key.shared};
  const CounterPlace place = EntryOf(key, limit, need, now_ms);
  if (!place.ok()) return MostAlone(nullptr, limit, now_ms);  // no room for another
  FleetEntry& entry = At(place);
  const uint64_t amount = Amount(need);
  if (!IsLive(now_ms) || !IsFresh(entry, now_ms)) {
    const int64_t most = MostAlone(&entry, limit, now_ms);
    if (most < 0) return most;
    if (limit.period != LimitPeriod::kAtOnce) entry.spent.fetch_add(amount);
    part->place = place;
    return most;
  }
  uint64_t seen = entry.spent.load();
  for (;;) {
    const uint64_t cap = FleetCap::Of(entry.cap.load()).amount;
    if (limit.period == LimitPeriod::kAtOnce) {
      // Counted by the total alone; only told how far.
      if (static_cast<int64_t>(cap) < need) break;
      part->place = place;
      NoteNeed(&entry, need);
      return std::min(limit.most, static_cast<int64_t>(cap));
    }
    if (amount == 0 ? seen >= cap : seen + amount > cap) break;
    if (amount != 0 && !entry.spent.compare_exchange_weak(seen, seen + amount)) continue;
    // Whoever lowers the cap looks at what is spent afterwards, and this one at the cap: one of them sees the other.
    if (amount != 0 && FleetCap::Of(entry.cap.load()).amount < seen + amount) {
      entry.spent.fetch_sub(amount);
      break;
    }
    part->place = place;
    NoteNeed(&entry, need);
    if (cap - seen - amount < 2 * amount) Want(&entry, need, now_ms);  // before it is used up
    return limit.most;
  }
  Want(&entry, need, now_ms);
  return -1;
}

int64_t FleetShare::FreeAt(const FleetEntry& entry, const MeterLimit& limit, int64_t now_ms) const noexcept {
  if (!IsLive(now_ms)) return kNeverFree;  // only a host that denies alone comes here
  const uint64_t free = entry.free_at_ms.load(std::memory_order_relaxed);
  if (free == kFleetFreeLater) return limit.Slides() ? kNeverFree : NextPeriod(limit, now_ms);
  if (free > static_cast<uint64_t>(now_ms) && free < INT64_MAX) return static_cast<int64_t>(free);
  return now_ms + kSoonMs;
}

int64_t FleetShare::Look(uint64_t key, const MeterLimit& limit, int64_t need, int64_t now_ms, int64_t* free_ms) noexcept {
  *free_ms = kNeverFree;
  const CounterPlace place = Table().Find(key, now_ms / 1000);
  if (!IsLive(now_ms)) return MostAlone(place.ok() ? &At(place) : nullptr, limit, now_ms);
  if (place.ok() && !IsFresh(At(place), now_ms)) return MostAlone(&At(place), limit, now_ms);
  if (!place.ok()) {
    // Nobody has asked for it yet: whoever takes makes the entry, and is told then.
    return limit.most;
  }
  FleetEntry& entry = At(place);
  const uint64_t cap = FleetCap::Of(entry.cap.load()).amount;
  const uint64_t spent = entry.spent.load();
  const uint64_t amount = Amount(need);
  if (limit.period == LimitPeriod::kAtOnce) {
    if (static_cast<int64_t>(cap) >= need) return std::min(limit.most, static_cast<int64_t>(cap));
  } else if (amount == 0 ? spent < cap : spent + amount <= cap) {
    return limit.most;
  }
  Want(&entry, need, now_ms);
  *free_ms = FreeAt(entry, limit, now_ms);
  return -1;
}

bool FleetShare::IsFresh(const FleetEntry& entry, int64_t now_ms) noexcept {
  if (entry.reported_ms.load(std::memory_order_relaxed) == 0) return true;  // holds nothing that others know of
  const int64_t age_ms = now_ms - static_cast<int64_t>(entry.others_at_ms.load(std::memory_order_relaxed));
  return age_ms < kHoldsMs + kHoldsMs / 2 && age_ms > -kHoldsMs;
}

void FleetShare::Lacks(uint64_t key, int64_t need, int64_t now_ms) noexcept {
  const CounterPlace place = Table().Find(key, now_ms / 1000);
  if (place.ok() && IsLive(now_ms)) Want(&At(place), need, now_ms);
}

bool FleetShare::StillMay(const FleetPart& part, int64_t used, int64_t now_ms) const noexcept {
  if (!part.place.ok() || !IsLive(now_ms) || !IsFresh(At(part.place), now_ms) || !Table().IsAlive(part.place, part.key)) return true;
  const FleetEntry& entry = At(part.place);
  if (FleetKindWord::Of(entry.kind.load(std::memory_order_relaxed)).kind != FleetKind::kAtOnce) return true;
  return static_cast<uint64_t>(used) <= FleetCap::Of(entry.cap.load()).amount;
}

void FleetShare::Undo(const FleetPart& part, const MeterLimit& limit, int64_t need) noexcept {
  if (!part.place.ok() || need <= 0 || limit.period == LimitPeriod::kAtOnce || !Table().IsAlive(part.place, part.key)) return;
  At(part.place).spent.fetch_sub(Amount(need));
}

void FleetShare::Settle(const FleetPart& part, const MeterLimit& limit, int64_t slot, int64_t difference) noexcept {
  if (!part.place.ok() || difference == 0 || limit.period == LimitPeriod::kAtOnce) return;
  if (!Table().IsAlive(part.place, part.key)) return;
  FleetEntry& entry = At(part.place);
  if (difference > 0) {
    entry.spent.fetch_add(Amount(difference));
  } else if (limit.Slides()) {
    Refund(part.place, slot, -difference);
  } else if (entry.period.load() == static_cast<uint64_t>(slot)) {
    entry.spent.fetch_sub(Amount(-difference));
  }
}

// In one word, so that whoever is killed has given it back or has not. Without room nothing is given back.
void FleetShare::Refund(const CounterPlace& place, int64_t slot, int64_t amount) noexcept {
  const FleetRefund refund{place.index, place.life, static_cast<uint32_t>(slot),
                           static_cast<uint32_t>(std::min<int64_t>(amount, UINT32_MAX))};
  const uint64_t word = refund.Word();
  const uint64_t home = Mix(word ^ static_cast<uint64_t>(reinterpret_cast<uintptr_t>(&word)));
  for (uint32_t i = 0; i < kRefundProbes; ++i) {
    uint64_t free = 0;
    if (block_->refunds[(home + i) % kStateRefunds].compare_exchange_strong(free, word)) return;
  }
}

int64_t FleetShare::Others(uint64_t key, const MeterLimit& limit, int64_t now_ms) const noexcept {
  const CounterPlace place = Table().Find(key, now_ms / 1000);
  if (!place.ok()) return 0;
  const FleetEntry& entry = At(place);
  const auto at_ms = static_cast<int64_t>(entry.others_at_ms.load(std::memory_order_relaxed));
  if (at_ms == 0 || now_ms - at_ms > kHoldsMs || SlotOf(limit, now_ms) - SlotOf(limit, at_ms) > SlidingWindow::kCounted) return 0;
  return static_cast<int64_t>(std::min(entry.others.load(std::memory_order_relaxed), FleetCap::kMost));
}

void FleetShare::BeginAnew() noexcept {
  StateHeader& header = block_->header;
  for (StateWord* word : {&header.fleet_until_ms, &header.fleet_hosts, &header.fleet_host, &header.fleet_beat_ms,
                          &header.fleet_used, &header.fleet_life, &header.fleet_wanted}) {
    word->store(0);
  }
  for (CounterHead& head : block_->fleet_heads) CounterTable::Free(&head);
  for (StateWord& refund : block_->refunds) {
    if (refund.load() != 0) refund.store(0);
  }
}

bool FleetShare::Turn(uint64_t key, uint64_t cycle, int64_t now_ms, uint64_t* turn) noexcept {
  if (!IsLive(now_ms)) return false;
  const auto clear = [&](uint32_t index, const auto& is_mine) {
    const FleetKindWord kind{FleetKind::kTurns, kPeriodOfTurns, now_ms};
    if (is_mine()) BeginLife(&block_->fleet[index], kind, static_cast<int64_t>(cycle), 0, 0);
  };
  const CounterPlace place = Table().Make(key, kPeriodOfTurns, now_ms / 1000, CounterTable::Room::kAll, clear);
  if (!place.ok()) return false;
  FleetEntry& entry = At(place);
  entry.spent.fetch_add(1, std::memory_order_relaxed);  // how quickly they go
  for (;;) {
    uint64_t words[2] = {entry.turns[0].load(), entry.turns[1].load()};
    FleetTurns turns[2] = {FleetTurns::Of(words[0]), FleetTurns::Of(words[1])};
    const bool both = turns[0].count != 0 && turns[1].count != 0;
    if (turns[0].count == 0 || turns[1].count == 0) {
      StateWord& wanted = block_->header.fleet_wanted;
      if (wanted.load(std::memory_order_relaxed) == 0) wanted.store(1, std::memory_order_relaxed);
    }
    const int first = both ? (turns[1].next < turns[0].next ? 1 : 0) : (turns[0].count != 0 ? 0 : 1);
    if (turns[first].count == 0) return false;
    const FleetTurns rest{turns[first].next + 1, turns[first].count - 1};
    // The last one leaves the number behind, so that the word never is one that it was before.
    if (!entry.turns[first].compare_exchange_weak(words[first], rest.Word())) continue;
    *turn = turns[first].next;
    return true;
  }
}

}  // namespace keyrule::evaluator
