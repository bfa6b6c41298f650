// Names to what they mean. Private to dsl/.
#pragma once

#include "dsl/loading.h"

namespace keyrule::dsl {

// Stage: after every name is declared. Fills the fields marked "resolved" and cuts what contains
// itself.
void ResolveNames(Loading& loading);

}  // namespace keyrule::dsl
