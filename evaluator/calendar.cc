#include "evaluator/calendar.h"

#include <chrono>

namespace keyrule::evaluator {
namespace {

constexpr int64_t kDayMs = 24 * 60 * 60 * 1000;

int64_t FloorDiv(int64_t a, int64_t b) noexcept { return a / b - (a % b < 0 ? 1 : 0); }

std::chrono::year_month_day DateOf(int64_t unix_ms, const Zone& zone) noexcept {
  return std::chrono::sys_days(std::chrono::days(DayOf(unix_ms, zone)));
}

// The first moment after `unix_ms` at which the zone's clock face shows `local_ms` or more. Clocks that are put forward
// over midnight skip it: the day then begins right after the gap.
int64_t MomentOf(int64_t unix_ms, int64_t local_ms, const Zone& zone) noexcept {
  int64_t low = unix_ms;
  int64_t high = unix_ms + 40 * kDayMs;
  while (high - low > 1) {
    const int64_t middle = low + (high - low) / 2;
    (zone.LocalMs(middle) >= local_ms ? high : low) = middle;
  }
  return high;
}

}  // namespace

int64_t DayOf(int64_t unix_ms, const Zone& zone) noexcept {
  return FloorDiv(zone.LocalMs(unix_ms), kDayMs);
}

int64_t MonthOf(int64_t unix_ms, const Zone& zone) noexcept {
  const auto date = DateOf(unix_ms, zone);
  return int64_t{12} * static_cast<int>(date.year()) + static_cast<unsigned>(date.month()) - 1;
}

int64_t NextDay(int64_t unix_ms, const Zone& zone) noexcept {
  return MomentOf(unix_ms, (DayOf(unix_ms, zone) + 1) * kDayMs, zone);
}

int64_t NextMonth(int64_t unix_ms, const Zone& zone) noexcept {
  using namespace std::chrono;  // NOLINT: calendar arithmetic reads as it is said
  const year_month_day date = DateOf(unix_ms, zone);
  const year_month next = year_month(date.year(), date.month()) + months(1);
  const sys_days first = next / 1;
  return MomentOf(unix_ms, first.time_since_epoch().count() * kDayMs, zone);
}

}  // namespace keyrule::evaluator
