#include "evaluator/analysis/load_check.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "evaluator/analysis/claim_check.h"
#include "evaluator/analysis/policy_check.h"

namespace keyrule::analysis {
namespace {

using Clock = std::chrono::steady_clock;

// A model takes about 9 us for each rule, all of it before the first question, and cannot be broken off
// (tests/bench/RESULTS.md).
constexpr uint64_t kRulesPerMillisecond = 100;

}  // namespace

LoadCheck CheckForLoad(const std::shared_ptr<const evaluator::Program>& program, std::chrono::milliseconds time) {
  const std::shared_ptr<const dsl::Policy>& policy = program->policy;
  LoadCheck check;
  const auto milliseconds = static_cast<uint64_t>(std::max<int64_t>(time.count(), 0));
  if (policy->rules.size() / kRulesPerMillisecond > milliseconds) {
    check.complete = false;
    return check;
  }
  const Clock::time_point end = Clock::now() + time;
  std::unique_ptr<ClaimTerms> claims;
  if (!policy->claims.empty()) claims = std::make_unique<ClaimTerms>(program, std::vector<evaluator::Credential>());
  PolicyModel model(policy, {}, std::move(claims));
  model.reach().LeaveTime(std::max(end - Clock::now(), Clock::duration(0)));
  const auto take = [&](std::vector<dsl::Diagnostic> all) {
    for (dsl::Diagnostic& found : all) {
      // A claim that is neither proved nor broken keeps nobody's calls back.
      if (found.code == dsl::Code::KR0019 || found.code == dsl::Code::KR0604) check.complete = false;
      else if (found.severity == dsl::Severity::kError) check.errors.push_back(std::move(found));
    }
  };
  take(CheckErrors(&model));
  try {
    take(CheckClaims(&model));
  } catch (const std::logic_error&) {
    check.complete = false;  // a fault of ours, which `keyrule check` shows; not a reason to keep a host from working
  }
  return check;
}

}  // namespace keyrule::analysis
