// What an `expect` wants, held against what happened.
#pragma once

#include <optional>
#include <string>

#include "dsl/ast.h"
#include "evaluator/session.h"

namespace keyrule::evaluator {

// Nothing if the wish is fulfilled; otherwise what happened instead, in the words of the wish. The session has called.
std::optional<std::string> Unfulfilled(const dsl::Want& want, const Session& session);

}  // namespace keyrule::evaluator
