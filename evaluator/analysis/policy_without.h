// A policy as it would be without something that it names: compared with what it is, it shows who would notice.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "dsl/policy.h"

namespace keyrule::analysis {

// With a pool that has no member: its arms find nobody.
std::shared_ptr<const dsl::Policy> WithoutPool(const dsl::Policy& policy, uint32_t pool);
// No condition names this value of an attribute, which is then a value like any other.
std::shared_ptr<const dsl::Policy> WithoutValue(const dsl::Policy& policy, uint32_t slot, std::string_view value);
// Without one entry of a table.
std::shared_ptr<const dsl::Policy> WithoutEntry(const dsl::Policy& policy, uint32_t table, std::string_view key);

}  // namespace keyrule::analysis
