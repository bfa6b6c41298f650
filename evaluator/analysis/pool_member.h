// A credential that a pool's conditions take in.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dsl/policy.h"

namespace keyrule::analysis {

// Fields and their values, as a test's `given credential … with` writes them; `name` among them if the pool asks for one.
using CredentialFields = std::vector<std::pair<std::string, std::string>>;

// What a credential has to have so that a condition on its fields holds; nothing: none was found. `fixed`: settled already.
std::optional<CredentialFields> FieldsFor(const dsl::Policy& policy, const dsl::Condition& condition, const CredentialFields& fixed);

// What a credential has to have so that a `where` of the pool, or of a pool that is `all of` it, holds; nothing if the pool
// has none, or none that a credential was found for. `fixed`: fields that are settled already.
std::optional<CredentialFields> MemberByCondition(const dsl::Policy& policy, uint32_t pool, const CredentialFields& fixed);

// One for each `where` of the pool, the first few: where there is such a credential, one that no other `where` of it takes in.
std::vector<CredentialFields> MembersByConditions(const dsl::Policy& policy, uint32_t pool, const CredentialFields& fixed);

}  // namespace keyrule::analysis
