// A policy as the analysis sees it: its rules' conditions over the variables of requests, and the engine that answers
// whether a request exists.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dsl/policy.h"
#include "evaluator/analysis/condition_graph.h"
#include "evaluator/analysis/reach.h"

namespace keyrule::analysis {

class PolicyModel {
 public:
  explicit PolicyModel(std::shared_ptr<const dsl::Policy> policy, const ReachOptions& options = {});

  const dsl::Policy& policy() const { return *policy_; }
  const Space& space() const { return graph_.space(); }
  ConditionGraph& graph() { return graph_; }
  Reach& reach() { return *reach_; }
  uint32_t rule_count() const { return static_cast<uint32_t>(policy_->rules.size()); }  // without the default

  // A request that the rule decides (rule_count(): the default).
  Reached RequestOf(uint32_t rule);

 private:
  std::shared_ptr<const dsl::Policy> policy_;
  ConditionGraph graph_;
  std::unique_ptr<Reach> reach_;
};

}  // namespace keyrule::analysis
