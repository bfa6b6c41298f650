// What one day or month has counted, or what is in flight at once: one word that processes share. Lock-free.
#pragma once

#include <cstdint>

#include "evaluator/state_layout.h"

namespace keyrule::evaluator {

// The number of its period (16 bits) above an amount (48 bits, saturating). A later period begins at 0; what lies ahead of
// a clock that was put back counts as well, as it does in a SlidingWindow. A view of the word. Any thread, any process.
class PeriodTotal {
 public:
  static constexpr int64_t kMost = (int64_t{1} << 48) - 1;

  explicit PeriodTotal(StateWord* word) noexcept : word_(*word) {}

  int64_t Used(int64_t period) const noexcept {
    const uint64_t seen = word_.load();
    return Counts(seen, period) ? AmountOf(seen) : 0;
  }
  // Adds `amount` (not below 0) if what is used then is at most `most`, and gives the period that it was added to, for
  // Adjust; -1 if not.
  int64_t Add(int64_t period, int64_t amount, int64_t most) noexcept;
  // Changes what was added to that period, up or down within 0 and kMost, unless another has begun.
  void Adjust(int64_t period, int64_t difference) noexcept;
  // Forgets what was there when `is_mine()` was asked, if it says yes.
  template <typename IsMine>
  void Clear(const IsMine& is_mine) noexcept {
    uint64_t seen = word_.load();
    if (seen != 0 && is_mine()) word_.compare_exchange_strong(seen, 0);
  }

 private:
  static constexpr int kAmountBits = 48;
  static constexpr uint64_t kNumbers = uint64_t{1} << 16;

  static int64_t AmountOf(uint64_t word) noexcept { return static_cast<int64_t>(word & kMost); }
  static uint64_t NumberOf(int64_t period) noexcept { return static_cast<uint64_t>(period) & (kNumbers - 1); }
  // How far the word's period lies ahead; above kNumbers / 2: it is over.
  static uint64_t AheadOf(uint64_t word, int64_t period) noexcept {
    return ((word >> kAmountBits) - NumberOf(period)) & (kNumbers - 1);
  }
  static bool Counts(uint64_t word, int64_t period) noexcept { return AheadOf(word, period) < kNumbers / 2; }

  StateWord& word_;
};

}  // namespace keyrule::evaluator
