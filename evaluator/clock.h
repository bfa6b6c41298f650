// The time, behind an interface so that tests and replay set it.
#pragma once

#include <time.h>

#include <chrono>
#include <cstdint>

namespace keyrule::evaluator {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual int64_t NowMs() const noexcept = 0;  // Unix milliseconds
};

class SystemClock : public Clock {
 public:
  // How far RoughNowMs may lie behind: the longest tick that Linux is built with.
  static constexpr int64_t kRoughlyMs = 10;

  // The time of the last tick of the system: a quarter of what NowMs costs.
  static int64_t RoughNowMs() noexcept {
    timespec now{};
    clock_gettime(CLOCK_REALTIME_COARSE, &now);
    return int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
  }
  int64_t NowMs() const noexcept override {
    using std::chrono::system_clock;
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               system_clock::now().time_since_epoch())
        .count();
  }
};

}  // namespace keyrule::evaluator
