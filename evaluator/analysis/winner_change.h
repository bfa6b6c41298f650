// Whether a mutation of a condition, or of the order of rules, lets another rule decide: exact, over all requests.
#pragma once

#include <vector>

#include "dsl/policy.h"
#include "evaluator/analysis/mutation.h"
#include "evaluator/analysis/space.h"

namespace keyrule::analysis {

struct WinnerChange {
  enum class Answer {
    kNone,       // proved: the same rule decides every request
    kSome,
    kNotDecided  // or the mutation is about something else than which rule decides
  } answer = Answer::kNotDecided;
  std::vector<Example> requests;  // kSome: a few that another rule decides
};

// `mutant`: the policy with the mutation.
WinnerChange ChangeOfWinner(const dsl::Policy& policy, const Mutation& mutation, const dsl::Policy& mutant);

}  // namespace keyrule::analysis
