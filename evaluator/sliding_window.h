// Amounts of the last minute (second, hour) by slots of a 60th of it, in words that processes share. Lock-free.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace keyrule::evaluator {

// A ring of 64 slots: the running one, the 60 before it, which count with it, and 3 that a caller may lag behind. Each
// word holds the number of its slot (its low 26 bits) and an amount (44 bits, saturating), so that a slot of an earlier
// round is told from one of this round by the word alone. What lies ahead of a clock that was put back counts as well.
// Slots are numbered by the caller and not below 0. Any thread, any process; nothing here trusts what it reads.
class SlidingWindow {
 public:
  static constexpr int64_t kCounted = 61;
  static constexpr int64_t kMost = (int64_t{1} << 44) - 1;  // that one slot holds
  static constexpr int64_t kNever = INT64_MAX;

  // What counts at `slot`.
  int64_t Used(int64_t slot) const noexcept;
  // Adds `amount` (not below 0) to the slot, or where its place belongs to one ahead, to that. Returns the slot, to be
  // given to Adjust; -1: it would hold more than kMost, and nothing was added.
  int64_t Add(int64_t slot, int64_t amount) noexcept;
  // Changes what was added to that slot, up or down within 0 and kMost, unless a later round has its place. Gives by how
  // much.
  int64_t Adjust(int64_t slot, int64_t difference) noexcept;
  // The first slot at which at least `excess` (above 0) of what counts at `slot` has fallen out; kNever if that is more
  // than all of it.
  int64_t FreeSlot(int64_t slot, int64_t excess) const noexcept;
  // Forgets words so old that their numbers would begin to look new in some rounds of 2^26 slots. Once in a quarter of
  // that is often enough.
  void ForgetOld(int64_t slot) noexcept;
  // Forgets everything that was there when `is_mine()` was asked, if it says yes; what is added afterwards stays, however
  // late this thread goes on.
  template <typename IsMine>
  void Clear(const IsMine& is_mine) noexcept {
    std::array<uint64_t, kRing> seen;
    bool any = false;
    for (size_t i = 0; i < kRing; ++i) {
      seen[i] = words_[i].load();
      any = any || seen[i] != 0;
    }
    if (!any || !is_mine()) return;
    for (size_t i = 0; i < kRing; ++i) {
      if (seen[i] != 0) words_[i].compare_exchange_strong(seen[i], 0);
    }
  }

 private:
  static constexpr size_t kRing = 64;
  static constexpr int kRingBits = 6;
  static constexpr int kAmountBits = 44;
  static constexpr uint64_t kNumbers = uint64_t{1} << 26;

  static constexpr int64_t AmountOf(uint64_t word) noexcept { return static_cast<int64_t>(word & kMost); }
  // The number of the slot that a word at this place of the ring is of, modulo kNumbers.
  static constexpr uint64_t NumberOf(uint64_t word, size_t place) noexcept {
    return word >> kAmountBits << kRingBits | place;
  }
  static constexpr uint64_t WordOf(uint64_t number, int64_t amount) noexcept {
    return number >> kRingBits << kAmountBits | static_cast<uint64_t>(amount);
  }
  // How far a word's slot lies before `slot`; above kNumbers / 2: it lies ahead.
  static constexpr uint64_t AgeOf(uint64_t word, size_t place, int64_t slot) noexcept {
    return (static_cast<uint64_t>(slot) - NumberOf(word, place)) & (kNumbers - 1);
  }
  static constexpr bool Counts(uint64_t age) noexcept {
    return age < static_cast<uint64_t>(kCounted) || age > kNumbers / 2;
  }

  std::array<std::atomic<uint64_t>, kRing> words_{};
};

static_assert(std::atomic<uint64_t>::is_always_lock_free && sizeof(std::atomic<uint64_t>) == 8);
static_assert(sizeof(SlidingWindow) == 512);

}  // namespace keyrule::evaluator
