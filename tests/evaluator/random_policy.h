// Random policies, credentials and requests: everything that the evaluator can decide, small enough that rules, pools and
// credentials meet often.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "evaluator/catalog.h"
#include "evaluator/decision.h"
#include "evaluator/request_builder.h"

namespace keyrule::evaluator {

class RandomPolicy {
 public:
  explicit RandomPolicy(uint64_t seed) : random_(seed) {}

  std::string Policy();
  // Parts for policies whose rules come from elsewhere: the table `key_of` with pools, quotas and budgets; then chains over
  // them. They read attributes of `dify`: app.id, workflow.id, user.id, request.tokens, node.credential, env and inputs.
  std::string Sources();
  std::string Chain();
  std::vector<Credential> Credentials();
  // Assignments for a RequestBuilder.
  std::vector<std::string> Request();
  bool Looks() { return Chance(20); }  // whether the call is looked at first
  // What becomes of a call; false: it stays in flight.
  bool Reported(Report* report);
  int64_t Pause();  // milliseconds until the next call

 private:
  uint64_t Below(uint64_t bound) { return random_() % bound; }
  bool Chance(uint64_t percent) { return Below(100) < percent; }
  const std::string& Of(const std::vector<std::string>& items) { return items[Below(items.size())]; }
  std::string List(const std::vector<std::string>& items);
  std::string Atom();
  std::string TextAtom();
  std::string Condition(int depth);
  std::string FieldCondition();
  std::string Pool(size_t index);
  std::string Meter(size_t index);
  std::string Under();
  std::string Arm();

  std::mt19937_64 random_;
  size_t pools_ = 0;
  size_t named_ = 0;  // conditions of a name so far
  std::vector<std::string> budgets_;  // of the arms
};

}  // namespace keyrule::evaluator
