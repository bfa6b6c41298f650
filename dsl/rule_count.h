// Whether a text has more rules than are allowed, seen in one quick pass before anything is made of it.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace keyrule::dsl {

inline constexpr std::string_view kRuleWord = "rule";

// Where the first rule stands behind the first `most` of them; nothing if there is none. Exact for a text without errors in its
// characters and quotes; of others it may be wrong, but never for want of braces.
std::optional<size_t> RuleBeyond(std::string_view text, size_t most);

}  // namespace keyrule::dsl
