#include "evaluator/rule_line.h"

#include <algorithm>

namespace keyrule::evaluator {

void RuleLine::SetCondition(const Code& code, Jump entry) {
  rest_ = entry;
  size_t room = texts_.size();
  char* to = texts_.data();
  for (count_ = 0; count_ < kMostParts && rest_ >= 0; ++count_) {
    const Test& test = code.tests()[static_cast<size_t>(rest_)];
    if (test.kind != TestKind::kTextEqual || test.slot > UINT8_MAX) return;
    const bool negated = test.then_to == kJumpFalse;
    if (!negated && test.else_to != kJumpFalse) return;  // an alternative
    const std::string_view text = code.atoms.text(test.operand);
    if (text.size() > room) return;
    to = std::copy(text.begin(), text.end(), to);
    room -= text.size();
    parts_[count_] = Part(static_cast<uint8_t>(test.slot), text.size(), negated);
    rest_ = negated ? test.else_to : test.then_to;
  }
}

}  // namespace keyrule::evaluator
