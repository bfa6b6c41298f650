// Runs the grammar over tokens and leaves the syntax tree of what it recognised. Says only whether
// and where it failed; expected.h finds out why.
#pragma once

#include <cstdint>
#include <optional>

#include "dsl/syntax_tree.h"
#include "dsl/token.h"

namespace keyrule::dsl {

enum class Part { kHeader, kStatement };

// The part that begins at token `first`: returns the token behind it. Empty if there is none; the
// tree is then empty.
std::optional<uint32_t> Recognize(Part part, uint32_t first, SyntaxTree& tree);

}  // namespace keyrule::dsl
