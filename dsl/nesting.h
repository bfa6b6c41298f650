// Keeps conditions inside conditions (by parentheses and by name) and pools inside pools finite and
// shallow, so that no later pass can recurse deeply. Private to dsl/.
#pragma once

#include <vector>

#include "dsl/graph.h"
#include "dsl/loading.h"

namespace keyrule::dsl {

// lets[i], pools[i]: what the let or pool with this index refers to. What contains itself (KR0109)
// or lies too deep (KR0013) is reported and cut.
void BoundNesting(Loading& loading, const std::vector<std::vector<Reference>>& lets,
                  const std::vector<std::vector<Reference>>& pools);

}  // namespace keyrule::dsl
