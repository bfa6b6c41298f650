#include "evaluator/rule_index.h"

#include "evaluator/hash.h"

namespace keyrule::evaluator {
namespace {

// Hashes of the index are no part of the meaning: what they find is tested.
constexpr uint64_t kPresentHash = 0xD6E8FEB86659FD93u;

}  // namespace

uint64_t RuleIndex::HashNumber(uint64_t number) noexcept {
  number = (number ^ number >> 32) * 0xD6E8FEB86659FD93u;
  number = (number ^ number >> 32) * 0xD6E8FEB86659FD93u;
  return (number ^ number >> 32) | 1;
}

uint64_t RuleIndex::HashSet(uint32_t set) noexcept { return HashNumber(uint64_t{set} + 0x9E3779B97F4A7C15u); }

uint64_t RuleIndex::HashRarePart(const Part& part, const Value& value) noexcept {
  switch (part.kind) {
    case PartKind::kWhole: return value.is_number() ? HashNumber(static_cast<uint64_t>(value.number())) : HashText({});
    case PartKind::kPrefix:
    case PartKind::kSuffix: {
      const std::string_view text = value.text();
      if (text.size() < part.length) return 0;
      return HashText({text.data() + (part.kind == PartKind::kPrefix ? 0 : text.size() - part.length), part.length});
    }
    case PartKind::kPresent: return kPresentHash;
    case PartKind::kItem:
    case PartKind::kInSet: break;  // of these a value may have several
  }
  return 0;
}

uint64_t RuleIndex::HashKey(const Key& key) noexcept {
  const auto hash_of = [](const KeyPart& part) {
    switch (part.kind) {
      case PartKind::kWhole:
        return part.is_number ? HashNumber(static_cast<uint64_t>(part.number)) : HashText(part.text);
      case PartKind::kPrefix:
      case PartKind::kSuffix:
      case PartKind::kItem: return HashText(part.text);
      case PartKind::kInSet: return HashSet(static_cast<uint32_t>(part.number));
      case PartKind::kPresent: break;
    }
    return kPresentHash;
  };
  uint64_t rest = 0;
  for (size_t i = 1; i < key.part_count; ++i) rest = Combine(rest, hash_of(key.parts[i]));
  return Combine(rest, hash_of(key.parts[0]));
}

size_t RuleIndex::bytes() const {
  return shapes_.size() * sizeof(Shape) + looks_.size() * sizeof(Look) + hashed_.size() * sizeof(Part) + cells_.bytes() +
         set_cells_.bytes() +
         (first_look_.size() + first_hashed_.size() + lists_.size() + always_.size() + set_lists_.size()) * sizeof(uint32_t);
}

}  // namespace keyrule::evaluator
