#include "dsl/lower.h"

#include "dsl/lowering.h"

namespace keyrule::dsl {

Statement Lower(const SyntaxTree& tree, Diagnostics& diagnostics) {
  const NodeView node(tree, 0);
  Lowering lowering(diagnostics);
  switch (node.kind()) {
    case NodeKind::kSchema:
      return lowering.LowerSchema(node);
    case NodeKind::kImport:
      return lowering.LowerImport(node);
    case NodeKind::kLet:
      return lowering.LowerLet(node);
    case NodeKind::kTable:
      return lowering.LowerTable(node);
    case NodeKind::kPool:
      return lowering.LowerPool(node);
    case NodeKind::kQuota:
    case NodeKind::kBudget:
      return lowering.LowerMeter(node);
    case NodeKind::kClaim:
      return lowering.LowerClaim(node);
    case NodeKind::kTest:
      return lowering.LowerTest(node);
    default:
      return lowering.LowerRule(node);  // a rule, or the default
  }
}

}  // namespace keyrule::dsl
