#include "dsl/times_of_day.h"

#include <algorithm>

namespace keyrule::dsl {

// Puts them in order and joins those that meet.
TimesOfDay::TimesOfDay(std::vector<Stretch> stretches) {
  std::erase_if(stretches, [](const Stretch& one) { return one.first >= one.second; });
  std::sort(stretches.begin(), stretches.end());
  for (const Stretch& one : stretches) {
    if (!stretches_.empty() && one.first <= stretches_.back().second) {
      stretches_.back().second = std::max(stretches_.back().second, one.second);
    } else {
      stretches_.push_back(one);
    }
  }
}

TimesOfDay TimesOfDay::Of(const ClockTest& clock) {
  std::vector<Stretch> stretches;
  for (const MomentRange& range : clock.ranges) {
    const int64_t first = range.first.value, last = range.last.value;
    if (!clock.compare && first > last) {
      stretches.insert(stretches.end(), {{first, kDayMs}, {0, last}});
    } else if (!clock.compare) {
      stretches.push_back({first, last});
    } else if (*clock.compare == CompareOp::kLess || *clock.compare == CompareOp::kGreaterEqual) {
      stretches.push_back({0, first});
    } else if (*clock.compare == CompareOp::kLessEqual || *clock.compare == CompareOp::kGreater) {
      stretches.push_back({0, std::min(first + 1, kDayMs)});
    } else {
      stretches.push_back({first, std::min(first + 1, kDayMs)});
    }
  }
  const bool turned = clock.compare ? *clock.compare == CompareOp::kGreaterEqual ||
                                          *clock.compare == CompareOp::kGreater ||
                                          *clock.compare == CompareOp::kNotEqual
                                    : clock.negated;
  const TimesOfDay times(std::move(stretches));
  return turned ? times.Turned() : times;
}

TimesOfDay TimesOfDay::Turned() const {
  std::vector<Stretch> stretches;
  int64_t from = 0;
  for (const Stretch& one : stretches_) {
    stretches.push_back({from, one.first});
    from = one.second;
  }
  stretches.push_back({from, kDayMs});
  return TimesOfDay(std::move(stretches));
}

bool TimesOfDay::CrossesMidnight() const {
  return stretches_.size() > 1 && stretches_.front().first == 0 &&
         stretches_.back().second == kDayMs;
}

int64_t TimesOfDay::Length() const {
  int64_t length = 0;
  for (const Stretch& one : stretches_) length += one.second - one.first;
  return length;
}

TimesOfDay Both(const TimesOfDay& a, const TimesOfDay& b) {
  std::vector<TimesOfDay::Stretch> stretches;
  for (auto x = a.stretches_.begin(), y = b.stretches_.begin();
       x != a.stretches_.end() && y != b.stretches_.end();) {
    stretches.push_back({std::max(x->first, y->first), std::min(x->second, y->second)});
    x->second < y->second ? ++x : ++y;
  }
  return TimesOfDay(std::move(stretches));
}

TimesOfDay Either(const TimesOfDay& a, const TimesOfDay& b) {
  std::vector<TimesOfDay::Stretch> stretches = a.stretches_;
  stretches.insert(stretches.end(), b.stretches_.begin(), b.stretches_.end());
  return TimesOfDay(std::move(stretches));
}

}  // namespace keyrule::dsl
