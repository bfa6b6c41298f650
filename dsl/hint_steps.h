// Test steps as people first write them.
#pragma once

#include <string>

#include "dsl/expected.h"

namespace keyrule::dsl {

// Empty unless the failure stands in a `test` and looks like one of them.
std::string HintForStep(const Failure& failure);

}  // namespace keyrule::dsl
