// A policy as the analysis sees it: its rules' conditions over the variables of requests, and the engine that answers
// whether a request exists.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dsl/policy.h"
#include "evaluator/analysis/claim_terms.h"
#include "evaluator/analysis/condition_graph.h"
#include "evaluator/analysis/reach.h"
#include "evaluator/analysis/shown_request.h"

namespace keyrule::analysis {

class PolicyModel {
 public:
  // `claims`: what they ask, to be asked as well; null: claims will not be looked at.
  explicit PolicyModel(std::shared_ptr<const dsl::Policy> policy, const ReachOptions& options = {},
                       std::unique_ptr<ClaimTerms> claims = nullptr);

  const dsl::Policy& policy() const { return *policy_; }
  const Space& space() const { return graph_.space(); }
  ConditionGraph& graph() { return graph_; }
  Reach& reach() { return *reach_; }
  uint32_t rule_count() const { return static_cast<uint32_t>(policy_->rules.size()); }  // without the default

  const ClaimTerms* claims() const { return claims_.get(); }

  // A request that the rule decides (rule_count(): the default).
  Reached RequestOf(uint32_t rule);
  ShownRequest ShownRequestOf(uint32_t rule);

 private:
  std::shared_ptr<const dsl::Policy> policy_;
  std::unique_ptr<ClaimTerms> claims_;
  ConditionGraph graph_;
  std::unique_ptr<Reach> reach_;
};

}  // namespace keyrule::analysis
