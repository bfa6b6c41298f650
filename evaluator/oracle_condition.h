// Conditions as the oracle sees them: written from the language reference alone, sharing nothing with the program.
#pragma once

#include <cstdint>
#include <functional>

#include "dsl/policy.h"
#include "evaluator/request.h"

namespace keyrule::evaluator::oracle {

using Lookup = std::function<Value(const dsl::Path&)>;

bool Holds(const dsl::Condition& condition, const dsl::Policy& policy, const Lookup& lookup,
           int64_t now_ms);

}  // namespace keyrule::evaluator::oracle
