#include "evaluator/meter.h"

#include "evaluator/calendar.h"

namespace keyrule::evaluator {
namespace {

using dsl::LimitPeriod;

int64_t PeriodMs(LimitPeriod period) noexcept {
  switch (period) {
    case LimitPeriod::kSecond: return 1'000;
    case LimitPeriod::kMinute: return 60'000;
    default: return 3'600'000;
  }
}

}  // namespace

int64_t SlotOf(const MeterLimit& limit, int64_t now_ms) noexcept {
  if (now_ms < 0) now_ms = 0;
  switch (limit.period) {
    case LimitPeriod::kAtOnce: return 0;
    case LimitPeriod::kDay: return DayOf(now_ms, *limit.zone);
    case LimitPeriod::kMonth: return MonthOf(now_ms, *limit.zone);
    default: break;
  }
  // A second has no whole number of milliseconds in a slot, so the product comes first.
  return now_ms * 60 / PeriodMs(limit.period);
}

int64_t SlotBegins(const MeterLimit& limit, int64_t slot) noexcept {
  const int64_t period = PeriodMs(limit.period);
  return (slot * period + 59) / 60;
}

int64_t NextPeriod(const MeterLimit& limit, int64_t now_ms) noexcept {
  switch (limit.period) {
    case LimitPeriod::kDay: return NextDay(now_ms, *limit.zone);
    case LimitPeriod::kMonth: return NextMonth(now_ms, *limit.zone);
    default: return kNeverFree;
  }
}

}  // namespace keyrule::evaluator
