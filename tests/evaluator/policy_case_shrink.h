// A failing case made smaller, one step at a time: halves of its calls and rules first, then single parts, then parts of
// conditions and of values. Some steps leave a policy that does not load; those are no failure and are not followed.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/evaluator/policy_case.h"

namespace keyrule::evaluator::cases {

struct Step {
  enum class Kind : uint8_t {
    kDropCalls, kDropRules, kDropNamed, kDropList, kDropAttribute, kDropCredentials, kDropSources,
    kDenyInstead,    // of the rule's chain
    kHostInstead,    // of the default's chain
    kKeepTerm,       // the formula becomes one of its terms
    kDropTerm,
    kWriteOut,       // a named condition becomes what it stands for
    kDropItem,       // of an atom's list
    kDropListItems,  // of a named list
    kDropGiven,      // of a call
    kShorten,        // a text of a call
  };
  Kind kind = Kind::kDropCalls;
  size_t index = 0;   // of the call, the rule, the list …; rules first, then named conditions, for formulas
  size_t node = 0;    // of the formula, parents before their terms
  size_t item = 0;
  size_t count = 1;
};

// Every step that the case allows, those that take much away first.
std::vector<Step> StepsOf(const PolicyCase& policy);
PolicyCase Smaller(PolicyCase policy, const Step& step);

}  // namespace keyrule::evaluator::cases
