// The tokens that a credential has spent in the last minute, for `least_used` where no limit covers
// it. Counted as a limit of tokens per minute counts (LANGUAGE.md §4.6): 60 slots of a second and
// the running one. Lock-free, and shared as SlidingWindow is.
#pragma once

#include <algorithm>
#include <cstdint>

#include "evaluator/sliding_window.h"

namespace keyrule::evaluator {

class TokenWindow {
 public:
  int64_t Used(int64_t now_ms) const noexcept { return window_.Used(SecondOf(now_ms)); }
  // *slot is to be given to Adjust. Tokens beyond what a slot holds are not counted. Gives how many were.
  int64_t Charge(int64_t tokens, int64_t now_ms, int64_t* slot) noexcept {
    *slot = window_.Add(SecondOf(now_ms), 0);  // which waits for the report
    return Adjust(*slot, std::max<int64_t>(tokens, 0));
  }
  // Changes what was charged in that slot, up or down, unless a later round has its place. Gives by how much.
  int64_t Adjust(int64_t slot, int64_t difference) noexcept { return window_.Adjust(slot, difference); }

  static int64_t SecondOf(int64_t now_ms) noexcept { return std::max<int64_t>(now_ms, 0) / 1000; }

 private:
  SlidingWindow window_;
};

}  // namespace keyrule::evaluator
