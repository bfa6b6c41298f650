// Sorts the statements of all files into the policy and gives every name its meaning. Private to
// dsl/.
#pragma once

#include "dsl/loading.h"

namespace keyrule::dsl {

// Stage: after the schema, whose attributes share the name space.
void DeclareNames(Loading& loading);

}  // namespace keyrule::dsl
