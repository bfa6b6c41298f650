// The pass `split`: what of a rule's condition can be looked up. A guard is a list of keys of which at least one is met by
// every request for which the condition holds; the rest of the condition is tested where a key is met.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "evaluator/atoms.h"
#include "evaluator/distinct_count.h"
#include "evaluator/formula.h"

namespace keyrule::evaluator {

// What of one attribute's value is looked up.
enum class PartKind : uint8_t {
  kWhole,    // the text or number
  kPrefix,   // its first `length` bytes
  kSuffix,   // its last `length` bytes
  kItem,     // an item of a list
  kInSet,    // that it is in a named list or table
  kPresent,  // that it is there
};
// Whether a request can have several of them.
constexpr bool HasManyValues(PartKind kind) { return kind == PartKind::kItem || kind == PartKind::kInSet; }

struct KeyPart {
  uint32_t slot = 0;
  PartKind kind = PartKind::kPresent;
  bool is_number = false;
  uint32_t length = 0;    // kPrefix, kSuffix: bytes of the text that count
  std::string_view text;  // kWhole, kPrefix, kSuffix, kItem
  int64_t number = 0;     // kWhole of a number; kInSet: the set (SetId)
};

constexpr size_t kMostParts = 3;

// All parts are met together. At most one of a slot, and at most one that a value can meet in several ways.
struct Key {
  std::array<KeyPart, kMostParts> parts;
  uint8_t part_count = 0;

  std::span<const KeyPart> view() const { return std::span(parts).first(part_count); }
};

// Nothing: there is none, the rule is always tested. No keys: the condition never holds.
using Guard = std::optional<std::vector<Key>>;

// Text sets are even, number sets odd.
constexpr uint32_t SetId(TestKind kind, uint32_t operand) {
  return 2 * operand + (kind == TestKind::kNumberIn ? 1 : 0);
}

class GuardMaker {
 public:
  // Borrows all of them; `rules` are those of which guards will be asked. Counts the constants that each attribute is
  // compared with: the more there are, the fewer rules share one.
  GuardMaker(const dsl::Policy& policy, const Atoms& atoms, const Formulas& formulas, std::span<const FormulaRef> rules);

  // `too_many` (may be null): whether there is none only because of too many keys.
  Guard Of(FormulaRef rule, bool* too_many = nullptr);
  // How many different constants the rules compare this part with; 1 at least.
  uint32_t Distinct(const KeyPart& part) const;

 private:
  struct Found {
    std::vector<Key> keys;
    double candidates = 0;  // expected share of the rules that a request meets by them
  };
  using Cover = std::optional<Found>;

  Cover CoverOf(FormulaRef formula);
  Cover CoverLiteral(FormulaRef formula);
  Cover CoverAll(FormulaRef formula);
  Cover CoverAny(FormulaRef formula);
  Cover CoverGlob(const Atom& atom) const;
  void CountUses(std::span<const FormulaRef> rules);
  void CountAtom(uint32_t atom, std::unordered_map<uint64_t, DistinctCount>* counts);
  // A list with a name, or one in a condition with a name, that is used in several places: each would repeat its items.
  bool IsShared(uint32_t atom) const;
  size_t SetSize(const Atom& atom) const;
  double ShareOf(const Key& key) const;
  Found Single(KeyPart part) const;

  const dsl::Policy& policy_;
  const Atoms& atoms_;
  const Formulas& formulas_;
  std::unordered_map<uint64_t, uint32_t> distinct_;  // by slot and kind
  std::unordered_map<FormulaRef, Cover> named_;
  std::vector<uint8_t> uses_;        // by formula: in how many places it is tested; 2: or more
  std::vector<uint8_t> atom_uses_;   // by atom, not negated
  // So that the index grows with the text. When the first budget is used up, each rule gets as few keys as can be.
  size_t keys_left_;
  size_t frugal_keys_;
  bool frugal_ = false;
};

}  // namespace keyrule::evaluator
