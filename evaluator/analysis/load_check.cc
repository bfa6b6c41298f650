#include "evaluator/analysis/load_check.h"

#include <algorithm>
#include <utility>

#include "evaluator/analysis/policy_check.h"

namespace keyrule::analysis {
namespace {

using Clock = std::chrono::steady_clock;

// A model takes about 9 us for each rule, all of it before the first question, and cannot be broken off
// (tests/bench/RESULTS.md).
constexpr uint64_t kRulesPerMillisecond = 100;

}  // namespace

LoadCheck CheckForLoad(const std::shared_ptr<const dsl::Policy>& policy, std::chrono::milliseconds time) {
  LoadCheck check;
  const auto milliseconds = static_cast<uint64_t>(std::max<int64_t>(time.count(), 0));
  if (policy->rules.size() / kRulesPerMillisecond > milliseconds) {
    check.complete = false;
    return check;
  }
  const Clock::time_point end = Clock::now() + time;
  PolicyModel model(policy);
  model.reach().LeaveTime(std::max(end - Clock::now(), Clock::duration(0)));
  for (dsl::Diagnostic& found : CheckErrors(&model)) {
    if (found.severity == dsl::Severity::kError) {
      check.errors.push_back(std::move(found));
    } else {
      check.complete = false;
    }
  }
  return check;
}

}  // namespace keyrule::analysis
