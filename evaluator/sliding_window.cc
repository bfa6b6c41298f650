#include "evaluator/sliding_window.h"

#include <algorithm>

namespace keyrule::evaluator {

int64_t SlidingWindow::Used(int64_t slot) const noexcept {
  int64_t used = 0;
  for (size_t place = 0; place < kRing; ++place) {
    const uint64_t word = words_[place].load();
    if (!Counts(AgeOf(word, place, slot))) continue;
    if (AmountOf(word) == kMost) return kNever;  // that much or more: no limit has room for it
    used += AmountOf(word);
  }
  return used;
}

int64_t SlidingWindow::Add(int64_t slot, int64_t amount) noexcept {
  const auto place = static_cast<size_t>(slot) % kRing;
  const uint64_t number = static_cast<uint64_t>(slot) & (kNumbers - 1);
  uint64_t seen = words_[place].load();
  for (;;) {
    const uint64_t age = AgeOf(seen, place, slot);
    const bool ahead = seen != 0 && age > kNumbers / 2;
    const int64_t before = age == 0 || ahead ? AmountOf(seen) : 0;
    if (amount > kMost - before) return -1;
    const uint64_t word = WordOf(ahead ? NumberOf(seen, place) : number, before + amount);
    // What stands there already needs no store, for which all processes would meet.
    if (word == seen || words_[place].compare_exchange_weak(seen, word)) {
      return ahead ? slot + static_cast<int64_t>(kNumbers - age) : slot;
    }
  }
}

int64_t SlidingWindow::Adjust(int64_t slot, int64_t difference) noexcept {
  if (difference == 0) return 0;
  const auto place = static_cast<size_t>(slot) % kRing;
  const uint64_t number = static_cast<uint64_t>(slot) & (kNumbers - 1);
  difference = std::clamp(difference, -kMost, kMost);
  uint64_t seen = words_[place].load();
  while (NumberOf(seen, place) == number) {
    const int64_t after = std::clamp<int64_t>(AmountOf(seen) + difference, 0, kMost);
    const int64_t before = AmountOf(seen);
    if (words_[place].compare_exchange_weak(seen, WordOf(number, after))) return after - before;
  }
  return 0;
}

int64_t SlidingWindow::FreeSlot(int64_t slot, int64_t excess) const noexcept {
  // What counts, the oldest first: by how far ahead of the oldest slot that counts it lies.
  struct Held {
    uint64_t after;
    int64_t amount;
  };
  std::array<Held, kRing> held;
  size_t count = 0;
  for (size_t place = 0; place < kRing; ++place) {
    const uint64_t word = words_[place].load(std::memory_order_relaxed);
    const uint64_t age = AgeOf(word, place, slot);
    if (!Counts(age) || AmountOf(word) == 0) continue;
    held[count++] = {(static_cast<uint64_t>(kCounted) - 1 - age) & (kNumbers - 1), AmountOf(word)};
  }
  std::sort(held.begin(), held.begin() + static_cast<std::ptrdiff_t>(count),
            [](const Held& a, const Held& b) { return a.after < b.after; });
  for (size_t i = 0; i < count; ++i) {
    excess -= held[i].amount;
    if (excess <= 0) return slot + static_cast<int64_t>(held[i].after) + 1;
  }
  return kNever;
}

void SlidingWindow::ForgetOld(int64_t slot) noexcept {
  for (size_t place = 0; place < kRing; ++place) {
    uint64_t seen = words_[place].load(std::memory_order_relaxed);
    const uint64_t age = AgeOf(seen, place, slot);
    if (seen != 0 && age > kNumbers / 4 && age <= kNumbers / 2) words_[place].compare_exchange_strong(seen, 0);
  }
}

}  // namespace keyrule::evaluator
