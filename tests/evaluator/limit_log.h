// A log of what processes were admitted to, and whether it kept within a limit.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

namespace keyrule::evaluator {

// In memory that processes share.
struct LimitLog {
  static constexpr uint64_t kMost = 200'000;
  struct Event {
    int64_t at_ms;
    uint32_t credential;
    uint32_t counter;
  };
  std::atomic<uint64_t> count;
  Event events[kMost];

  void Add(Event event) {
    const uint64_t at = count.fetch_add(1);
    if (at < kMost) events[at] = event;
  }
};

// Of one counter, the first stretch of `length_ms` (the end not in it) that has more than `most`; empty: there is none.
inline std::string FirstBreach(const LimitLog& log, uint32_t counter, int64_t length_ms, size_t most) {
  std::vector<int64_t> times;
  for (uint64_t i = 0; i < log.count.load() && i < LimitLog::kMost; ++i) {
    if (log.events[i].counter == counter) times.push_back(log.events[i].at_ms);
  }
  std::sort(times.begin(), times.end());
  for (size_t i = most; i < times.size(); ++i) {
    if (times[i] - times[i - most] < length_ms) {
      return std::to_string(most + 1) + " from " + std::to_string(times[i - most]) + " to " + std::to_string(times[i]);
    }
  }
  return {};
}

}  // namespace keyrule::evaluator
