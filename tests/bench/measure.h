// Timing single calls: by the clock on both sides, whose own cost is measured as well.
#pragma once

#include <time.h>
#if defined(__x86_64__)
#include <x86intrin.h>
#endif

#include <algorithm>
#include <cstdint>
#include <vector>

namespace keyrule::bench {

inline double NowNs() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

// Processor time: what others do meanwhile does not count.
inline double CpuNs(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}
inline double ProcessCpuNs() { return CpuNs(CLOCK_PROCESS_CPUTIME_ID); }
inline double ThreadCpuNs() { return CpuNs(CLOCK_THREAD_CPUTIME_ID); }

// The processor's own counter, for what is shorter than reading a clock: nothing before it or behind it is under way.
inline uint64_t Tick() {
#if defined(__x86_64__)
  _mm_lfence();
  const uint64_t tick = __rdtsc();
  _mm_lfence();
  return tick;
#else
  return static_cast<uint64_t>(NowNs());
#endif
}
// Nanoseconds of a tick; takes 20 ms.
inline double NsOfTick() {
  const double begin = NowNs();
  const uint64_t first = Tick();
  while (NowNs() - begin < 20e6) {
  }
  return (NowNs() - begin) / static_cast<double>(Tick() - first);
}
// Ticks that `body` takes, those of two readings included.
template <class Body>
double Ticks(Body&& body) {
  const uint64_t begin = Tick();
  body();
  return static_cast<double>(Tick() - begin);
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
