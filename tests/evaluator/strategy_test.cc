#include "evaluator/strategy.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>

#include "evaluator/hash.h"
#include "evaluator/local_state.h"
#include "evaluator/sticky.h"

namespace keyrule::evaluator {
namespace {

TEST(SmoothCycle, SpreadsEachMemberEvenly) {
  const uint32_t weights[] = {5, 1, 1};
  EXPECT_EQ(SmoothCycle(weights), (std::vector<uint16_t>{0, 0, 1, 0, 2, 0, 0}));
  const uint32_t even[] = {4, 4};
  EXPECT_EQ(SmoothCycle(even), (std::vector<uint16_t>{0, 1}));  // divided by the common divisor
}

TEST(SmoothCycle, HoldsEachMemberAsOftenAsItsWeight) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<uint32_t> weights(1 + random() % 8);
    for (uint32_t& weight : weights) weight = 1 + static_cast<uint32_t>(random() % 40);
    weights[0] = 7;  // prime to most: no common divisor hides a fault
    const std::vector<uint16_t> cycle = SmoothCycle(weights);
    std::map<uint16_t, uint32_t> counts;
    for (uint16_t pick : cycle) ++counts[pick];
    const uint32_t divisor = weights[0] / counts[0];
    for (size_t i = 0; i < weights.size(); ++i) {
      EXPECT_EQ(counts[static_cast<uint16_t>(i)] * divisor, weights[i]);
    }
  }
}

// A decision whose arm may choose from `count` credentials.
class Choosing {
 public:
  explicit Choosing(size_t count) {
    for (size_t i = 0; i < count; ++i) credentials_.push_back({.id = "c-" + std::to_string(i)});
    for (size_t i = 0; i < count; ++i) {
      Candidate candidate;
      candidate.credential = &credentials_[i];
      candidate.state = state.Credential("t", credentials_[i].id);
      candidate.key = Hash({"credential", credentials_[i].id});
      all_.push_back(candidate);
    }
  }
  // Picks among the members named, with these weights; returns the member.
  size_t Pick(const PickInput& input, const std::vector<uint32_t>& members,
              const std::vector<uint32_t>& weights) {
    decision.candidates = all_;
    decision.eligible = members;
    decision.weights = weights;
    return decision.eligible[evaluator::Pick(input, state, cycles, &decision)];
  }

  LocalState state;
  CycleCache cycles;
  Decision decision;

 private:
  std::vector<Credential> credentials_;
  std::vector<Candidate> all_;
};

// Credentials that recover make ever new lists of weights: what is kept of their cycles has an end, and turns stay the same.
TEST(WeightedRoundRobin, CyclesThatAreKeptHaveAnEnd) {
  CycleCache cycles;
  WeightCycle own;
  std::vector<uint32_t> weights(64, 1'000);
  for (uint32_t i = 1; i <= 400; ++i) {
    weights[0] = 1'000 + i;
    EXPECT_EQ(cycles.Get(weights, &own), SmoothCycle(weights)) << i;
    EXPECT_LE(cycles.bytes(), CycleCache::kMostBytes);
  }
  EXPECT_GT(cycles.bytes(), CycleCache::kMostBytes / 2);
  EXPECT_EQ(own.weights, weights);
  EXPECT_EQ(&cycles.Get(weights, &own), &own.cycle) << "not computed again";
}

// The promise of §4.4: any W picks in a row from the same eligible list hold each member exactly w times, whatever other
// lists are chosen from in between.
TEST(WeightedRoundRobin, IsExactWithOtherListsMixedIn) {
  Choosing choosing(4);
  const PickInput input{.strategy = dsl::StrategyKind::kWeightedRoundRobin, .turns = TurnSeeds("t")};
  std::mt19937 random(3);
  std::vector<size_t> picks;
  while (picks.size() < 600) {
    if (random() % 2 == 0) {
      choosing.Pick(input, {0, 2}, {1, 1});
    } else {
      picks.push_back(choosing.Pick(input, {0, 1, 2}, {3, 2, 1}));
    }
  }
  for (size_t from = 0; from + 6 <= picks.size(); ++from) {
    std::map<size_t, int> counts;
    for (size_t i = from; i < from + 6; ++i) ++counts[picks[i]];
    ASSERT_EQ(counts[0], 3) << from;
    ASSERT_EQ(counts[1], 2) << from;
    ASSERT_EQ(counts[2], 1) << from;
  }
}

TEST(RoundRobin, IgnoresWeightsAndKeepsTenantsApart) {
  Choosing choosing(2);
  const PickInput bank{.strategy = dsl::StrategyKind::kRoundRobin, .turns = TurnSeeds("bank")};
  const PickInput shop{.strategy = dsl::StrategyKind::kRoundRobin, .turns = TurnSeeds("shop")};
  EXPECT_EQ(choosing.Pick(bank, {0, 1}, {9, 1}), 0u);
  EXPECT_EQ(choosing.Pick(shop, {0, 1}, {9, 1}), 0u);
  EXPECT_EQ(choosing.Pick(bank, {0, 1}, {9, 1}), 1u);
  EXPECT_EQ(choosing.Pick(bank, {0, 1}, {1, 9}), 0u);
}

TEST(RoundRobin, DryPicksMoveNothing) {
  Choosing choosing(2);
  PickInput input{.strategy = dsl::StrategyKind::kRoundRobin, .turns = TurnSeeds("t"), .dry = true};
  EXPECT_EQ(choosing.Pick(input, {0, 1}, {1, 1}), 0u);
  EXPECT_EQ(choosing.Pick(input, {0, 1}, {1, 1}), 0u);
}

// Chi-squared over 3 members with weights 5:3:2 and 30,000 draws; 2 degrees of freedom, 13.8 is passed once in 1,000.
TEST(WeightedRandom, FollowsTheWeights) {
  Choosing choosing(3);
  const double expected[] = {15'000, 9'000, 6'000};
  double counts[3] = {};
  for (uint64_t take = 0; take < 30'000; ++take) {
    const PickInput input{
        .strategy = dsl::StrategyKind::kWeightedRandom, .turns = TurnSeeds("t"), .takes = take, .seed = 11};
    ++counts[choosing.Pick(input, {0, 1, 2}, {5, 3, 2})];
  }
  double chi = 0;
  for (int i = 0; i < 3; ++i) chi += std::pow(counts[i] - expected[i], 2) / expected[i];
  EXPECT_LT(chi, 13.8);
}

TEST(Sticky, ScoreIsTheLogarithmWithin32Bits) {
  std::mt19937_64 random(5);
  for (int i = 0; i < 10'000; ++i) {
    const uint64_t hash = random() >> (random() % 64);
    const long double exact =
        -std::log2((static_cast<long double>(hash) + 0.5L) / 18446744073709551616.0L);
    const long double got = static_cast<long double>(RendezvousScore(hash)) / 4294967296.0L;
    ASSERT_NEAR(static_cast<double>(got), static_cast<double>(exact), 2e-7) << hash;
  }
  EXPECT_LE(RendezvousScore(0), uint64_t{65} << 32);
  EXPECT_LT(RendezvousScore(UINT64_MAX), 2u);
}

// Weighted rendezvous gives each member its weight's share of the values; 4 standard deviations of 20,000 draws.
TEST(Sticky, SharesValuesByWeight) {
  Choosing choosing(2);
  int first = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::string value = "user-" + std::to_string(i);
    const PickInput input{
        .strategy = dsl::StrategyKind::kSticky, .turns = TurnSeeds("t"), .sticky_value = value};
    first += choosing.Pick(input, {0, 1}, {3, 1}) == 0 ? 1 : 0;
  }
  EXPECT_NEAR(first, 15'000, 4 * std::sqrt(20'000 * 0.75 * 0.25));
}

TEST(Sticky, RemovingAMemberMovesOnlyItsOwnValues) {
  Choosing choosing(3);
  for (int i = 0; i < 2'000; ++i) {
    const std::string value = "user-" + std::to_string(i);
    const PickInput input{
        .strategy = dsl::StrategyKind::kSticky, .turns = TurnSeeds("t"), .sticky_value = value};
    const size_t with_all = choosing.Pick(input, {0, 1, 2}, {2, 1, 4});
    const size_t without_2 = choosing.Pick(input, {0, 1}, {2, 1});
    if (with_all != 2) {
      ASSERT_EQ(with_all, without_2) << value;
    }
  }
}

TEST(Sticky, BoundsTheLoadOfOneKey) {
  EXPECT_EQ(BoundedLoad(0, 1, 3), 1u);
  EXPECT_EQ(BoundedLoad(59, 1, 3), 25u);
  EXPECT_EQ(BoundedLoad(7, 3, 4), 8u);
}

}  // namespace
}  // namespace keyrule::evaluator
