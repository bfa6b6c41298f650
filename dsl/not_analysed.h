// What a policy says and this version does not examine yet.
#pragma once

#include <optional>

#include "dsl/diagnostic.h"
#include "dsl/policy.h"

namespace keyrule::dsl {

// KR0019 at the first claim; none for a policy without. Whoever checks a policy says it once; to load and to decide it is
// no news.
std::optional<Diagnostic> WhatIsNotAnalysed(const Policy& policy);

}  // namespace keyrule::dsl
