#include "evaluator/load_strategies.h"

#include <algorithm>

#include "evaluator/hash.h"
#include "evaluator/least.h"

namespace keyrule::evaluator {
namespace {

const Candidate& At(const Decision& d, size_t i) noexcept { return d.candidates[d.eligible[i]]; }

// What headroom makes of a weight: in millionths, and never nothing, for whoever is eligible has
// room for one call.
uint64_t FreeWeight(const UsedShare& share, uint32_t weight) noexcept {
  constexpr uint64_t kWhole = 1'000'000;
  if (share.limit <= 0) return weight * kWhole;
  const int64_t free = std::clamp<int64_t>(share.limit - share.used, 0, share.limit);
  const auto part = static_cast<uint64_t>(static_cast<Wide>(free) * kWhole /
                                          static_cast<Wide>(share.limit));
  return weight * std::max<uint64_t>(part, 1);
}

}  // namespace

size_t LeastInFlight(const Decision& d) noexcept {
  return LeastByWeight<uint64_t>(d, [&d](size_t i) { return InFlight(At(d, i)) + 1; });
}

size_t LeastUsed(const Decision& d, SelectionState& state) noexcept {
  const bool limited = std::any_of(d.used.begin(), d.used.end(),
                                   [](const UsedShare& share) { return share.limit > 0; });
  if (limited) {
    // Beside others that have limits, a credential without one has used nothing of what it may.
    const auto used_of = [&d](size_t i) { return d.used[i]; };
    return Least(d, used_of, [](const UsedShare& a, size_t, const UsedShare& b, size_t) { return a.LessThan(b); });
  }
  return LeastByWeight<Wide>(d, [&](size_t i) {
    StateWord* const sum = At(d, i).tokens;
    return static_cast<uint64_t>(sum == nullptr ? 0 : state.TallyOf(sum).Used(d.at_ms));
  });
}

size_t Headroom(const Decision& d, uint64_t draw) noexcept {
  uint64_t total = 0;
  for (size_t i = 0; i < d.eligible.size(); ++i) total += FreeWeight(d.used[i], d.weights[i]);
  uint64_t rest = Scale(draw, total);
  size_t i = 0;
  for (; rest >= FreeWeight(d.used[i], d.weights[i]); ++i) {
    rest -= FreeWeight(d.used[i], d.weights[i]);
  }
  return i;
}

size_t LeastLatency(const Decision& d) noexcept {
  const auto known = [&d](size_t i) { return At(d, i).state->latency.load(std::memory_order_relaxed); };
  int64_t largest = -1;  // not looked for yet
  return LeastByWeight<Wide>(d, [&](size_t i) {
    const uint64_t in_flight = InFlight(At(d, i));
    int64_t latency = known(i);
    // Who has never answered is tried at once, and while that call is out counts as the slowest.
    if (latency == 0 && in_flight > 0) {
      if (largest < 0) {
        largest = 0;
        for (size_t j = 0; j < d.eligible.size(); ++j) largest = std::max(largest, known(j));
      }
      latency = largest;
    }
    return LatencyCost(latency, in_flight);
  });
}

}  // namespace keyrule::evaluator
