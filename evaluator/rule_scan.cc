#include "evaluator/rule_scan.h"

#include <algorithm>

namespace keyrule::evaluator {

RuleScan::RuleScan(const Code& code, const std::vector<Jump>& entries)
    : rules_(static_cast<uint32_t>(entries.size())), blocks_((entries.size() + kAtOnce - 1) / kAtOnce) {
  // The text that a rule begins with; null: it begins with another test.
  const auto text_of = [&](Jump entry) -> const Test* {
    if (entry < 0) return nullptr;
    const Test& first = code.tests()[static_cast<size_t>(entry)];
    return first.kind == TestKind::kTextEqual && first.else_to == kJumpFalse ? &first : nullptr;
  };
  const auto place_of = [&](uint32_t slot) {
    return static_cast<size_t>(std::find(slots_.begin(), slots_.end(), slot) - slots_.begin());
  };
  for (const Jump entry : entries) {
    const Test* const text = text_of(entry);
    if (text != nullptr && place_of(text->slot) == slots_.size()) slots_.push_back(text->slot);
  }
  asks_.resize(blocks_.size() * slots_.size());
  for (size_t rule = 0; rule < entries.size(); ++rule) {
    const size_t place = rule % kAtOnce, number = rule / kAtOnce;
    Block& block = blocks_[number];
    const Test* const text = text_of(entries[rule]);
    if (text == nullptr) {
      block.otherwise |= uint32_t{1} << place;
    } else {
      block.marks[place] = MarkOf(code.atoms.text(text->operand));
      asks_[number * slots_.size() + place_of(text->slot)] |= uint32_t{1} << place;
    }
  }
}

}  // namespace keyrule::evaluator
