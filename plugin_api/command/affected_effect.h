// What becomes of a request when something is gone: as the evaluator decides it before and after.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evaluator/analysis/space.h"
#include "evaluator/catalog.h"
#include "plugin_api/command/affected_split.h"
#include "plugin_api/command/affected_subject.h"

namespace keyrule::command {

struct Effect {
  std::string_view word;           // "denied", "moves", "left with fewer", "loses a reserve", …; empty: none is seen
  std::string now;                 // "denied: no credential is available"
  std::optional<size_t> left, of;  // credentials to choose from, where some are left
};

// Borrows all of it during the call.
Effect EffectOn(const analysis::Example& example, const SplitPolicies& policies, const Subject& subject,
                const std::vector<evaluator::Credential>& world);

}  // namespace keyrule::command
