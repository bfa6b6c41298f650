// The pieces of a decision's text, for explanations, failing tests and the REPL.
#pragma once

#include <string>

#include "dsl/ast.h"
#include "evaluator/decision.h"
#include "evaluator/snapshot.h"

namespace keyrule::evaluator {

// "use prod-eu", "deny no credential is available", "host", "wait 1.2s".
std::string VerdictLine(const Decision& decision);
// Why it was refused, as people read it; a policy's own text for `deny`.
std::string DenialText(const Decision& decision);
// "rule billing, arm 1: production by weighted_round_robin", "default".
std::string PlaceText(const Decision& decision, const Snapshot& snapshot);
// "cooling until 09:31:00Z (48 s)".
std::string SkipText(const Candidate& candidate, int64_t now_ms);
// As it stands after `use`: "production by sticky on user.id", "credential key_of_app[app.id]".
std::string UseText(const dsl::Use& use);

}  // namespace keyrule::evaluator
