// Which operators a type has. Private to dsl/.
#pragma once

#include <string_view>

#include "dsl/ast.h"

namespace keyrule::dsl {

enum class OperatorKind {
  kEquality,  // == !=
  kOrder,     // < <= > >=
  kIn,        // in, not in
  kShare,     // in 10%
  kContains,
  kText,  // starts with, ends with, like, matches
};

bool Applies(OperatorKind kind, Type type);
// "==, !=, in, not in, is set, is not set".
std::string_view OperatorsOf(Type type);

OperatorKind KindOf(CompareOp op);
OperatorKind KindOf(TextOp op);

}  // namespace keyrule::dsl
