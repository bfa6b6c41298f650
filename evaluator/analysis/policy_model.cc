#include "evaluator/analysis/policy_model.h"

#include <algorithm>

namespace keyrule::analysis {

PolicyModel::PolicyModel(std::shared_ptr<const dsl::Policy> policy, const ReachOptions& options,
                         std::unique_ptr<ClaimTerms> claims)
    : policy_(std::move(policy)),
      claims_(std::move(claims)),
      graph_(*policy_, claims_ != nullptr ? claims_->slots() : policy_->slots,
             [](const dsl::Path& path) { return path.slot; }) {
  std::vector<NodeRef> rules;
  rules.reserve(policy_->rules.size());
  for (const dsl::Rule& rule : policy_->rules) rules.push_back(rule.when ? graph_.Add(*rule.when) : kAlways);
  for (const dsl::Let& let : policy_->lets) {  // also of one that no rule names
    if (const auto* named = std::get_if<dsl::Condition>(&let.value)) graph_.Add(*named);
  }
  for (const dsl::Claim& claim : policy_->claims) {
    if (claim.when) graph_.Add(*claim.when);
  }
  if (claims_ != nullptr) claims_->AddTo(&graph_);
  graph_.Finish();
  reach_ = std::make_unique<Reach>(&graph_, std::move(rules), options);
}

Reached PolicyModel::RequestOf(uint32_t rule) {
  if (rule >= rule_count()) return reach_->Find({}, rule_count());
  const NodeRef node = reach_->rule(rule);
  return reach_->Find({&node, 1}, rule);
}

ShownRequest PolicyModel::ShownRequestOf(uint32_t rule) {
  std::vector<NodeRef> required;
  if (rule < rule_count()) required.push_back(reach_->rule(rule));
  return FindShown(reach_.get(), required, std::min(rule, rule_count()));
}

}  // namespace keyrule::analysis
