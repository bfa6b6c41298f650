#include "evaluator/oracle_pick.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "evaluator/oracle_math.h"

namespace keyrule::evaluator::oracle {
namespace {

using dsl::StrategyKind;

__extension__ typedef __int128 Wide;

// The least cost, a fraction; of equals the least recently taken, then the first.
size_t LeastOf(const std::vector<Choice>& e, const std::vector<std::pair<Wide, Wide>>& costs) {
  size_t best = 0;
  for (size_t i = 1; i < e.size(); ++i) {
    const Wide mine = costs[i].first * costs[best].second;
    const Wide theirs = costs[best].first * costs[i].second;
    if (mine < theirs || (mine == theirs && e[i].last_taken < e[best].last_taken)) best = i;
  }
  return best;
}

// The largest used / limit of one credential; nothing is used where there is no limit.
std::pair<Wide, Wide> UsedShareOf(const Choice& choice) {
  std::pair<Wide, Wide> largest = {0, 1};
  for (const auto& [used, most] : choice.limits) {
    if (Wide{used} * largest.second > largest.first * most) largest = {used, most};
  }
  return largest;
}

size_t LeastUsed(const std::vector<Choice>& e) {
  const bool limited =
      std::any_of(e.begin(), e.end(), [](const Choice& choice) { return !choice.limits.empty(); });
  std::vector<std::pair<Wide, Wide>> costs;
  for (const Choice& choice : e) {
    costs.push_back(limited ? UsedShareOf(choice)
                            : std::pair<Wide, Wide>{choice.tokens, choice.weight});
  }
  return LeastOf(e, costs);
}

size_t LeastLatency(const std::vector<Choice>& e, bool* near_tie) {
  long double largest = 0;
  for (const Choice& choice : e) largest = std::max(largest, choice.latency_ms);
  const auto cost = [&](size_t i) {
    long double latency = e[i].latency_ms;
    if (latency < 0) latency = e[i].in_flight == 0 ? 0 : largest;
    return latency * static_cast<long double>(e[i].in_flight + 1);
  };
  size_t best = 0;
  for (size_t i = 1; i < e.size(); ++i) {
    const long double mine = cost(i) * static_cast<long double>(e[best].weight);
    const long double theirs = cost(best) * static_cast<long double>(e[i].weight);
    const bool equal = !(mine < theirs) && !(theirs < mine);
    if (!equal && std::fabs(mine - theirs) < 0.05L) *near_tie = true;
    if (mine < theirs || (equal && e[i].last_taken < e[best].last_taken)) best = i;
  }
  return best;
}

size_t ByChance(const std::vector<int64_t>& weights, uint64_t draw) {
  const int64_t total = std::accumulate(weights.begin(), weights.end(), int64_t{0});
  auto rest = static_cast<int64_t>(Share(draw, static_cast<uint64_t>(total)));
  size_t i = 0;
  for (; rest >= weights[i]; ++i) rest -= weights[i];
  return i;
}

size_t Sticky(const std::string& value, std::vector<Choice>* choices,
              const std::vector<int64_t>& w, bool* near_tie) {
  std::vector<Choice>& e = *choices;
  const int64_t total = std::accumulate(w.begin(), w.end(), int64_t{0});
  int64_t all = 0;
  for (const Choice& choice : e) all += choice.in_flight;
  for (size_t i = 0; i < e.size(); ++i) {
    // ⌈1.25 · (all + 1) · w / W⌉, in integers.
    const int64_t bound = (5 * (all + 1) * w[i] + 4 * total - 1) / (4 * total);
    e[i].overloaded = e[i].in_flight + 1 > bound;
  }
  if (std::all_of(e.begin(), e.end(), [](const Choice& c) { return c.overloaded; })) {
    for (Choice& choice : e) choice.overloaded = false;
  }
  const bool even = std::all_of(w.begin(), w.end(), [&](int64_t x) { return x == w[0]; });
  std::optional<size_t> best;
  const auto hash = [&](size_t i) { return Hash({"sticky", e[i].id, value}); };
  for (size_t i = 0; i < e.size(); ++i) {
    if (e[i].overloaded) continue;
    if (!best) {
      best = i;
    } else if (even) {
      if (hash(i) > hash(*best)) best = i;
    } else {
      const long double mine = Score(hash(i)) / static_cast<long double>(w[i]);
      const long double theirs = Score(hash(*best)) / static_cast<long double>(w[*best]);
      if (std::fabs(mine - theirs) < 1e-6L) *near_tie = true;
      if (mine < theirs) best = i;
    }
  }
  return *best;
}

}  // namespace

size_t Pick(const Picking& picking, std::vector<Choice>* choices, bool* near_tie) {
  std::vector<Choice>& e = *choices;
  StrategyKind kind = picking.kind;
  if (kind == StrategyKind::kSticky && picking.sticky_value.empty()) {
    kind = StrategyKind::kWeightedRoundRobin;
  }
  std::vector<int64_t> w;
  for (const Choice& choice : e) {
    const bool even = kind == StrategyKind::kRoundRobin || kind == StrategyKind::kRandom;
    w.push_back(even ? 1 : choice.weight);
  }
  switch (kind) {
    case StrategyKind::kFirstAvailable: return 0;
    case StrategyKind::kRoundRobin:
    case StrategyKind::kWeightedRoundRobin: {
      const std::vector<size_t> cycle = SmoothCycle(w);
      return cycle[picking.turn(w) % cycle.size()];
    }
    case StrategyKind::kRandom:
    case StrategyKind::kWeightedRandom: return ByChance(w, picking.draw);
    case StrategyKind::kLeastInFlight: {
      std::vector<std::pair<Wide, Wide>> costs;
      for (const Choice& choice : e) costs.emplace_back(choice.in_flight + 1, choice.weight);
      return LeastOf(e, costs);
    }
    case StrategyKind::kLeastUsed: return LeastUsed(e);
    case StrategyKind::kHeadroom: {
      for (size_t i = 0; i < e.size(); ++i) {
        const auto [used, most] = UsedShareOf(e[i]);
        const auto free = static_cast<int64_t>(std::max<Wide>(most - used, 0) * 1'000'000 / most);
        w[i] *= std::max<int64_t>(free, 1);
      }
      return ByChance(w, picking.draw);
    }
    case StrategyKind::kLatency: return LeastLatency(e, near_tie);
    case StrategyKind::kSticky: return Sticky(picking.sticky_value, choices, w, near_tie);
  }
  return 0;
}

}  // namespace keyrule::evaluator::oracle
