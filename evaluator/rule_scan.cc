#include "evaluator/rule_scan.h"

#include <algorithm>

namespace keyrule::evaluator {

RuleScan::RuleScan(const Code& code, const std::vector<Jump>& entries) {
  for (const Jump entry : entries) {
    Rule& rule = rules_.emplace_back();
    if (entry < 0) continue;
    const Test& first = code.tests()[static_cast<size_t>(entry)];
    if (first.kind != TestKind::kTextEqual || first.else_to != kJumpFalse) continue;
    auto slot = std::find(slots_.begin(), slots_.end(), first.slot);
    if (slot == slots_.end()) slot = slots_.insert(slot, first.slot);
    rule = {MarkOf(code.atoms.text(first.operand)), static_cast<uint32_t>(slot - slots_.begin() + 1)};
  }
}

}  // namespace keyrule::evaluator
