// Policies over a schema so small that every request can be tried: what the analysis says is compared with all of them.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "evaluator/program.h"

namespace keyrule::testing {

// The seed of a test, from KEYRULE_SEED: another one has other policies.
uint64_t SeedOr(uint64_t otherwise);
// How many policies, from KEYRULE_CASES: `make brute-force` asks for many.
uint64_t CasesOr(uint64_t otherwise);

class SmallWorld {
 public:
  explicit SmallWorld(uint64_t seed) : random_(seed) {}

  // A policy with at most so many rules, about two or three attributes.
  std::string Policy(size_t most_rules);
  std::string Condition(int depth);
  size_t Below(size_t n) { return std::uniform_int_distribution<size_t>(0, n - 1)(random_); }

 private:
  std::string Atom();
  std::string TextAtom(const std::string& path);
  std::string Word(size_t most);
  std::string Glob();

  std::mt19937_64 random_;
  std::vector<std::string> paths_;
};

// Counts policies of which something is not decided, or not shown, because of a share: a text that fits a share and patterns
// at once is looked for among a few thousand, which need not have it. That is then said; here it has to be seldom.
class Undecided {
 public:
  // False: it has no share, so that it has no excuse.
  bool Count(const std::string& policy);
  // At most one in so many; otherwise how many.
  ::testing::AssertionResult IsSeldom(uint64_t cases, uint64_t one_in = 10'000) const;

 private:
  uint64_t count_ = 0;
};

// Every request of a policy of SmallWorld, as far as its conditions can tell: texts of up to four letters, of which one is
// in no condition. Until `visit` returns false.
void ForEachRequest(const evaluator::Program& program,
                    const std::function<bool(const std::vector<evaluator::Value>&, int64_t now_ms)>& visit);

// Requests of one policy as another has them, which declares the same attributes in its own order.
class MovedRequest {
 public:
  MovedRequest(const dsl::Policy& from, const dsl::Policy& to);
  // Valid until the next call.
  const std::vector<evaluator::Value>& Of(const std::vector<evaluator::Value>& values);

 private:
  std::vector<uint32_t> from_;  // by slot; unresolved: it is of the other's alone
  std::vector<evaluator::Value> values_;
};

}  // namespace keyrule::testing
