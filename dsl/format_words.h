// The few places where the layout chooses between two ways to write the same thing.
// Private to dsl/.
#pragma once

#include <string>

#include "dsl/format_comments.h"
#include "dsl/token.h"

namespace keyrule::dsl {

// The text of tokens that parse with plural units except after 1 (`2 requests`, `1 time`), and a
// range of moments instead of a list that says the same (`mon..fri`).
std::string ChooseWords(const Tokens& tokens, const Comments& comments);

}  // namespace keyrule::dsl
