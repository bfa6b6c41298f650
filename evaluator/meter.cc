#include "evaluator/meter.h"

#include <algorithm>

#include "evaluator/calendar.h"

namespace keyrule::evaluator {
namespace {

using dsl::LimitPeriod;

bool Slides(LimitPeriod period) noexcept {
  return period == LimitPeriod::kSecond || period == LimitPeriod::kMinute ||
         period == LimitPeriod::kHour;
}

int64_t PeriodMs(LimitPeriod period) noexcept {
  switch (period) {
    case LimitPeriod::kSecond: return 1'000;
    case LimitPeriod::kMinute: return 60'000;
    default: return 3'600'000;
  }
}

int64_t SlotOf(const MeterLimit& limit, int64_t now_ms) noexcept {
  switch (limit.period) {
    case LimitPeriod::kAtOnce: return 0;
    case LimitPeriod::kDay: return DayOf(now_ms, *limit.zone);
    case LimitPeriod::kMonth: return MonthOf(now_ms, *limit.zone);
    default: break;
  }
  // A second has no whole number of milliseconds in a slot, so the product comes first.
  return now_ms * 60 / PeriodMs(limit.period);
}

// The first millisecond of a slot.
int64_t SlotBegins(const MeterLimit& limit, int64_t slot) noexcept {
  const int64_t period = PeriodMs(limit.period);
  return (slot * period + 59) / 60;
}

}  // namespace

// What counts at `slot`; older slots have fallen out.
int64_t MeterCount::Used(const MeterLimit& limit, int64_t slot) const noexcept {
  if (limit.period == LimitPeriod::kAtOnce) return total_;
  if (!Slides(limit.period)) return newest_ == slot ? total_ : 0;
  if (newest_ == INT64_MIN) return 0;
  int64_t used = 0;
  for (int64_t s = std::max(slot, newest_) - kSlots + 1; s <= newest_; ++s) {
    if (s > newest_ - kSlots) used += slots_[static_cast<size_t>(s % kSlots)];
  }
  return used;
}

int64_t MeterCount::FreeAt(const MeterLimit& limit, int64_t need, int64_t now_ms) const noexcept {
  const int64_t slot = SlotOf(limit, now_ms);
  int64_t used = Used(limit, slot);
  // What is charged only afterwards is admitted while less than the limit is charged.
  auto fits = [&] { return need == 0 ? used < limit.most : used <= limit.most - need; };
  if (fits()) return 0;
  if (need > limit.most || limit.period == LimitPeriod::kAtOnce) return kNever;
  if (limit.period == LimitPeriod::kDay) return NextDay(now_ms, *limit.zone);
  if (limit.period == LimitPeriod::kMonth) return NextMonth(now_ms, *limit.zone);
  for (int64_t s = std::max(slot, newest_) - kSlots + 1; s <= newest_; ++s) {
    if (s <= newest_ - kSlots) continue;
    used -= slots_[static_cast<size_t>(s % kSlots)];
    if (fits()) return SlotBegins(limit, s + kSlots);
  }
  return kNever;
}

int64_t MeterCount::UsedAt(const MeterLimit& limit, int64_t now_ms) const noexcept {
  return Used(limit, SlotOf(limit, now_ms));
}

int64_t MeterCount::Charge(const MeterLimit& limit, int64_t amount, int64_t now_ms) noexcept {
  const int64_t slot = SlotOf(limit, now_ms);
  if (limit.period == LimitPeriod::kAtOnce) {
    total_ += amount;
    return slot;
  }
  if (!Slides(limit.period)) {
    if (newest_ != slot) total_ = 0;
    newest_ = slot;
    total_ += amount;
    return slot;
  }
  if (newest_ == INT64_MIN || slot - newest_ >= kSlots) {
    slots_.fill(0);
  } else {
    for (int64_t s = newest_ + 1; s <= slot; ++s) slots_[static_cast<size_t>(s % kSlots)] = 0;
  }
  // A clock that went back charges the newest slot: that counts longer, never shorter.
  newest_ = std::max(newest_, slot);
  slots_[static_cast<size_t>(newest_ % kSlots)] += amount;
  return newest_;
}

void MeterCount::Adjust(const MeterLimit& limit, int64_t slot, int64_t difference) noexcept {
  if (limit.period == LimitPeriod::kAtOnce) {
    total_ += difference;
  } else if (!Slides(limit.period)) {
    if (newest_ == slot) total_ += difference;
  } else if (newest_ - slot < kSlots) {
    slots_[static_cast<size_t>(slot % kSlots)] += difference;
  }
}

bool MeterCount::Idle(const MeterLimit& limit, int64_t now_ms) const noexcept {
  return UsedAt(limit, now_ms) == 0;
}

}  // namespace keyrule::evaluator
