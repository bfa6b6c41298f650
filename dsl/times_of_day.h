// Sets of times of the day, to the millisecond.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "dsl/ast.h"

namespace keyrule::dsl {

inline constexpr int64_t kDayMs = 86'400'000;

class TimesOfDay {
 public:
  TimesOfDay() : stretches_{{0, kDayMs}} {}  // the whole day
  // Where a test of the time holds.
  static TimesOfDay Of(const ClockTest& clock);

  TimesOfDay Turned() const;  // all other times
  // The last moment of a day and the first one are in it, and some other is not.
  bool CrossesMidnight() const;
  int64_t Length() const;  // in milliseconds

  friend TimesOfDay Both(const TimesOfDay& a, const TimesOfDay& b);
  friend TimesOfDay Either(const TimesOfDay& a, const TimesOfDay& b);

 private:
  using Stretch = std::pair<int64_t, int64_t>;  // half open, within the day
  explicit TimesOfDay(std::vector<Stretch> stretches);

  std::vector<Stretch> stretches_;  // in order, apart from each other
};

TimesOfDay Both(const TimesOfDay& a, const TimesOfDay& b);
TimesOfDay Either(const TimesOfDay& a, const TimesOfDay& b);

}  // namespace keyrule::dsl
