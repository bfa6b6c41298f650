// The fields of a credential: what a pool's `where` and a test's `given` may speak about.
#pragma once

#include <optional>
#include <string_view>

#include "dsl/ast.h"

namespace keyrule::dsl {

// `name`, `id`, `provider`, `model`, `model.type`, `owner` and `labels.<key>`; all of them are
// texts.
bool IsCredentialField(std::string_view path);
// The type of what `given` may set: the fields, and `weight`, `enabled`, `expires`.
std::optional<Type> TypeOfGiven(std::string_view path);

inline constexpr std::string_view kCredentialFields =
    "fields: name, id, provider, model, model.type, owner, labels.…";
inline constexpr std::string_view kGivenFields =
    "fields: name, id, provider, model, model.type, owner, labels.…, weight, enabled, expires";

}  // namespace keyrule::dsl
