// The help of a syntax error (KR0010): what the person who wrote this most likely meant, and how
// that is written here.
#pragma once

#include <string>

#include "dsl/expected.h"

namespace keyrule::dsl {

// Empty if nothing better can be said than what was expected.
std::string HintFor(const Failure& failure);

}  // namespace keyrule::dsl
