// The sum of a token window, kept beside it: `least_used` compares it for each candidate of each decision, and to add up 64
// words of each would be most of what the decision costs.
#pragma once

#include <atomic>
#include <cstdint>

#include "evaluator/token_window.h"

namespace keyrule::evaluator {

// One word: the second that the sum is of (its low 20 bits) and the sum (44 bits); all ones: it has to be added up, and the
// upper bits tell one such word from the next. Whoever changes the window changes the word after it: by the same amount if
// nothing else has happened since it looked before, else to all ones. Whoever adds up puts the sum there only if the word is
// still the one that it found before. So a sum that stands there is the window's, but for a process that is killed between
// the two, whose change it lacks for the rest of that second. Any thread, any process. A view: both must outlive it.
class TokenTally {
 public:
  TokenTally(TokenWindow* window, std::atomic<uint64_t>* word) noexcept : window_(window), word_(word) {}

  // What a word of that moment's second has above its sum.
  static uint64_t StampOf(int64_t now_ms) noexcept { return WordOf(static_cast<uint64_t>(TokenWindow::SecondOf(now_ms)), 0); }
  // Whether a word is the sum of the second that `stamp` is of, and needs not be added up.
  static bool IsOf(uint64_t word, uint64_t stamp, uint64_t* sum) noexcept {
    *sum = word ^ stamp;
    return *sum < uint64_t{kUnknown};
  }

  int64_t Used(int64_t now_ms) const noexcept {
    const uint64_t stamp = StampOf(now_ms);
    uint64_t seen = word_->load();
    if (uint64_t sum = 0; IsOf(seen, stamp, &sum)) return static_cast<int64_t>(sum);
    const int64_t used = window_->Used(now_ms);
    if (used < kUnknown) word_->compare_exchange_strong(seen, stamp | static_cast<uint64_t>(used));
    return used;
  }
  // As the window has them.
  int64_t Charge(int64_t tokens, int64_t now_ms) noexcept {
    int64_t slot = 0;
    // In another second it takes a place in the ring, from a slot that may have counted in the sum's.
    Change([&] { return window_->Charge(tokens, now_ms, &slot); }, TokenWindow::SecondOf(now_ms), true);
    return slot;
  }
  void Adjust(int64_t slot, int64_t difference) noexcept {
    if (difference != 0) Change([&] { return window_->Adjust(slot, difference); }, slot, false);
  }

 private:
  static constexpr int kAmountBits = 44;
  static constexpr int64_t kUnknown = (int64_t{1} << kAmountBits) - 1;
  static constexpr uint64_t kSeconds = (uint64_t{1} << 20) - 1;

  static uint64_t SecondOf(uint64_t word) noexcept { return word >> kAmountBits; }
  static int64_t AmountOf(uint64_t word) noexcept { return static_cast<int64_t>(word & uint64_t{kUnknown}); }
  static bool IsKnown(uint64_t word) noexcept { return AmountOf(word) != kUnknown; }
  static uint64_t WordOf(uint64_t second, int64_t amount) noexcept {
    return second << kAmountBits | static_cast<uint64_t>(amount);
  }
  static uint64_t Unknown(uint64_t before) noexcept { return WordOf(SecondOf(before) + 1, kUnknown); }

  // `change` changes the window's slot, and gives by how much; `may_take_a_place`: also from another slot.
  template <typename ChangeWindow>
  void Change(const ChangeWindow& change, int64_t slot, bool may_take_a_place) noexcept {
    uint64_t seen = word_->load();
    const int64_t by = change();
    const uint64_t age = (SecondOf(seen) - static_cast<uint64_t>(slot)) & kSeconds;
    const bool takes_a_place = may_take_a_place && age != 0;
    if (by == 0 && !takes_a_place) return;
    const int64_t sum = AmountOf(seen) + by;
    const bool is_in_it = IsKnown(seen) && !takes_a_place && age < static_cast<uint64_t>(SlidingWindow::kCounted) &&
                          sum >= 0 && sum < kUnknown;
    if (is_in_it && word_->compare_exchange_strong(seen, WordOf(SecondOf(seen), sum))) return;
    while (!word_->compare_exchange_weak(seen, Unknown(seen))) {
    }
  }

  TokenWindow* const window_;
  std::atomic<uint64_t>* const word_;
};

}  // namespace keyrule::evaluator
