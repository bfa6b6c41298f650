#include "dsl/operators.h"

namespace keyrule::dsl {

bool Applies(OperatorKind kind, Type type) {
  const bool text = type == Type::kString;
  switch (kind) {
    case OperatorKind::kEquality:
      return text || type == Type::kEnum || type == Type::kInt || type == Type::kTimestamp;
    case OperatorKind::kOrder:
      return type == Type::kInt || type == Type::kTimestamp;
    case OperatorKind::kIn:
      return text || type == Type::kEnum || type == Type::kInt;
    case OperatorKind::kShare:
      return text || type == Type::kInt;
    case OperatorKind::kContains:
      return text || type == Type::kListOfString;
    case OperatorKind::kText:
      return text;
  }
  return false;
}

std::string_view OperatorsOf(Type type) {
  switch (type) {
    case Type::kString:
      return "==, !=, in, not in, starts with, ends with, contains, like, matches, in …%, is set, "
             "is not set";
    case Type::kEnum:
      return "==, !=, in, not in, is set, is not set";
    case Type::kInt:
      return "==, !=, <, <=, >, >=, in, not in, in …%, is set, is not set";
    case Type::kTimestamp:
      return "==, !=, <, <=, >, >=, is set, is not set";
    case Type::kBool:
      return "the name alone, is set, is not set";
    case Type::kListOfString:
      return "contains, is set, is not set";
    case Type::kMapOfString:
      return "is set, is not set";
  }
  return {};
}

OperatorKind KindOf(CompareOp op) {
  return op == CompareOp::kEqual || op == CompareOp::kNotEqual ? OperatorKind::kEquality
                                                               : OperatorKind::kOrder;
}

OperatorKind KindOf(TextOp op) {
  return op == TextOp::kContains ? OperatorKind::kContains : OperatorKind::kText;
}

}  // namespace keyrule::dsl
