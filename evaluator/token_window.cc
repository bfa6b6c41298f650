#include "evaluator/token_window.h"

#include <algorithm>

namespace keyrule::evaluator {
namespace {

constexpr int64_t kMostTokens = (int64_t{1} << 36) - 1;
constexpr uint64_t kTagMask = (uint64_t{1} << 28) - 1;

int64_t SecondOf(int64_t now_ms) noexcept { return std::max<int64_t>(now_ms, 0) / 1000; }

}  // namespace

int64_t TokenWindow::Used(int64_t now_ms) const noexcept {
  const auto now = static_cast<uint64_t>(SecondOf(now_ms));
  int64_t used = 0;
  for (const std::atomic<uint64_t>& slot : slots_) {
    const uint64_t word = slot.load(std::memory_order_relaxed);
    const uint64_t age = (now - (word >> kTokenBits)) & kTagMask;
    // What lies ahead of a clock that was put back counts as well.
    if (age < kSlots || age > kTagMask / 2) used += static_cast<int64_t>(word & kMostTokens);
  }
  return used;
}

int64_t TokenWindow::Charge(int64_t tokens, int64_t now_ms) noexcept {
  const int64_t slot = SecondOf(now_ms);
  Add(slot, std::max<int64_t>(tokens, 0), true);  // none yet: the slot waits for the report
  return slot;
}

void TokenWindow::Adjust(int64_t slot, int64_t difference) noexcept {
  if (difference != 0) Add(slot, difference, false);
}

// An older second in the slot makes room if `take_over`; otherwise what is adjusted no longer counts.
void TokenWindow::Add(int64_t slot, int64_t difference, bool take_over) noexcept {
  std::atomic<uint64_t>& place = slots_[static_cast<size_t>(slot % kSlots)];
  const uint64_t tag = static_cast<uint64_t>(slot) & kTagMask;
  uint64_t seen = place.load(std::memory_order_relaxed);
  for (;;) {
    const bool same = seen >> kTokenBits == tag;
    if (!same && !take_over) return;
    const int64_t before = same ? static_cast<int64_t>(seen & kMostTokens) : 0;
    const int64_t after = std::clamp<int64_t>(
        before + std::clamp(difference, -kMostTokens, kMostTokens), 0, kMostTokens);
    const uint64_t word = tag << kTokenBits | static_cast<uint64_t>(after);
    if (place.compare_exchange_weak(seen, word, std::memory_order_relaxed)) return;
  }
}

}  // namespace keyrule::evaluator
