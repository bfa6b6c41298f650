// A log of what processes were admitted to, and the checker of whether it kept within a limit. The checker knows nothing of
// how limits are counted.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <vector>

namespace keyrule::evaluator {

// A call that was admitted at some moment between these two, both in it. When it was is not known better: whoever asks may
// lose the processor between its reading of the clock and its count, while the others move the time on.
struct Admission {
  int64_t asked_ms;
  int64_t answered_ms;
  uint32_t credential;
  uint32_t counter;
};

// In memory that processes share.
struct LimitLog {
  static constexpr uint64_t kMost = 200'000;
  std::atomic<uint64_t> count;
  Admission events[kMost];

  void Add(Admission event) {
    const uint64_t at = count.fetch_add(1);
    if (at < kMost) events[at] = event;
  }
  bool IsWhole() const { return count.load() <= kMost; }
  std::vector<Admission> All() const { return {events, events + std::min(count.load(), kMost)}; }
};

// How many the fullest stretch of so many milliseconds (the end not in it) has for sure: whenever within its answer a call
// was admitted, those that were asked and answered within the stretch are in it.
inline size_t MostIn(std::vector<Admission> events, int64_t length_ms) {
  std::sort(events.begin(), events.end(),
            [](const Admission& a, const Admission& b) { return a.asked_ms < b.asked_ms; });
  size_t most = 0;
  for (size_t first = 0; first < events.size(); ++first) {
    const int64_t ends = events[first].asked_ms + length_ms;
    size_t sure = 0;
    for (size_t i = first; i < events.size() && events[i].asked_ms < ends; ++i) sure += events[i].answered_ms < ends ? 1 : 0;
    most = std::max(most, sure);
  }
  return most;
}

}  // namespace keyrule::evaluator
