// What is picked from a tier that was added up when its pool was bound is what is picked from its members one by one.
#include "evaluator/whole_tier.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "evaluator/local_state.h"

namespace keyrule::evaluator {
namespace {

TEST(WholeTierTest, PicksWhatItsMembersPick) {
  std::mt19937 random(23);
  const TurnSeeds seeds("t");
  for (int round = 0; round < 400; ++round) {
    LocalState one_by_one;
    LocalState whole_state;
    CycleCache cycles;
    std::vector<CredentialState> states(40);
    Decision d, other;
    WholeTier whole;
    const bool same_weights = random() % 3 == 0;
    const bool in_order = random() % 2 == 0;
    const auto members = static_cast<uint32_t>(1 + random() % 40);
    for (uint32_t place = 0; place < members; ++place) {
      Candidate& candidate = d.candidates.emplace_back();
      candidate.state = &states[place];
      candidate.key = random();
      candidate.weight = same_weights ? 4 : 1 + static_cast<uint32_t>(random() % 9);
      if (!in_order && random() % 3 == 0 && place != 0) continue;  // of another tier
      d.eligible.push_back(place);
      d.weights.push_back(candidate.weight);
      whole.Add(place, candidate.key, candidate.weight);
    }
    whole.Finish(seeds);
    d.used.assign(d.eligible.size(), UsedShare());
    for (const dsl::StrategyKind strategy :
         {dsl::StrategyKind::kFirstAvailable, dsl::StrategyKind::kRoundRobin, dsl::StrategyKind::kWeightedRoundRobin,
          dsl::StrategyKind::kRandom, dsl::StrategyKind::kWeightedRandom, dsl::StrategyKind::kHeadroom,
          dsl::StrategyKind::kSticky}) {
      for (uint64_t take = 0; take < 30; ++take) {
        const PickInput input{
            .strategy = strategy, .turns = seeds, .takes = take, .seed = random(), .dry = random() % 8 == 0};
        ASSERT_TRUE(PicksByWeights(input, false));
        const size_t expected = d.eligible[Pick(input, one_by_one, cycles, &d)];
        ASSERT_EQ(PickWhole(input, whole, whole_state, cycles, &other), expected)
            << StrategyWord(strategy) << " in round " << round << ", take " << take;
      }
    }
  }
}

// Three members, of weights 3, 1 and 2.
void Fill(WholeTier* whole, Decision* d, std::vector<CredentialState>* states) {
  const std::vector<uint32_t> weights = {3, 1, 2};
  for (uint32_t i = 0; i < 3; ++i) {
    Candidate& candidate = d->candidates.emplace_back();
    candidate.state = &(*states)[i];
    candidate.key = 100 + i;
    candidate.weight = weights[i];
    d->eligible.push_back(i);
    d->weights.push_back(weights[i]);
    whole->Add(i, candidate.key, weights[i]);
  }
  whole->Finish(TurnSeeds("t"));
}

// A cycle that finds no room stands in the decision that asked: the tier, which all threads read, must not keep it.
TEST(WholeTierTest, ACycleThatFindsNoRoomIsNotKept) {
  CycleCache cycles;
  WeightCycle own;
  std::vector<uint32_t> many(64, 1'000);
  for (many[0] = 1'001; &cycles.Get(many, &own) != &own.cycle; ++many[0]) ASSERT_LT(many[0], 2'000u);
  // Then there is no room for the shortest either.
  std::vector<uint32_t> one = {1};
  for (; &cycles.Get(one, &own) != &own.cycle; ++one[0]) ASSERT_LT(one[0], 5'000u);
  std::vector<CredentialState> states(3);
  Decision members;
  WholeTier whole;
  Fill(&whole, &members, &states);
  LocalState one_by_one, whole_state;
  const PickInput input{.strategy = dsl::StrategyKind::kWeightedRoundRobin, .turns = TurnSeeds("t")};
  for (int take = 0; take < 12; ++take) {
    Decision another;
    const size_t expected = members.eligible[Pick(input, one_by_one, cycles, &members)];
    EXPECT_EQ(PickWhole(input, whole, whole_state, cycles, &another), expected);
    EXPECT_EQ(another.cycle.cycle, SmoothCycle(whole.weights));
  }
  EXPECT_EQ(whole.cycle.load(), nullptr);
}

// Where hosts share turns, a whole tier takes them from the same counter as its members would.
TEST(WholeTierTest, TakesTheTurnsOfAllHosts) {
  for (const dsl::StrategyKind strategy : {dsl::StrategyKind::kRoundRobin, dsl::StrategyKind::kWeightedRoundRobin}) {
    CycleCache cycles;
    std::vector<CredentialState> states(3);
    Decision d;
    WholeTier whole;
    Fill(&whole, &d, &states);
    d.at_ms = 1'767'614'400'000;
    LocalState state;
    state.fleet().Begin({.seed = 3});
    StateBlock& block = *state.mutable_block();
    block.header.fleet_until_ms = static_cast<uint64_t>(d.at_ms + 1'000);
    PickInput input{.strategy = strategy, .turns = TurnSeeds("t")};
    (void)PickWhole(input, whole, state, cycles, &d);  // asks; there is none at hand
    size_t lists = 0;
    for (FleetEntry& entry : block.fleet) {
      if (entry.kind.load() == 0) continue;
      EXPECT_EQ(entry.most.load(), strategy == dsl::StrategyKind::kRoundRobin ? 3u : 6u);
      entry.turns[0] = FleetTurns{41, 3}.Word();
      ++lists;
    }
    EXPECT_EQ(lists, 1u);
    const std::vector<uint16_t> weighted = SmoothCycle(d.weights);
    const auto due = [&](uint64_t turn) {
      return strategy == dsl::StrategyKind::kRoundRobin ? turn % 3 : size_t{weighted[turn % weighted.size()]};
    };
    EXPECT_EQ(PickWhole(input, whole, state, cycles, &d), due(41));
    EXPECT_EQ(Pick(input, state, cycles, &d), due(42));
    input.dry = true;
    (void)PickWhole(input, whole, state, cycles, &d);
    input.dry = false;
    EXPECT_EQ(PickWhole(input, whole, state, cycles, &d), due(43)) << "a dry one takes none";
  }
}

TEST(WholeTierTest, WhatGoesByMoreThanWeightsIsLeftToThem) {
  for (const dsl::StrategyKind strategy :
       {dsl::StrategyKind::kLeastInFlight, dsl::StrategyKind::kLeastUsed, dsl::StrategyKind::kLatency}) {
    EXPECT_FALSE(PicksByWeights({.strategy = strategy}, false));
  }
  EXPECT_FALSE(PicksByWeights({.strategy = dsl::StrategyKind::kHeadroom}, true));
  EXPECT_FALSE(PicksByWeights({.strategy = dsl::StrategyKind::kSticky, .sticky_value = "u"}, false));
}

}  // namespace
}  // namespace keyrule::evaluator
