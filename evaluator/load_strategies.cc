#include "evaluator/load_strategies.h"

#include <algorithm>

#include "evaluator/hash.h"
#include "evaluator/least.h"
#include "evaluator/token_window.h"

namespace keyrule::evaluator {
namespace {

const Candidate& At(const Decision& d, size_t i) noexcept { return d.candidates[d.eligible[i]]; }

// a / b < c / d.
bool LessShare(int64_t a, uint64_t b, int64_t c, uint64_t d) noexcept {
  return static_cast<Wide>(a) * d < static_cast<Wide>(c) * b;
}

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
  auto load = [&d](size_t i) { return InFlight(At(d, i)) + 1; };
  return Least(d, [&](size_t a, size_t b) {
    return load(a) * d.weights[b] < load(b) * d.weights[a];
  });
}

size_t LeastUsed(Decision* decision) noexcept {
  Decision& d = *decision;
  const bool limited = std::any_of(d.used.begin(), d.used.end(),
                                   [](const UsedShare& share) { return share.limit > 0; });
  if (limited) {
    // Beside others that have limits, a credential without one has used nothing of what it may.
    return Least(d, [&](size_t a, size_t b) { return d.used[a].LessThan(d.used[b]); });
  }
  // Each window is added up once, not in each comparison.
  for (size_t i = 0; i < d.eligible.size(); ++i) {
    const TokenWindow* window = At(d, i).tokens;
    d.used[i].used = window == nullptr ? 0 : window->Used(d.at_ms);
  }
  return Least(d, [&](size_t a, size_t b) {
    return LessShare(d.used[a].used, d.weights[a], d.used[b].used, d.weights[b]);
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
  auto known = [&d](size_t i) { return At(d, i).state->latency.load(std::memory_order_relaxed); };
  int64_t largest = 0;
  for (size_t i = 0; i < d.eligible.size(); ++i) largest = std::max(largest, known(i));
  // Who has never answered is tried at once, and while that call is out counts as the slowest.
  auto cost = [&](size_t i) {
    const uint64_t in_flight = InFlight(At(d, i));
    int64_t latency = known(i);
    if (latency == 0 && in_flight > 0) latency = largest;
    return static_cast<Wide>(latency) * (in_flight + 1);
  };
  return Least(d, [&](size_t a, size_t b) {
    return cost(a) * d.weights[b] < cost(b) * d.weights[a];
  });
}

}  // namespace keyrule::evaluator
