// Syntax tree of one statement to ast.h. What the grammar cannot say about single literals is
// checked here: sizes (KR0014), and moments that do not exist (KR0016).
#pragma once

#include "dsl/ast.h"
#include "dsl/diagnostic.h"
#include "dsl/syntax_tree.h"

namespace keyrule::dsl {

Statement Lower(const SyntaxTree& tree, Diagnostics& diagnostics);

}  // namespace keyrule::dsl
