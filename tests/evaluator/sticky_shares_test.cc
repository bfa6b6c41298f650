// sticky over many values (LANGUAGE.md §4.4): shares go by weight, who leaves moves its own values only, and nobody is given
// more than its bound. Fixed values; with others, a fair picker fails a check here once in a million times.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "evaluator/hash.h"
#include "tests/evaluator/chi_square.h"
#include "tests/evaluator/picker.h"

namespace keyrule::evaluator {
namespace {

const std::vector<uint32_t> kWeights = {4, 1, 3, 2};

std::string ValueOf(size_t i) { return "user-" + std::to_string(i); }

// The owner by the definition, in floating point; `there`: of each key, whether it is.
size_t OwnerOf(const std::string& value, const std::vector<bool>& there) {
  size_t best = 0;
  long double least = INFINITY;
  for (size_t key = 0; key < kWeights.size(); ++key) {
    if (!there[key]) continue;
    const uint64_t hash = Hash({"sticky", "k" + std::to_string(key), value});
    const long double score = -std::log2((static_cast<long double>(hash) + 0.5L) / 18446744073709551616.0L);
    if (score / kWeights[key] >= least) continue;
    least = score / kWeights[key];
    best = key;
  }
  return best;
}

template <typename Owner>
std::vector<size_t> Owners(size_t values, const Owner& owner) {
  std::vector<size_t> owners;
  for (size_t i = 0; i < values; ++i) owners.push_back(owner(ValueOf(i)));
  return owners;
}

// Chi-square of 30,000 values, 3 degrees of freedom, below 30.66. All are the definition's.
TEST(StickySharesTest, ValuesAreSharedByWeight) {
  Picker picker("sticky on user.id", kWeights);
  const auto owners = Owners(30'000, [&](const std::string& value) { return picker.Pick("user.id=" + value); });
  EXPECT_TRUE(HasShares(owners, SharesOf(kWeights)));
  const std::vector<bool> all(4, true);
  EXPECT_EQ(owners, Owners(30'000, [&](const std::string& value) { return OwnerOf(value, all); }));
}

// Of the values, those that changed hands though the one that left or returned had no part in it.
size_t Strays(const std::vector<size_t>& with, const std::vector<size_t>& without, size_t key) {
  size_t strays = 0;
  for (size_t i = 0; i < with.size(); ++i) strays += with[i] != without[i] && with[i] != key ? 1 : 0;
  return strays;
}

// Where the values of one key went, with its place taken out.
std::vector<size_t> Heirs(const std::vector<size_t>& with, const std::vector<size_t>& without, size_t key) {
  std::vector<size_t> heirs;
  for (size_t i = 0; i < with.size(); ++i) {
    if (with[i] == key) heirs.push_back(without[i] - (without[i] > key ? 1 : 0));
  }
  return heirs;
}

// Each key leaves and returns: no other value moves (no chance is in it), and its own go to the rest by their weights:
// chi-square of what it had of 10,000, 2 degrees of freedom, below 27.63.
TEST(StickySharesTest, WhoLeavesMovesItsOwnValuesOnly) {
  Picker picker("sticky on user.id", kWeights);
  const auto owners = [&] { return Owners(10'000, [&](const std::string& value) { return picker.Pick("user.id=" + value); }); };
  const std::vector<size_t> before = owners();
  for (size_t key = 0; key < 4; ++key) {
    picker.Leave(key);
    const std::vector<size_t> without = owners();
    picker.Return(key);
    EXPECT_EQ(Strays(before, without, key), 0u) << key;
    std::vector<uint32_t> rest = kWeights;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(key));
    EXPECT_TRUE(HasShares(Heirs(before, without, key), SharesOf(rest))) << key;
  }
  EXPECT_EQ(owners(), before);
}

// What the checks are for. A hash modulo the weights' sum has the right shares and moves every second value; one that hands
// all of a leaving key's values to its neighbour moves no others, and fails the second.
TEST(StickySharesTest, OtherWaysToStickFail) {
  const auto modulo = [](size_t away) {
    return [away](const std::string& value) {
      std::vector<size_t> slots;
      for (size_t key = 0; key < 4; ++key) slots.insert(slots.end(), key == away ? 0 : kWeights[key], key);
      return slots[Hash({"sticky", value}) % slots.size()];
    };
  };
  const auto before = Owners(10'000, modulo(4));
  EXPECT_TRUE(HasShares(before, SharesOf(kWeights)));
  EXPECT_GT(Strays(before, Owners(10'000, modulo(3)), 3), 3'000u);
  std::vector<size_t> inherited = before;
  for (size_t& owner : inherited) owner = owner == 3 ? 0 : owner;
  EXPECT_EQ(Strays(before, inherited, 3), 0u);
  EXPECT_FALSE(HasShares(Heirs(before, inherited, 3), SharesOf({4, 1, 3})));
  // One value in 20 goes to the least of them.
  std::vector<size_t> skewed = Owners(30'000, modulo(4));
  for (size_t i = 0; i < skewed.size(); i += 20) skewed[i] = 1;
  EXPECT_FALSE(HasShares(skewed, SharesOf(kWeights)));
}

// Calls that stay out for a while, half of them of one user. `pick(value, in flight)`. Gives the first key that was given
// more than 1.25 times its share, rounded up; -1: none was. Also how often a value's own key was passed over for that.
struct Bounded {
  int first_above = -1;
  int passed_over = 0;
};
template <typename Pick, typename End>
Bounded Load(const Pick& pick, const End& end) {
  std::mt19937 random(9);
  const std::vector<bool> there(4, true);
  std::vector<int64_t> in_flight(4, 0);
  std::vector<size_t> out;  // the keys of the calls that are out
  Bounded result;
  for (int i = 0; i < 20'000; ++i) {
    while (!out.empty() && (out.size() > 120 || random() % 100 < 49)) {
      const size_t which = random() % out.size();
      --in_flight[out[which]];
      end(which);
      out[which] = out.back();
      out.pop_back();
    }
    const std::string value = random() % 2 == 0 ? "everybody" : ValueOf(random() % 1'000);
    const auto all = static_cast<int64_t>(out.size());
    const size_t key = pick(value, in_flight);
    ++in_flight[key];
    out.push_back(key);
    // load <= ⌈x⌉ is load < x + 1; x = 5 / 4 · (all + 1) · w / 10.
    if (40 * in_flight[key] >= 5 * (all + 1) * kWeights[key] + 40 && result.first_above < 0) {
      result.first_above = static_cast<int>(key);
    }
    result.passed_over += key != OwnerOf(value, there) ? 1 : 0;
  }
  return result;
}

// No chance is in it: 20,000 calls, up to 120 at once.
TEST(StickySharesTest, NobodyIsGivenMoreThanItsBound) {
  Picker picker("sticky on user.id", kWeights);
  std::vector<std::unique_ptr<Decision>> out;
  const Bounded load = Load(
      [&](const std::string& value, const std::vector<int64_t>&) {
        out.push_back(picker.Open("user.id=" + value));
        return Picker::KeyOf(*out.back());
      },
      [&](size_t which) {
        picker.Close(out[which].get());
        std::swap(out[which], out.back());
        out.pop_back();
      });
  EXPECT_EQ(load.first_above, -1);
  EXPECT_GT(load.passed_over, 1'000) << "the bound did bind";
}

TEST(StickySharesTest, WithoutABoundOneUserFillsItsKey) {
  const std::vector<bool> all(4, true);
  const Bounded load =
      Load([&](const std::string& value, const std::vector<int64_t>&) { return OwnerOf(value, all); }, [](size_t) {});
  EXPECT_GE(load.first_above, 0);
}

}  // namespace
}  // namespace keyrule::evaluator
