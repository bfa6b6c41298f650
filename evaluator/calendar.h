// Days and months of a time zone, for limits by the calendar.
#pragma once

#include <cstdint>

#include "evaluator/clock_test.h"

namespace keyrule::evaluator {

// The number of the day (or month) that a moment falls into, on the zone's own calendar.
int64_t DayOf(int64_t unix_ms, const Zone& zone) noexcept;
int64_t MonthOf(int64_t unix_ms, const Zone& zone) noexcept;
// When the next day (or month) of the zone begins, in Unix milliseconds.
int64_t NextDay(int64_t unix_ms, const Zone& zone) noexcept;
int64_t NextMonth(int64_t unix_ms, const Zone& zone) noexcept;

}  // namespace keyrule::evaluator
