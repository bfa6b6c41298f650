#include "evaluator/period_total.h"

#include <algorithm>

namespace keyrule::evaluator {

int64_t PeriodTotal::Add(int64_t period, int64_t amount, int64_t most) noexcept {
  uint64_t seen = word_.load();
  for (;;) {
    const bool counts = seen != 0 && Counts(seen, period);
    const int64_t before = counts ? AmountOf(seen) : 0;
    if (amount > most - before || amount > kMost - before) return -1;
    const uint64_t ahead = counts ? AheadOf(seen, period) : 0;
    const uint64_t number = (NumberOf(period) + ahead) & (kNumbers - 1);
    if (word_.compare_exchange_weak(seen, number << kAmountBits | static_cast<uint64_t>(before + amount))) {
      return period + static_cast<int64_t>(ahead);
    }
  }
}

void PeriodTotal::Adjust(int64_t period, int64_t difference) noexcept {
  if (difference == 0) return;
  difference = std::clamp(difference, -kMost, kMost);
  uint64_t seen = word_.load();
  while (seen >> kAmountBits == NumberOf(period)) {
    const auto after = static_cast<uint64_t>(std::clamp<int64_t>(AmountOf(seen) + difference, 0, kMost));
    if (word_.compare_exchange_weak(seen, NumberOf(period) << kAmountBits | after)) return;
  }
}

}  // namespace keyrule::evaluator
