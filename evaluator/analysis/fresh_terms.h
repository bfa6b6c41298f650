// What an arm may spend that no arm before it could have: what keeps a credential from one keeps it from the other as well.
#pragma once

#include <span>
#include <vector>

#include "dsl/policy.h"
#include "evaluator/analysis/condition_graph.h"
#include "evaluator/analysis/credential_terms.h"
#include "evaluator/analysis/idle_arms.h"
#include "evaluator/analysis/spend_terms.h"

namespace keyrule::analysis {

// Before the graph is finished. Borrows all that it is given.
class FreshTerms {
 public:
  struct Past {
    const dsl::Use* use = nullptr;
    const Spend* spend = nullptr;
  };
  using Chain = std::vector<Past>;  // arms before

  FreshTerms(const dsl::Policy& policy, CredentialTerms* terms, ConditionGraph* graph)
      : policy_(policy), names_(policy), terms_(*terms), graph_(*graph) {}

  struct Fresh {
    NodeRef any = kAlways;
    NodeRef plain = kAlways;  // of them, what is in no pool before: of a name it does not matter whom it means
  };
  // `cases`: that each case of the spend is spent at all. Then the arm is one of the chain.
  Fresh Add(const dsl::Use& use, const Spend& spend, std::span<const NodeRef> cases, Chain* chain);

 private:
  bool GoesByName(const Spend& spend, const SpendCase& one);

  const dsl::Policy& policy_;
  IdleArms names_;
  CredentialTerms& terms_;
  ConditionGraph& graph_;
};

}  // namespace keyrule::analysis
