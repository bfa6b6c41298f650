// The gate: what the language has and the evaluator cannot do yet. Private to dsl/.
#pragma once

#include "dsl/loading.h"

namespace keyrule::dsl {

// Stage, for policies without errors: KR0018 at the first place of each construct that is not
// supported yet.
void RefuseUnsupported(Loading& loading);

}  // namespace keyrule::dsl
