// The strategies that go by load, against a service that is simulated: keys answer at different speeds, and each pick is
// the definition's (LANGUAGE.md §4.4), computed here from what the simulation itself has seen. No chance is in a pick; the
// random numbers that shape the load are fixed, and no bound here depends on them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>

#include "tests/evaluator/picker.h"

namespace keyrule::evaluator {
namespace {

// A key as the simulation sees it.
struct Key {
  double weight = 1;
  int64_t answers_in_ms = 100;
  int in_flight = 0;
  int64_t last_taken = 0;  // the number of the pick, from 1
  double latency = 0;      // its peak average; 0: unknown
  int64_t latency_at = 0;
};

struct Call {
  size_t key;
  int64_t ends_ms;
  int64_t lasts_ms;
  std::unique_ptr<Decision> decision;
};

// What a pick of this key would cost. The least is taken; ties: least recently taken, then order.
using CostOf = std::function<double(const std::vector<Key>&, size_t)>;

size_t Least(const std::vector<Key>& keys, const CostOf& cost) {
  size_t best = 0;
  for (size_t i = 1; i < keys.size(); ++i) {
    const double mine = cost(keys, i);
    const double least = cost(keys, best);
    if (mine < least || (!(least < mine) && keys[i].last_taken < keys[best].last_taken)) best = i;
  }
  return best;
}

double InFlightCost(const std::vector<Key>& keys, size_t i) { return (keys[i].in_flight + 1) / keys[i].weight; }

double LatencyCost(const std::vector<Key>& keys, size_t i) {
  double latency = keys[i].latency;
  if (std::fpclassify(latency) == FP_ZERO && keys[i].in_flight > 0) {
    for (const Key& key : keys) latency = std::max(latency, key.latency);
  }
  return latency * (keys[i].in_flight + 1) / keys[i].weight;
}

// A higher sample at once, a lower one with half-life 7 s.
void Sample(Key* key, double sample, int64_t now_ms) {
  const double age = static_cast<double>(now_ms - key->latency_at);
  key->latency = sample >= key->latency ? sample : sample + (key->latency - sample) * std::exp2(-age / 7'000);
  key->latency_at = now_ms;
}

struct Outcome {
  int picks = 0;
  int off = 0;  // picks that are not the definition's: dearer than the least by a thousandth, or another of a tie
  std::vector<double> loads;  // of each key, calls in flight on average
  std::vector<double> served;
};

// So many calls are out at all times, for 5,000 picks, the first 500 not counted. `pick`: of a picker under test;
// `jitter`: in percent, of how long a key takes.
Outcome Simulate(std::vector<Key> keys, size_t at_once, int jitter, const CostOf& cost,
                 const std::function<Call(int64_t now_ms, const std::vector<Key>&)>& pick,
                 const std::function<void(Call*, int64_t now_ms)>& end) {
  std::mt19937 random(21);
  std::vector<Call> out;
  Outcome outcome;
  outcome.loads.assign(keys.size(), 0);
  outcome.served.assign(keys.size(), 0);
  int64_t now = kPicksBegin;
  for (int i = 1; i <= 5'000; ++i) {
    while (out.size() >= at_once) {
      const auto first = std::min_element(out.begin(), out.end(),
                                          [](const Call& a, const Call& b) { return a.ends_ms < b.ends_ms; });
      now = std::max(now, first->ends_ms);
      --keys[first->key].in_flight;
      Sample(&keys[first->key], static_cast<double>(first->lasts_ms), now);
      end(&*first, now);
      out.erase(first);
    }
    Call call = pick(now, keys);
    Key& key = keys[call.key];
    ++outcome.picks;
    const size_t best = Least(keys, cost);
    const bool is_least = cost(keys, call.key) <= cost(keys, best) * 1.001;
    const bool is_tie = std::fabs(cost(keys, call.key) - cost(keys, best)) <= cost(keys, best) * 1e-9;
    outcome.off += !is_least || (is_tie && call.key != best) ? 1 : 0;
    const auto spread = static_cast<int64_t>(random() % 201) - 100;
    call.lasts_ms = key.answers_in_ms + key.answers_in_ms * jitter * spread / 10'000;
    call.ends_ms = now + call.lasts_ms;
    ++key.in_flight;
    key.last_taken = i;
    out.push_back(std::move(call));
    if (i <= 500) continue;
    for (size_t k = 0; k < keys.size(); ++k) outcome.loads[k] += keys[k].in_flight / 4'500.0;
    ++outcome.served[out.back().key];
  }
  return outcome;
}

std::vector<Key> Keys(const std::vector<uint32_t>& weights, const std::vector<int64_t>& answers_in_ms) {
  std::vector<Key> keys(weights.size());
  for (size_t i = 0; i < keys.size(); ++i) {
    keys[i].weight = weights[i];
    keys[i].answers_in_ms = answers_in_ms[i];
  }
  return keys;
}

Outcome SimulateBy(const std::string& strategy, const std::vector<uint32_t>& weights,
                   const std::vector<int64_t>& answers_in_ms, size_t at_once, int jitter, const CostOf& cost) {
  Picker picker(strategy, weights);
  return Simulate(
      Keys(weights, answers_in_ms), at_once, jitter, cost,
      [&](int64_t now, const std::vector<Key>&) {
        picker.now_ms = now;
        std::unique_ptr<Decision> d = picker.Open();
        const size_t key = Picker::KeyOf(*d);
        return Call{key, 0, 0, std::move(d)};
      },
      [&](Call* call, int64_t now) {
        picker.now_ms = now;
        picker.Close(call->decision.get(), {.latency_ms = call->lasts_ms});
      });
}

// A picker that looks at no load, for the controls.
Outcome SimulateInTurn(const std::vector<uint32_t>& weights, const std::vector<int64_t>& answers_in_ms, size_t at_once,
                       int jitter, const CostOf& cost) {
  size_t turn = 0;
  return Simulate(
      Keys(weights, answers_in_ms), at_once, jitter, cost,
      [&](int64_t, const std::vector<Key>& keys) { return Call{turn++ % keys.size(), 0, 0, nullptr}; },
      [](Call*, int64_t) {});
}

// Least of (in flight + 1) / w: with 60 calls out, each key carries w / W of them, whatever its speed, and serves by
// w / time.
bool AreInFlightByWeight(const Outcome& outcome) {
  const double loads[] = {10, 20, 30};
  const double served[] = {10 / 50.0, 20 / 400.0, 30 / 150.0};  // a millisecond
  const double all = served[0] + served[1] + served[2];
  for (size_t i = 0; i < 3; ++i) {
    if (std::fabs(outcome.loads[i] - loads[i]) > 1) return false;
    if (std::fabs(outcome.served[i] / 4'500 - served[i] / all) > 0.02) return false;
  }
  return true;
}

TEST(LoadSharesTest, LeastInFlightCarriesCallsByWeight) {
  const Outcome outcome = SimulateBy("least_in_flight", {1, 2, 3}, {50, 400, 150}, 60, 40, InFlightCost);
  EXPECT_EQ(outcome.off, 0) << "of " << outcome.picks;
  EXPECT_TRUE(AreInFlightByWeight(outcome));
  const Outcome control = SimulateInTurn({1, 2, 3}, {50, 400, 150}, 60, 40, InFlightCost);
  EXPECT_GT(control.off, control.picks / 2);
  EXPECT_FALSE(AreInFlightByWeight(control));
}

// Least of latency · (in flight + 1) / w, at steady latencies 100, 200 and 400 ms and 28 calls out: 16, 8 and 4 of them,
// 1 aside.
bool AreInFlightBySpeed(const Outcome& outcome) {
  const double loads[] = {16, 8, 4};
  for (size_t i = 0; i < 3; ++i) {
    if (std::fabs(outcome.loads[i] - loads[i]) > 1) return false;
  }
  return true;
}

TEST(LoadSharesTest, LatencyCarriesCallsBySpeed) {
  const Outcome outcome = SimulateBy("latency", {1, 1, 1}, {100, 200, 400}, 28, 0, LatencyCost);
  EXPECT_EQ(outcome.off, 0) << "of " << outcome.picks;
  EXPECT_TRUE(AreInFlightBySpeed(outcome));
  const Outcome control = SimulateInTurn({1, 1, 1}, {100, 200, 400}, 28, 0, LatencyCost);
  EXPECT_GT(control.off, control.picks / 2);
  EXPECT_FALSE(AreInFlightBySpeed(control));
}

// With latencies that vary by 60 %, each pick costs the least by the peak average of the definition, within a thousandth
// (the policy counts in 65,536ths of a millisecond). By averages that do not jump, more than one in 20 does not.
TEST(LoadSharesTest, LatencyGoesByThePeakAverage) {
  const Outcome outcome = SimulateBy("latency", {3, 1, 2}, {100, 200, 400}, 20, 60, LatencyCost);
  EXPECT_EQ(outcome.off, 0) << "of " << outcome.picks;
  std::vector<double> mean(3, 0);
  const auto by_mean = [&](const std::vector<Key>& keys, size_t i) {
    return mean[i] * (keys[i].in_flight + 1) / keys[i].weight;
  };
  const Outcome control = Simulate(
      Keys({3, 1, 2}, {100, 200, 400}), 20, 60, LatencyCost,
      [&](int64_t, const std::vector<Key>& keys) { return Call{Least(keys, by_mean), 0, 0, nullptr}; },
      [&](Call* call, int64_t) { mean[call->key] += (static_cast<double>(call->lasts_ms) - mean[call->key]) / 8; });
  EXPECT_GT(control.off, control.picks / 20);
}

// Tokens of 1 to 1,000, within one minute. Whoever is taken had the least of tokens / w and gains at most 1,000 / w, so
// that no two are ever further apart than 1,000 / the least weight: of no chance.
double MostApart(const std::function<size_t(int64_t tokens)>& pick, const std::vector<uint32_t>& weights) {
  std::mt19937 random(31);
  std::vector<double> used(weights.size(), 0);
  double most = 0;
  for (int i = 0; i < 5'000; ++i) {
    const auto tokens = static_cast<int64_t>(1 + random() % 1'000);
    const size_t key = pick(tokens);
    used[key] += static_cast<double>(tokens) / weights[key];
    const auto [least, largest] = std::minmax_element(used.begin(), used.end());
    most = std::max(most, *largest - *least);
  }
  return most;
}

TEST(LoadSharesTest, LeastUsedSpendsTokensByWeight) {
  const std::vector<uint32_t> weights = {4, 2, 1};
  Picker picker("least_used", weights);
  EXPECT_LE(MostApart([&](int64_t tokens) { return picker.Pick({}, {.tokens = tokens}); }, weights), 1'000);
  Picker turns("weighted_round_robin", weights);  // right calls by weight, not by tokens
  EXPECT_GT(MostApart([&](int64_t tokens) { return turns.Pick({}, {.tokens = tokens}); }, weights), 1'000);
}

// By limits of 100, 200 and 400 requests a day: after any number of picks, the used shares are at most one request of the
// smallest limit apart.
double SharesApart(Picker& picker) {
  const double limits[] = {100, 200, 400};
  int used[3] = {};
  double most = 0;
  for (int i = 0; i < 690; ++i) {
    ++used[picker.Pick()];
    double least = 1, largest = 0;
    for (size_t key = 0; key < 3; ++key) {
      least = std::min(least, used[key] / limits[key]);
      largest = std::max(largest, used[key] / limits[key]);
    }
    most = std::max(most, largest - least);
  }
  return most;
}

TEST(LoadSharesTest, LeastUsedFillsLimitsEvenly) {
  const std::string limits =
      "quota a { \"k0\"  limit 100 requests per day }\nquota b { \"k1\"  limit 200 requests per day }\n"
      "quota c { \"k2\"  limit 400 requests per day }\n";
  Picker picker("least_used", {1, 1, 1}, limits);
  EXPECT_LE(SharesApart(picker), 1.0 / 100 + 1e-9);
  Picker random("weighted_random", {1, 2, 4}, limits);  // right on average
  EXPECT_GT(SharesApart(random), 1.0 / 100 + 1e-9);
}

}  // namespace
}  // namespace keyrule::evaluator
