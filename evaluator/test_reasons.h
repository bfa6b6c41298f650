// Why a test got what it got: the notes of KR0703.
#pragma once

#include <string>
#include <vector>

#include "dsl/ast.h"
#include "dsl/diagnostic.h"
#include "evaluator/session.h"

namespace keyrule::evaluator {

// "the request was app.id=two model=(any)".
std::string RequestText(const Session& session);

// With `whole` the decision at its step and each candidate with its state; in any case, for a rule
// that was expected, the first condition that kept it from deciding. The session has called.
std::vector<dsl::Note> Reasons(Session& session, const dsl::Want& want, const dsl::Span& decided_at,
                               bool whole);

}  // namespace keyrule::evaluator
