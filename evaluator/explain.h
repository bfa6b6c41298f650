// Why a request was decided as it was: rule by rule the first condition that failed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "evaluator/request.h"
#include "evaluator/snapshot.h"

namespace keyrule::analysis {
struct NearestChange;
}

namespace keyrule::evaluator {

struct ExplainOptions {
  bool all_rules = false;     // not only those up to the deciding one
  std::string_view why_not;   // text form: what keeps this rule from deciding
};

// Decides dry. The JSON wraps the decision as the language reference says; the text goes on after the decision's.
std::string ExplainJson(const Snapshot& snapshot, const Request& request, int64_t now_ms,
                        const ExplainOptions& options = {});
std::string ExplainText(const Snapshot& snapshot, const Request& request, int64_t now_ms,
                        const ExplainOptions& options = {});
// Only what ExplainText says after the decision: for a decision that is already made.
std::string ExplainRulesText(const Snapshot& snapshot, const Request& request, int64_t now_ms,
                             const ExplainOptions& options = {});
// What would have to be otherwise for `rule` to decide: one sentence and the nearest change, if one was found.
std::string WhyNotText(const Snapshot& snapshot, const Request& request, int64_t now_ms,
                       std::string_view rule);
// Of it the sentence alone.
std::string WouldDecideText(const Snapshot& snapshot, const Request& request, int64_t now_ms, std::string_view rule);
// `set app.id = "k1", unset environment`: of one that was found.
std::string ChangesText(const analysis::NearestChange& nearest);

}  // namespace keyrule::evaluator
