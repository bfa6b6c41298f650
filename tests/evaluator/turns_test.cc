// Turns are exact: any W picks in a row from the same eligible keys hold each exactly as often as it weighs (LANGUAGE.md
// §4.4), also where keys leave and return, with other requests mixed in, and from eight processes. No chance is in it, and
// so no false alarm. first_available, which has no turns, is here too: always the first.
#include <gtest/gtest.h>

#include <bit>
#include <map>
#include <numeric>
#include <optional>
#include <random>

#include "tests/evaluator/picker.h"
#include "tests/evaluator/shared_block.h"

namespace keyrule::evaluator {
namespace {

// Picks by the keys that were eligible, as bits.
using Log = std::map<unsigned, std::vector<size_t>>;

// The first stretch of W picks from the same keys that does not hold each as often as it weighs; none: they are exact.
std::optional<std::string> FirstUneven(const Log& log, const std::vector<uint32_t>& weights) {
  for (const auto& [eligible, picks] : log) {
    size_t all = 0;
    for (size_t i = 0; i < weights.size(); ++i) all += (eligible >> i & 1) != 0 ? weights[i] : 0;
    std::vector<uint32_t> counts(weights.size(), 0);
    for (size_t i = 0; i < picks.size(); ++i) {
      ++counts[picks[i]];
      if (i >= all) --counts[picks[i - all]];
      if (i + 1 < all) continue;
      for (size_t key = 0; key < weights.size(); ++key) {
        const uint32_t due = (eligible >> key & 1) != 0 ? weights[key] : 0;
        if (counts[key] != due) return std::to_string(eligible) + ", pick " + std::to_string(i);
      }
    }
  }
  return std::nullopt;
}

// 20,000 picks; each changes who is there with a chance of one in eight. `pick(eligible)`.
template <typename Pick, typename Change>
Log Picks(size_t keys, const Pick& pick, const Change& change) {
  std::mt19937 random(7);
  unsigned eligible = (1u << keys) - 1;
  Log log;
  for (int i = 0; i < 20'000; ++i) {
    if (random() % 8 == 0) {
      const auto key = static_cast<unsigned>(random() % keys);
      if (eligible != 1u << key) {
        eligible ^= 1u << key;
        change(key, (eligible >> key & 1) != 0);
      }
    }
    log[eligible].push_back(pick(eligible));
  }
  return log;
}

Log PicksOf(Picker& picker, size_t keys) {
  std::mt19937 random(5);
  const auto pick = [&](unsigned) {
    if (random() % 3 == 0) picker.Close(picker.Open("app.id=other").get());
    return picker.Pick();
  };
  return Picks(keys, pick, [&](size_t key, bool is_there) { is_there ? picker.Return(key) : picker.Leave(key); });
}

const std::vector<uint32_t> kWeights = {5, 3, 1, 2};

// In another order: it is never the same list as one of the pool's.
std::string Other(const std::string& strategy) {
  return "pool other { \"k3\"  \"k0\" weight 5 }\nrule r { when app.id == \"other\"  use other by " + strategy + " }\n";
}

TEST(TurnsTest, RoundRobinIsExactWhileKeysLeaveAndReturn) {
  Picker picker("round_robin", kWeights, Other("round_robin"));
  const Log log = PicksOf(picker, 4);
  EXPECT_GT(log.size(), 12u);
  EXPECT_EQ(FirstUneven(log, {1, 1, 1, 1}), std::nullopt);
}

TEST(TurnsTest, WeightedRoundRobinIsExactWhileKeysLeaveAndReturn) {
  Picker picker("weighted_round_robin", kWeights, Other("weighted_round_robin"));
  EXPECT_EQ(FirstUneven(PicksOf(picker, 4), kWeights), std::nullopt);
}

// By sticky, those without the attribute.
TEST(TurnsTest, StickyWithoutItsAttributeIsExactToo) {
  Picker picker("sticky on user.id", kWeights, Other("sticky on user.id"));
  EXPECT_EQ(FirstUneven(PicksOf(picker, 4), kWeights), std::nullopt);
}

TEST(TurnsTest, FirstAvailableIsTheFirst) {
  Picker picker("first_available", {1, 1, 1, 1});
  for (const auto& [eligible, picks] : PicksOf(picker, 4)) {
    for (const size_t pick : picks) ASSERT_EQ(pick, static_cast<size_t>(std::countr_zero(eligible)));
  }
}

// What the check is for. A smooth cycle whose debts are carried over such changes, as nginx does it, is uneven; so are
// draws, and turns that are counted for all requests together.
TEST(TurnsTest, OtherWaysToTakeTurnsFail) {
  std::vector<int64_t> c(4, 0);
  const auto carried = [&](unsigned eligible) {
    size_t best = 4;
    int64_t total = 0;
    for (size_t i = 0; i < 4; ++i) {
      if ((eligible >> i & 1) == 0) continue;
      c[i] += kWeights[i];
      total += kWeights[i];
      if (best == 4 || c[i] > c[best]) best = i;
    }
    c[best] -= total;
    return best;
  };
  const auto nothing = [](size_t, bool) {};
  EXPECT_NE(FirstUneven(Picks(4, carried, nothing), kWeights), std::nullopt);
  size_t turn = 0;
  const auto together = [&turn](unsigned eligible) {
    for (;; ++turn) {
      if ((eligible >> turn % 4 & 1) != 0) return turn++ % 4;
    }
  };
  EXPECT_NE(FirstUneven(Picks(4, together, nothing), {1, 1, 1, 1}), std::nullopt);
  Picker random("weighted_random", kWeights, Other("weighted_random"));
  EXPECT_NE(FirstUneven(PicksOf(random, 4), kWeights), std::nullopt);
}

// ---- eight processes

struct Counts {
  std::atomic<int> arrived;
  std::atomic<uint64_t> of[16][4];  // by the keys that were eligible, as bits
};

// How often the first n turns of the smooth cycle by its definition give each key.
std::vector<uint64_t> Due(unsigned eligible, uint64_t n) {
  std::vector<int64_t> c(4, 0);
  std::vector<uint64_t> due(4, 0);
  int64_t total = 0;
  for (size_t i = 0; i < 4; ++i) total += (eligible >> i & 1) != 0 ? kWeights[i] : 0;
  for (uint64_t turn = 0; turn < n; ++turn) {
    size_t best = 4;
    for (size_t i = 0; i < 4; ++i) {
      if ((eligible >> i & 1) == 0) continue;
      c[i] += kWeights[i];
      if (best == 4 || c[i] > c[best]) best = i;
    }
    c[best] -= total;
    ++due[best];
  }
  return due;
}

// Reliability item R27: eight processes take turns while a key leaves and returns all the time. Of whatever keys a decision
// found, each has been picked exactly as often as so many turns of their cycle give it. No pick is missing, none is double.
TEST(TurnsTest, EightProcessesAreExactWhileKeysLeaveAndReturn) {
  constexpr int kProcesses = 8;
  constexpr int kPicks = 5'000;
  SharedMemory<StateBlock> block;
  SharedMemory<Counts> counts;
  std::vector<pid_t> children;
  for (int p = 0; p < kProcesses; ++p) {
    children.push_back(Spawn([&, p] {
      SharedState state(block.get(), static_cast<uint32_t>(p));
      Picker picker("weighted_round_robin", kWeights, Other("weighted_round_robin"), &state);
      std::mt19937 random(static_cast<unsigned>(p));
      ++counts->arrived;
      while (counts->arrived.load() < kProcesses) usleep(100);
      for (int i = 0; i < kPicks; ++i) {
        if (random() % 16 == 0) random() % 2 == 0 ? picker.Leave(1 + random() % 3) : picker.Return(1 + random() % 3);
        if (random() % 4 == 0) picker.Close(picker.Open("app.id=other").get());
        const std::unique_ptr<Decision> d = picker.Open();
        unsigned eligible = 0;
        for (size_t key = 0; key < 4; ++key) eligible |= (d->candidates[key].why == Skip::kNone ? 1u : 0u) << key;
        ++counts->of[eligible][Picker::KeyOf(*d)];
        picker.Close(d.get());
      }
      return 0;
    }));
  }
  for (const pid_t child : children) EXPECT_EQ(ExitCodeOf(child), 0);
  uint64_t all = 0;
  int seen = 0;
  for (unsigned eligible = 1; eligible < 16; ++eligible) {
    std::vector<uint64_t> got(4);
    for (size_t key = 0; key < 4; ++key) got[key] = counts->of[eligible][key].load();
    const uint64_t turns = std::accumulate(got.begin(), got.end(), uint64_t{0});
    EXPECT_EQ(got, Due(eligible, turns)) << eligible;
    all += turns;
    seen += turns > 100 ? 1 : 0;
  }
  EXPECT_EQ(all, uint64_t{kProcesses} * kPicks);
  EXPECT_GE(seen, 8) << "the keys did leave and return";
}

}  // namespace
}  // namespace keyrule::evaluator
