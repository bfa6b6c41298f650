// A limit of a quota or budget, compiled, and its time in slots (LANGUAGE.md §4.6): windows that slide, calendar periods,
// and calls in flight.
#pragma once

#include <cstdint>

#include "dsl/ast.h"
#include "evaluator/clock_test.h"

namespace keyrule::evaluator {

struct MeterLimit {
  int64_t most = 0;  // requests, tokens, or micro-USD
  dsl::LimitUnit unit = dsl::LimitUnit::kRequests;
  dsl::LimitPeriod period = dsl::LimitPeriod::kMinute;
  const Zone* zone = nullptr;  // of days and months
  bool by_callers = false;     // counted for each value of an attribute: callers can make ever new counters

  // Whether it counts by a window that slides; else by one total.
  bool Slides() const noexcept {
    return period == dsl::LimitPeriod::kSecond || period == dsl::LimitPeriod::kMinute ||
           period == dsl::LimitPeriod::kHour;
  }
  // Whether `need` fits beside what is used. What is charged only afterwards (0) is admitted while less than the limit is
  // charged.
  bool Fits(int64_t used, int64_t need) const noexcept { return need == 0 ? used < most : used <= most - need; }
};

// A moment without a date: it is not known when.
inline constexpr int64_t kNeverFree = INT64_MAX;

// The slot, day or month that a moment falls into; 0 of `at once`.
int64_t SlotOf(const MeterLimit& limit, int64_t now_ms) noexcept;
// The first millisecond of a slot of a window.
int64_t SlotBegins(const MeterLimit& limit, int64_t slot) noexcept;
// When the period after the one that runs begins; kNeverFree of `at once`. Not of windows.
int64_t NextPeriod(const MeterLimit& limit, int64_t now_ms) noexcept;

}  // namespace keyrule::evaluator
