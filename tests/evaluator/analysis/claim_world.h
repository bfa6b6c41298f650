// Policies with claims over a schema so small that every request can be tried with every credential.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "evaluator/catalog.h"
#include "evaluator/program.h"

namespace keyrule::testing {

class ClaimWorld {
 public:
  // `tenants`: conditions ask whose request it is.
  explicit ClaimWorld(uint64_t seed, bool tenants = false) : random_(seed), tenants_(tenants) {}

  // May be one that does not load, where a promise of `of` is broken.
  std::string Policy();
  // The next that loads, and its text.
  std::shared_ptr<const evaluator::Program> Program(std::string* text);
  size_t Below(size_t n) { return std::uniform_int_distribution<size_t>(0, n - 1)(random_); }

 private:
  std::string Text();
  std::string Test(const std::string& path);
  std::string Condition(const std::vector<std::string>& paths);
  std::string Pool(size_t index);
  std::string Use();
  std::string Rule(size_t index);
  std::string Claim(size_t index);

  std::mt19937_64 random_;
  const bool tenants_;
  size_t pools_ = 0;
};

// What the slow way finds of one rule.
enum class Broken { kNo, kPerhaps, kSurely };

// A claim against every request and every credential, or those of `catalog` if there are any.
struct SlowClaim {
  bool when_is_met = false;
  std::vector<Broken> rules;  // the last: the default
};
SlowClaim Decide(const evaluator::Program& program, size_t claim, const std::vector<evaluator::Credential>& catalog);

// By rule (the last: the default) and arm: whether some request comes to it and is answered, with whatever credentials.
std::vector<std::vector<bool>> ArmsThatAnswer(const evaluator::Program& program);

// The fewest attributes that have to change until a request of those that are tried is decided by a rule with an arm that spends
// the credential; nothing: none is. `index`: of the request that changes, as it comes round.
struct SlowSpend {
  std::vector<evaluator::Value> from;
  std::optional<size_t> changes;
};
SlowSpend NearestSpendOf(const evaluator::Program& program, const evaluator::Credential& credential, size_t index);

// Of this policy, every one that its conditions can tell from others.
std::vector<evaluator::Credential> EveryCredential(const evaluator::Program& program);

}  // namespace keyrule::testing
