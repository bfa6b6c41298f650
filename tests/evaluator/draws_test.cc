// What is drawn by lot: random, weighted_random and headroom have the shares of their definition (LANGUAGE.md §4.4), and no
// draw tells the next. Fixed seeds; with others, a fair picker fails a check here once in a million times.
#include <gtest/gtest.h>

#include <random>

#include "tests/evaluator/chi_square.h"
#include "tests/evaluator/picker.h"

namespace keyrule::evaluator {
namespace {

constexpr size_t kPicks = 60'000;

std::vector<size_t> Picks(Picker picker) {
  std::vector<size_t> picks;
  for (size_t i = 0; i < kPicks; ++i) picks.push_back(picker.Pick());
  return picks;
}

void ExpectDraws(const std::vector<size_t>& picks, const std::vector<double>& shares) {
  EXPECT_TRUE(HasShares(picks, shares));
  for (const size_t apart : {1, 2, 3}) EXPECT_TRUE(IsIndependent(picks, shares, apart)) << apart;
}

// Chi-square of 60,000 picks, 2 degrees of freedom, below 27.63; of 30,000, 20,000 and 15,000 pairs, 8 degrees, below 42.70.
TEST(DrawsTest, RandomIsEvenWhateverTheWeights) { ExpectDraws(Picks({"random", {5, 3, 2}}), SharesOf({1, 1, 1})); }

// As above, with the shares 5 : 3 : 2.
TEST(DrawsTest, WeightedRandomFollowsTheWeights) {
  ExpectDraws(Picks({"weighted_random", {5, 3, 2}}), SharesOf({5, 3, 2}));
}

// As above, without limits: all of each is free.
TEST(DrawsTest, HeadroomWithoutLimitsFollowsTheWeights) {
  ExpectDraws(Picks({"headroom", {5, 3, 2}}), SharesOf({5, 3, 2}));
}

// As above; 100, 500 and 800 of 1,000 are used, so that 5 · 9, 3 · 5 and 2 · 2 tenths are left. What is picked is given
// back at once (`at once`), so that the shares stand still.
TEST(DrawsTest, HeadroomFollowsWhatIsFree) {
  Picker picker("headroom", {5, 3, 2},
                "quota q for each credential { all of p  limit 1_000 requests at once }\n"
                "rule r0 { when app.id == \"k0\"  use credential \"k0\" }\n"
                "rule r1 { when app.id == \"k1\"  use credential \"k1\" }\n"
                "rule r2 { when app.id == \"k2\"  use credential \"k2\" }\n");
  std::vector<std::unique_ptr<Decision>> held;
  const int used[] = {100, 500, 800};
  for (size_t key = 0; key < 3; ++key) {
    for (int i = 0; i < used[key]; ++i) held.push_back(picker.Open("app.id=k" + std::to_string(key)));
  }
  std::vector<size_t> picks;
  for (size_t i = 0; i < kPicks; ++i) picks.push_back(picker.Pick());
  ExpectDraws(picks, SharesOf({45, 15, 4}));
}

// A key leaves and returns: the rest share by their weights meanwhile. 2 degrees of freedom, as above.
TEST(DrawsTest, WhoStaysSharesByWeightWhileOneIsAway) {
  Picker picker("weighted_random", {5, 3, 2, 10});
  std::vector<size_t> away;
  for (int round = 0; round < 300; ++round) {
    picker.Leave(3);
    for (int i = 0; i < 100; ++i) away.push_back(picker.Pick());
    picker.Return(3);
    for (int i = 0; i < 50; ++i) picker.Pick();
  }
  ExpectDraws(away, SharesOf({5, 3, 2}));
}

// What the checks are for: 2 in 100 picks moved from one key to another fail the first, and turns, whose shares are right to
// the last pick, the second.
TEST(DrawsTest, ASkewedPickerFails) {
  std::vector<size_t> picks = Picks({"weighted_random", {5, 3, 2}});
  std::mt19937 random(3);
  for (size_t& pick : picks) {
    if (pick == 1 && random() % 15 == 0) pick = 0;
  }
  EXPECT_FALSE(HasShares(picks, SharesOf({5, 3, 2})));
  const std::vector<size_t> turns = Picks({"weighted_round_robin", {5, 3, 2}});
  EXPECT_TRUE(HasShares(turns, SharesOf({5, 3, 2})));
  for (const size_t apart : {1, 2, 3}) EXPECT_FALSE(IsIndependent(turns, SharesOf({5, 3, 2}), apart)) << apart;
}

// A picker that now and then repeats its last pick: right shares, 1 in 20 not independent.
TEST(DrawsTest, APickerThatRepeatsItselfFails) {
  std::vector<size_t> picks = Picks({"weighted_random", {5, 3, 2}});
  std::mt19937 random(4);
  for (size_t i = 1; i < picks.size(); ++i) {
    if (random() % 20 == 0) picks[i] = picks[i - 1];
  }
  EXPECT_TRUE(HasShares(picks, SharesOf({5, 3, 2})));
  EXPECT_FALSE(IsIndependent(picks, SharesOf({5, 3, 2}), 1));
}

}  // namespace
}  // namespace keyrule::evaluator
