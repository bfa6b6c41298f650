// Timing single calls: by the clock on both sides, whose own cost is measured as well.
#pragma once

#include <time.h>

#include <algorithm>
#include <vector>

namespace keyrule::bench {

inline double NowNs() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

struct Percentiles {
  double p50, p99;
};

// Sorts the samples.
inline Percentiles Of(std::vector<double>* samples) {
  std::sort(samples->begin(), samples->end());
  return {(*samples)[samples->size() / 2], (*samples)[samples->size() * 99 / 100]};
}

// Nanoseconds that `body` takes, one reading of the clock included.
template <class Body>
double Timed(Body&& body) {
  const double begin = NowNs();
  body();
  return NowNs() - begin;
}

}  // namespace keyrule::bench
