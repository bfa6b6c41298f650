// "Did you mean": the known name that a misspelt one is near to. This layer's own; the language has
// another for its words.

#pragma once

#include <span>
#include <string_view>

namespace keyrule::store {

// The nearest of `known` (the first of equals) that two slips lead to at most (a byte too much, too
// few, another, or two swapped), for short names one; empty when none is so near.
std::string_view NearestName(std::string_view written, std::span<const std::string_view> known);

}  // namespace keyrule::store
