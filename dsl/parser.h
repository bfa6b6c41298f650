// Text to syntax tree. The only part that knows PEGTL (parser.cc, grammar.h, lower.cc).
#pragma once

#include "dsl/ast.h"
#include "dsl/diagnostic.h"
#include "dsl/source.h"

namespace keyrule::dsl {

// Parses one file. On errors the diagnostics say what is wrong (several per file, one per cause)
// and the result holds the statements that could be read, so that the checks behind can still speak
// about them. Any thread.
File Parse(const Sources& sources, uint32_t source, Diagnostics& diagnostics);
// The same of statements that no `keyrule 1` stands before.
File ParseStatements(const Sources& sources, uint32_t source, Diagnostics& diagnostics);

}  // namespace keyrule::dsl
