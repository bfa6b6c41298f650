// What would have to be otherwise for a rule to decide, or for a credential to be chosen.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "evaluator/catalog.h"
#include "evaluator/decision.h"
#include "evaluator/request.h"
#include "evaluator/snapshot.h"

namespace keyrule::analysis {
struct NearestChange;
}

namespace keyrule::evaluator {

// One sentence and the nearest change, if one was found. Without such a rule it says which is meant.
std::string WhyNotText(const Snapshot& snapshot, const Request& request, int64_t now_ms, std::string_view rule);
// Of it the sentence alone.
std::string WouldDecideText(const Snapshot& snapshot, const Request& request, int64_t now_ms, std::string_view rule);
// `set app.id = "k1", unset environment`: of one that was found.
std::string ChangesText(const analysis::NearestChange& nearest);
// `decision`: of the request; `named`: those of one name that its tenant may spend, first the one that the request would get
// (why_not_credential.cc).
std::string WhyNotCredentialText(const Snapshot& snapshot, const Request& request, int64_t now_ms, const Decision& decision,
                                 std::span<const Credential> named);
// Of the decision's candidates of this name, what became of each; empty: it has none.
std::string CandidatesNamedText(const Decision& decision, std::string_view name);

}  // namespace keyrule::evaluator
