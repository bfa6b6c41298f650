// A policy against the credentials that there are: names that nobody has, pools that stay empty,
// names that two have.
#pragma once

#include <vector>

#include "dsl/diagnostic.h"
#include "evaluator/catalog.h"
#include "evaluator/program.h"

namespace keyrule::evaluator {

// KR0901, KR0902 and KR0903, in the order of their places.
std::vector<dsl::Diagnostic> CheckAgainst(const std::vector<Credential>& catalog,
                                          const Program& program);

}  // namespace keyrule::evaluator
