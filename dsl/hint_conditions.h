// Conditions as other languages write them.
#pragma once

#include <string>

#include "dsl/expected.h"

namespace keyrule::dsl {

// Empty if nothing about a condition can be said.
std::string HintForCondition(const Failure& failure);

}  // namespace keyrule::dsl
