#include "evaluator/program.h"

namespace keyrule::evaluator {

size_t Program::Match(std::span<const Value> values, int64_t now_ms, MatchScratch* scratch) const {
  scratch->given.clear();
  for (uint32_t slot = 0; slot < values.size(); ++slot) {
    if (!values[slot].absent()) scratch->given.push_back(slot);
  }
  return Match(values, scratch->given, now_ms, scratch);
}

std::string_view Program::Resolve(const ValueRef& ref, std::span<const Value> values) const noexcept {
  switch (ref.kind) {
    case ValueRef::Kind::kLiteral: return ref.literal;
    case ValueRef::Kind::kSlot: return values[ref.slot].text();
    case ValueRef::Kind::kLookup: {
      const std::string_view key = values[ref.slot].text();
      if (key.empty()) return {};
      const std::string_view* value = tables[ref.table]->Find(key);
      return value == nullptr ? std::string_view() : *value;
    }
  }
  return {};
}

bool FitsSlot(const dsl::Attribute& slot, const Value& value) {
  switch (value.kind()) {
    case ValueKind::kAbsent: return true;
    case ValueKind::kText: return slot.type == dsl::Type::kString || slot.type == dsl::Type::kEnum;
    case ValueKind::kInteger: return slot.type == dsl::Type::kInt;
    case ValueKind::kBool: return slot.type == dsl::Type::kBool;
    case ValueKind::kTimestamp: return slot.type == dsl::Type::kTimestamp;
    case ValueKind::kList:  // of a map: the names of its entries
      return slot.type == dsl::Type::kListOfString || slot.type == dsl::Type::kMapOfString;
  }
  return false;
}

}  // namespace keyrule::evaluator
