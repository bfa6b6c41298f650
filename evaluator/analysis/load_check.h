// What keeps a policy from loading and is only seen by looking at all requests at once, in a bounded time: for hosts, which
// wait for it, and for commands that `keyrule check` has not gone before.
#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include "dsl/diagnostic.h"
#include "evaluator/program.h"

namespace keyrule::analysis {

struct LoadCheck {
  std::vector<dsl::Diagnostic> errors;  // KR0403, KR0405, KR0601
  // Whether everything was looked at and decided. If not, `errors` has what was found until then.
  bool complete = true;
};

// `time`: about how long it may take. A policy of which the analysis alone would take longer is not begun with. Any thread.
LoadCheck CheckForLoad(const std::shared_ptr<const evaluator::Program>& program, std::chrono::milliseconds time);

}  // namespace keyrule::analysis
