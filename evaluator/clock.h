// The time, behind an interface so that tests and replay set it.
#pragma once

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
  int64_t NowMs() const noexcept override {
    using std::chrono::system_clock;
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               system_clock::now().time_since_epoch())
        .count();
  }
};

}  // namespace keyrule::evaluator
