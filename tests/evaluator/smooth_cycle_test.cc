// The smooth cycle against its definition (LANGUAGE.md §4.4), step by step over all members.
#include <gtest/gtest.h>

#include <cstdio>
#include <numeric>
#include <random>

#include "evaluator/strategy.h"
#include "tests/evaluator/shared_block.h"

namespace keyrule::evaluator {
namespace {

std::vector<uint16_t> ByDefinition(const std::vector<uint32_t>& weights) {
  uint32_t divisor = 0;
  for (const uint32_t weight : weights) divisor = std::gcd(divisor, weight);
  int64_t total = 0;
  for (const uint32_t weight : weights) total += weight / divisor;
  std::vector<int64_t> c(weights.size(), 0);
  std::vector<uint16_t> cycle;
  for (int64_t n = 0; n < total; ++n) {
    size_t best = 0;
    for (size_t i = 0; i < c.size(); ++i) {
      c[i] += weights[i] / divisor;
      if (c[i] > c[best]) best = i;
    }
    c[best] -= total;
    cycle.push_back(static_cast<uint16_t>(best));
  }
  return cycle;
}

TEST(SmoothCycleTest, IsTheDefinitionsBitForBit) {
  const uint64_t seed = NumberFrom("KEYRULE_SEED", 20261126);
  std::printf("KEYRULE_SEED=%llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 3'000; ++round) {
    const uint32_t most = 1 + static_cast<uint32_t>(random() % (round % 3 == 0 ? 1'000 : 12));
    std::vector<uint32_t> weights(1 + random() % (round % 10 == 0 ? 60 : 9));
    for (uint32_t& weight : weights) weight = 1 + static_cast<uint32_t>(random() % most);
    ASSERT_EQ(SmoothCycle(weights), ByDefinition(weights)) << "round " << round;
  }
}

// Two thousand keys, which took three seconds when each step looked at all of them.
TEST(SmoothCycleTest, OfManyKeysToo) {
  std::vector<uint32_t> weights(2'000);
  for (size_t i = 0; i < weights.size(); ++i) weights[i] = 1 + static_cast<uint32_t>(i * 7 % 11);
  EXPECT_EQ(SmoothCycle(weights), ByDefinition(weights));
  for (size_t i = 0; i < weights.size(); ++i) weights[i] = 1 + static_cast<uint32_t>(i * 7919 % 1'000);
  const std::vector<uint16_t> cycle = SmoothCycle(weights);
  std::vector<uint32_t> counts(weights.size(), 0);
  for (const uint16_t member : cycle) ++counts[member];
  EXPECT_EQ(counts, weights);
}

}  // namespace
}  // namespace keyrule::evaluator
