// The first scan, before the grammar: text to tokens. What is wrong with the characters themselves
// (KR0001 to KR0007, and a file that is too large) is found here, so that no later message has to
// guess at it.
#pragma once

#include "dsl/diagnostic.h"
#include "dsl/source.h"
#include "dsl/token.h"

namespace keyrule::dsl {

// Returns false if anything was reported; the tokens are then of no use.
bool Scan(const Sources& sources, uint32_t source, Tokens& tokens, Diagnostics& diagnostics);

}  // namespace keyrule::dsl
