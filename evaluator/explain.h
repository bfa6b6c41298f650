// Why a request was decided as it was: rule by rule the first condition that failed.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "evaluator/catalog.h"
#include "evaluator/request.h"
#include "evaluator/snapshot.h"

namespace keyrule::evaluator {

struct ExplainOptions {
  bool all_rules = false;     // not only those up to the deciding one
  std::string_view why_not;   // what keeps this rule from deciding; empty: not asked
  std::span<const Credential> why_not_credentials = {};  // of one name (why_not.h); borrowed; empty: not asked
};

// Decides dry. The JSON wraps the decision as the language reference says; the text goes on after the decision's.
std::string ExplainJson(const Snapshot& snapshot, const Request& request, int64_t now_ms,
                        const ExplainOptions& options = {});
std::string ExplainText(const Snapshot& snapshot, const Request& request, int64_t now_ms,
                        const ExplainOptions& options = {});
// Only what ExplainText says after the decision: for a decision that is already made.
std::string ExplainRulesText(const Snapshot& snapshot, const Request& request, int64_t now_ms,
                             const ExplainOptions& options = {});

}  // namespace keyrule::evaluator
