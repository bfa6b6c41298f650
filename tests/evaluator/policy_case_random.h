// Policies at random, with every construct of the language that a condition can have and with the shapes that an index
// treats specially, and calls whose values are the policy's own constants or near misses of them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "tests/evaluator/policy_case.h"

namespace keyrule::evaluator::cases {

// `size`, 0…100: how large it may become; now and then hundreds of rules.
PolicyCase MakePolicyCase(uint64_t seed, int size, size_t calls);

}  // namespace keyrule::evaluator::cases
