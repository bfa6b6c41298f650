// What an arm may spend that no arm before it could have: what keeps a credential from one keeps it from the other as well.
#pragma once

#include <set>
#include <span>
#include <string_view>
#include <vector>

#include "dsl/policy.h"
#include "evaluator/analysis/condition_graph.h"
#include "evaluator/analysis/credential_terms.h"
#include "evaluator/analysis/spend_terms.h"

namespace keyrule::analysis {

// Whether an arm with the limits of `many` is closed whenever one with those of `few` is.
bool IsWithinLimits(const dsl::Use& few, const dsl::Use& many);

// Before the graph is finished. Borrows all that it is given.
class FreshTerms {
 public:
  struct Past {
    const dsl::Use* use = nullptr;
    const Spend* spend = nullptr;
  };
  using Chain = std::vector<Past>;  // arms before

  FreshTerms(const dsl::Policy& policy, CredentialTerms* terms, ConditionGraph* graph)
      : policy_(policy), terms_(*terms), graph_(*graph) {}

  // `cases`: that each case of the spend is spent at all. Then the arm is one of the chain.
  NodeRef Add(const dsl::Use& use, const Spend& spend, std::span<const NodeRef> cases, Chain* chain) const;

 private:
  using Names = std::set<std::string_view>;
  // Those that a pool has, if it has nothing else.
  bool HasOnlyNames(uint32_t pool, Names* names) const;
  bool HasNames(uint32_t pool) const;
  // What the arm takes whenever it is asked, by a name that no other credential of that name is meant by.
  Names NamesOf(const dsl::Use& use) const;
  bool GoesByName(const Spend& spend, const SpendCase& one) const;

  const dsl::Policy& policy_;
  CredentialTerms& terms_;
  ConditionGraph& graph_;
};

}  // namespace keyrule::analysis
