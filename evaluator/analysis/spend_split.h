// A policy in which the requests that may spend a credential stand apart: before each rule a copy of it for each of its arms
// that may take the credential, for the requests with which that arm may.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "dsl/policy.h"
#include "evaluator/catalog.h"
#include "evaluator/program.h"

namespace keyrule::analysis {

// What calls, and what else than its name, may ask for the credential.
struct SpendQuestion {
  const evaluator::Credential& credential;
  std::string_view provider;  // of the calls that are looked at; empty: of any
  bool by_name = true;        // its name means it, and no other of that name
  bool by_id = false;         // an attribute may name it by its id as well
  bool past_names = false;    // arms by a name that requests give are taken to know it, and not to refuse
};

struct SpendSplit {
  struct Place {
    uint32_t at;    // the copy, in the new policy
    uint32_t rule;  // in the policy as it is; the number of rules: the default
    uint32_t arm;   // from 1
  };
  std::shared_ptr<const dsl::Policy> policy;  // answers every request as the one that it was made of
  std::vector<Place> places;
  bool is_whole = true;  // false: there are more places than are looked at
  // Behind an arm whose credential a request names only requests count that name none there, this one, or one that the policy
  // names there: with another name it depends on which credentials there are whether the arm refuses.
  bool depends_on_others = false;
};

SpendSplit SplitBySpend(const evaluator::Program& program, const SpendQuestion& question);

}  // namespace keyrule::analysis
