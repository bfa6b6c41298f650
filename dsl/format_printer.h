// Writes tokens and comments by their layout. Private to dsl/.
#pragma once

#include <string>

#include "dsl/format_comments.h"
#include "dsl/format_layout.h"
#include "dsl/token.h"

namespace keyrule::dsl {

std::string Print(const Tokens& tokens, const Comments& comments, const Layout& layout);

}  // namespace keyrule::dsl
