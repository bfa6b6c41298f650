// A policy as it would be without something that it names: compared with what it is, it shows who would notice.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "dsl/policy.h"

namespace keyrule::analysis {

// Without one credential. `may_hold`: whether a condition of this pool takes it in. A request that names it by an attribute
// is refused, as it is when there is none of that name.
std::shared_ptr<const dsl::Policy> WithoutCredential(const dsl::Policy& policy, std::string_view name,
                                                     const std::function<bool(uint32_t pool)>& may_hold);
// With a pool that has no member: its arms are gone.
std::shared_ptr<const dsl::Policy> WithoutPool(const dsl::Policy& policy, uint32_t pool);
// No condition names this value of an attribute, which is then a value like any other.
std::shared_ptr<const dsl::Policy> WithoutValue(const dsl::Policy& policy, uint32_t slot, std::string_view value);
// Without one entry of a table.
std::shared_ptr<const dsl::Policy> WithoutEntry(const dsl::Policy& policy, uint32_t table, std::string_view key);

}  // namespace keyrule::analysis
