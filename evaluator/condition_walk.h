// A condition looked at atom by atom: which one made it true or false, and what would have to hold instead.
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "evaluator/program.h"
#include "evaluator/request.h"

namespace keyrule::evaluator {

// An atom and the truth that it would need.
struct Need {
  const dsl::Condition* atom = nullptr;
  bool truth = true;
};

// For one request at one moment. Borrows all of it.
class ConditionWalk {
 public:
  ConditionWalk(const Program& program, std::span<const Value> values, int64_t now_ms);

  bool Holds(const dsl::Condition& condition);
  // The first atom that keeps the condition from having this truth. Call only if it has not.
  const dsl::Condition* Culprit(const dsl::Condition& condition, bool truth);
  // One smallest set, taking first terms, of atoms whose change would give the condition this truth.
  std::vector<Need> Needs(const dsl::Condition& condition, bool truth);

 private:
  void AddNeeds(const dsl::Condition& condition, bool truth, std::vector<Need>* needs);
  const dsl::Condition& LetOf(const dsl::Bare& bare) const;

  const Program& program_;
  std::span<const Value> values_;
  int64_t now_ms_;
  // By let: 0 not known, 1 false, 2 true. Lets that use each other many times are looked at once.
  std::vector<uint8_t> lets_;
  std::set<std::pair<const dsl::Condition*, bool>> seen_;
};

// What `and`, `or` and `not` join; null for an atom and for a name.
const std::vector<dsl::Condition>* TermsOf(const dsl::Condition& condition);
// The attribute an atom is about; null for a clock test.
const dsl::Path* PathOf(const dsl::Condition& atom);
// "user.id were in 10%", "app.id were not set": the atom as something that would have to be so.
std::string WishText(const Need& need, const dsl::Sources& sources);

}  // namespace keyrule::evaluator
