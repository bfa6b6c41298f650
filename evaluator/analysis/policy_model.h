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
#include "evaluator/request_builder.h"

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

// Gives the request what the example says. False: it does not fit the schema, which is a fault of the analysis.
bool Apply(const Example& example, evaluator::RequestBuilder* builder);
// "app.id = \"invoices\", request.tokens = 500": what a test would write behind `request with`; empty if nothing is set.
// `clocks` only where it matters is up to the caller.
std::string SettingsText(const Example& example);
// The steps of a test up to its request: "  clock 2026-01-05T22:00Z\n  request with …\n".
std::string RequestSteps(const Example& example, const std::string& indent);

}  // namespace keyrule::analysis
