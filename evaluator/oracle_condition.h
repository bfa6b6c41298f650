// Conditions and hashes of the oracle: written from the language reference alone, sharing nothing with the program.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "dsl/policy.h"
#include "evaluator/request.h"

namespace keyrule::evaluator::oracle {

// XXH3-64 over `keyrule 1` and the parts, joined by byte 0x1F.
uint64_t Hash(const std::vector<std::string>& parts);
// ⌊hash · range / 2⁶⁴⌋.
uint64_t Share(uint64_t hash, uint64_t range);

using Lookup = std::function<Value(const dsl::Path&)>;

bool Holds(const dsl::Condition& condition, const dsl::Policy& policy, const Lookup& lookup,
           int64_t now_ms);

}  // namespace keyrule::evaluator::oracle
