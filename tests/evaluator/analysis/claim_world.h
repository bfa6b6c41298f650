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

  // Chains may go on behind an arm by a name that requests give. (Claims and suggested tests depend there on which credentials
  // there are beside the one that is looked at.)
  void GoOnBehindNames() { goes_on_ = true; }

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
  bool goes_on_ = false;
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

// Whether the evaluator decides one of these requests so that it breaks the claim, where these are the credentials there are.
bool WorldBreaks(const std::shared_ptr<const evaluator::Program>& program, size_t claim, const std::vector<evaluator::Credential>& world);

// By rule (the last: the default) and arm: whether some request comes to it and is answered, with whatever credentials.
std::vector<std::vector<bool>> ArmsThatAnswer(const evaluator::Program& program);

// The fewest attributes that have to change until a request of those that are tried is decided by a rule with an arm that spends
// the credential; nothing: none is. `index`: of the request that changes, as it comes round.
struct SlowSpend {
  std::vector<evaluator::Value> from;
  std::optional<size_t> changes;  // so that no arm before it has the name of another, but one that the policy names there
  uint32_t arm = 0;               // from 1: the first one that as few changes lead to
  bool is_possible = false;       // with any name in arms before it
};
SlowSpend NearestSpendOf(const evaluator::Program& program, const evaluator::Credential& credential, size_t index);

// Of this policy, every one that its conditions can tell from others.
std::vector<evaluator::Credential> EveryCredential(const evaluator::Program& program);

}  // namespace keyrule::testing
