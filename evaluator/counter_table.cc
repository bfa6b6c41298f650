#include "evaluator/counter_table.h"

#include <algorithm>

#include "evaluator/pause.h"

namespace keyrule::evaluator {
namespace {

using dsl::LimitPeriod;

constexpr int64_t kMinute = 60;
constexpr int64_t kDay = 24 * 60 * kMinute;
constexpr int64_t kTouchEvery = 16;   // seconds: as exact as needed, and rarely a store
constexpr int64_t kClaimLasts = 2;    // seconds: whoever has not finished by then was killed
constexpr int kPatience = 200;        // pauses for a claim that is being finished

}  // namespace

int64_t CounterTable::IdleAfter(LimitPeriod period) noexcept {
  switch (period) {
    case LimitPeriod::kAtOnce:  // longer than any lease lasts
    case LimitPeriod::kSecond:
    case LimitPeriod::kMinute: return 15 * kMinute;
    case LimitPeriod::kHour: return 120 * kMinute;
    case LimitPeriod::kDay: return 2 * kDay;
    case LimitPeriod::kMonth: return 63 * kDay;
  }
  return 63 * kDay;
}

CounterTable::Mark CounterTable::Mark::Of(uint64_t word) noexcept {
  Mark mark;
  mark.state = static_cast<State>(word >> 62 > 2 ? 0 : word >> 62);
  const auto period = static_cast<uint8_t>(word >> 59 & 7);
  mark.period = period <= static_cast<uint8_t>(LimitPeriod::kMonth) ? static_cast<LimitPeriod>(period) : LimitPeriod::kMonth;
  mark.life = static_cast<uint32_t>(word >> 32) & kLives;
  mark.used_s = static_cast<uint32_t>(word);
  return mark;
}

uint64_t CounterTable::Mark::Word() const noexcept {
  return static_cast<uint64_t>(state) << 62 | static_cast<uint64_t>(period) << 59 | uint64_t{life & kLives} << 32 | used_s;
}

bool CounterTable::Mark::IsIdle(int64_t now_s) const noexcept { return now_s - int64_t{used_s} > IdleAfter(period); }

void CounterTable::Free(CounterHead* head) noexcept {
  const uint64_t word = head->mark.load();
  if (word == 0) return;
  Mark mark = Mark::Of(word);
  mark.state = Mark::State::kFree;
  mark.life = (mark.life + 1) & kLives;
  head->mark.store(mark.Word());
}

CounterPlace CounterTable::Search(uint64_t key) const noexcept {
  for (uint32_t i = 0; i < kProbes; ++i) {
    const uint32_t index = At(key, i);
    const CounterHead& head = heads_[index];
    for (;;) {
      const uint64_t word = head.mark.load();
      if (word == 0) return {};
      const Mark mark = Mark::Of(word);
      if (mark.state != Mark::State::kUsed || head.key.load() != key) break;
      // A key that is read between two equal lives is that life's.
      if (Mark::Of(head.mark.load()).life == mark.life) return {index, mark.life};
    }
  }
  return {};
}

CounterPlace CounterTable::Find(uint64_t key, int64_t now_s) const noexcept {
  const CounterPlace found = Search(key);
  if (!found.ok()) return found;
  const Mark mark = Mark::Of(heads_[found.index].mark.load());
  return mark.life == found.life && !mark.IsIdle(now_s) ? found : CounterPlace();
}

bool CounterTable::IsAlive(const CounterPlace& place, uint64_t key) const noexcept {
  if (place.index > mask_) return false;
  const Mark mark = Mark::Of(heads_[place.index].mark.load());
  return mark.state == Mark::State::kUsed && mark.life == place.life && heads_[place.index].key.load() == key;
}

CounterPlace CounterTable::FindAndTouch(uint64_t key, int64_t now_s) noexcept {
  for (;;) {
    const CounterPlace found = Search(key);
    if (!found.ok()) return found;
    StateWord& word = heads_[found.index].mark;
    uint64_t seen = word.load();
    Mark mark = Mark::Of(seen);
    if (mark.state != Mark::State::kUsed || mark.life != found.life) continue;
    if (mark.IsIdle(now_s)) return {};
    if (now_s - int64_t{mark.used_s} < kTouchEvery) return found;
    mark.used_s = static_cast<uint32_t>(now_s);
    if (word.compare_exchange_strong(seen, mark.Word())) return found;
  }
}

void CounterTable::KeepUntil(const CounterPlace& place, int64_t until_s) noexcept {
  StateWord& word = heads_[place.index].mark;
  uint64_t seen = word.load();
  for (;;) {
    Mark mark = Mark::Of(seen);
    if (mark.state != Mark::State::kUsed || mark.life != place.life || until_s <= int64_t{mark.used_s}) return;
    mark.used_s = static_cast<uint32_t>(std::min<int64_t>(until_s, UINT32_MAX));
    if (word.compare_exchange_weak(seen, mark.Word())) return;
  }
}

// Not claimed at once: it may stand behind an empty entry, where no search gets to.
bool CounterTable::FreeIdle(uint64_t key, int64_t now_s) noexcept {
  for (uint32_t i = 0; i < kProbes; ++i) {
    StateWord& word = heads_[At(key, i)].mark;
    uint64_t seen = word.load();
    Mark mark = Mark::Of(seen);
    if (mark.state != Mark::State::kUsed || !mark.IsIdle(now_s)) continue;
    mark.state = Mark::State::kFree;
    if (!word.compare_exchange_strong(seen, mark.Word())) continue;
    used_->fetch_sub(1, std::memory_order_relaxed);
    return true;
  }
  return false;
}

// The first entry that is nobody's, or nobody's any more.
CounterPlace CounterTable::Claim(uint64_t key, LimitPeriod period, int64_t now_s, Room room) noexcept {
  const auto used = static_cast<int64_t>(used_->load(std::memory_order_relaxed));
  if (room == Room::kLargerPart && used >= int64_t{mask_ + 1} * kLargerPart / 8 && !FreeIdle(key, now_s)) return {};
  for (uint32_t i = 0; i < kProbes; ++i) {
    const uint32_t index = At(key, i);
    uint64_t seen = heads_[index].mark.load();
    const Mark mark = Mark::Of(seen);
    const bool is_taken = mark.state == Mark::State::kUsed ? !mark.IsIdle(now_s)
                          : mark.state == Mark::State::kClaimed && now_s - int64_t{mark.used_s} <= kClaimLasts;
    if (is_taken) continue;
    uint64_t old_key = heads_[index].key.load();
    const Mark mine{Mark::State::kClaimed, period, (mark.life + 1) & kLives, static_cast<uint32_t>(now_s)};
    if (!heads_[index].mark.compare_exchange_strong(seen, mine.Word())) {
      --i;  // look again at what it has become
      continue;
    }
    if (mark.state == Mark::State::kUsed) used_->fetch_sub(1, std::memory_order_relaxed);
    // Not a plain store: whoever is stopped here for seconds must not write into what is another's then.
    if (heads_[index].key.compare_exchange_strong(old_key, key)) return {index, mine.life};
  }
  return {};
}

// Is there no other claim and no entry of this key? Then its claimer may finish. Otherwise one of the two is given up.
bool CounterTable::IsAlone(const CounterPlace& claimed, uint64_t key, int64_t now_s) noexcept {
  const auto give_up = [&](uint32_t index, uint64_t seen) {
    Mark mark = Mark::Of(seen);
    const bool was_used = mark.state == Mark::State::kUsed;
    mark.state = Mark::State::kFree;
    if (!heads_[index].mark.compare_exchange_strong(seen, mark.Word())) return;
    if (was_used) used_->fetch_sub(1, std::memory_order_relaxed);
  };
  const uint64_t mine = heads_[claimed.index].mark.load();
  for (uint32_t i = 0; i < kProbes; ++i) {
    const uint32_t index = At(key, i);
    if (index == claimed.index) continue;
    uint64_t seen = heads_[index].mark.load();
    if (seen == 0) break;  // no claimer has passed by an empty entry
    const Mark mark = Mark::Of(seen);
    if (mark.state == Mark::State::kFree || heads_[index].key.load() != key) continue;
    if (mark.state == Mark::State::kUsed) {
      if (!mark.IsIdle(now_s)) {
        if (Mark::Of(mine).state == Mark::State::kClaimed && Mark::Of(mine).life == claimed.life) {
          give_up(claimed.index, mine);
        }
        return false;
      }
      give_up(index, seen);
      --i;
      continue;
    }
    // Another claim. Its owner will find ours as well: wait for what it does, then break it.
    // The one that a search finds first is the less patient: it is the other that starts again.
    const uint32_t first = static_cast<uint32_t>(index - key) & mask_;
    const int patience = first < (static_cast<uint32_t>(claimed.index - key) & mask_) ? 4 * kPatience : kPatience;
    for (int pause = 0; pause < patience && heads_[index].mark.load() == seen; ++pause) Pause();
    give_up(index, seen);
    --i;
  }
  return true;
}

bool CounterTable::Finish(const CounterPlace& claimed, LimitPeriod period, int64_t now_s) noexcept {
  StateWord& word = heads_[claimed.index].mark;
  uint64_t seen = word.load();
  const Mark mark = Mark::Of(seen);
  if (mark.state != Mark::State::kClaimed || mark.life != claimed.life) return false;  // broken
  const Mark used{Mark::State::kUsed, period, claimed.life, static_cast<uint32_t>(now_s)};
  if (!word.compare_exchange_strong(seen, used.Word())) return false;
  used_->fetch_add(1, std::memory_order_relaxed);
  return true;
}

}  // namespace keyrule::evaluator
