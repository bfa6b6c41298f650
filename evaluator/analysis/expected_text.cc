#include "evaluator/analysis/expected_text.h"

#include "dsl/wording.h"

namespace keyrule::analysis {

std::string ExpectedText(const evaluator::Decision& decision, const dsl::Policy& policy) {
  const bool is_default = decision.rule >= policy.rules.size();
  const dsl::Rule& rule = is_default ? policy.fallback : policy.rules[decision.rule];
  std::string text = is_default ? "expect default" : dsl::Cat({"expect rule ", rule.name.text});
  switch (decision.verdict) {
    case evaluator::Verdict::kHost: return text + ", host";
    case evaluator::Verdict::kWait: return text + ", wait";
    case evaluator::Verdict::kDeny:
      if (decision.reason != evaluator::Reason::kDenied) return text + ", deny";
      if (decision.arm >= 1 && decision.arm <= rule.chain.actions.size()) {
        if (const auto* deny = std::get_if<dsl::Deny>(&rule.chain.actions[decision.arm - 1].what)) {
          return text + ", deny " + dsl::InQuotes(deny->reason.value);
        }
      }
      return text + ", deny";
    case evaluator::Verdict::kUse: break;
  }
  const auto* use = std::get_if<dsl::Use>(&rule.chain.actions[decision.arm - 1].what);
  const auto* pool = use != nullptr ? std::get_if<dsl::UsePool>(&use->what) : nullptr;
  // Which of several is taken is the strategy's; a test of the rule should outlive a change of it.
  if (pool != nullptr) return text + dsl::Cat({", credential in ", pool->pool.name.text});
  return text + ", credential " + dsl::InQuotes(decision.credential->name);
}

}  // namespace keyrule::analysis
