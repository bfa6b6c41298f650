// Which values a condition allows an attribute to have, as far as equality, lists and tables say,
// and what `!=` and `not in` take away from that.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "dsl/policy.h"

namespace keyrule::dsl {

class Implied {
 public:
  // Sorted, each once; null: no finite set is implied. Shared, since a table's keys may be many.
  using Values = std::shared_ptr<const std::vector<std::string_view>>;

  explicit Implied(const Policy& policy) : policy_(policy) {}

  // The values that are possible: those of the list, or all but those of the list; `all but`
  // includes absence, and a null list stands for none. Never less than what is true.
  struct Known {
    Values list;
    bool all_but = true;

    bool Allows(std::string_view value) const;
    auto operator<=>(const Known&) const = default;
  };
  Known Possible(const Condition& condition, uint32_t slot) { return KnownOf(condition, slot, true); }

  // Where `condition` is `truth`, the attribute is present and has one of these values.
  Values Of(const Condition& condition, uint32_t slot, bool truth = true);
  // The keys of a table.
  Values KeysOf(uint32_t table);

 private:
  Known Both(const Known& a, const Known& b);
  Values Common(const Values& a, const Values& b);
  Known Either(const Known& a, const Known& b);

  Known KnownOf(const Condition& condition, uint32_t slot, bool truth);
  Known OfTerms(const std::vector<Condition>& terms, uint32_t slot, bool truth, bool conjunction);
  Known OfLet(uint32_t let, uint32_t slot, bool truth);
  Known OfMembership(const Membership& membership, uint32_t slot, bool truth);
  Values ItemsOf(uint32_t let);

  const Policy& policy_;
  std::unordered_map<uint32_t, Values> keys_, items_;
  std::map<std::pair<Values, Values>, Values> common_;  // of long ones
  std::unordered_map<uint64_t, Known> lets_;  // by let, slot and truth
};

// Whether `outer` holds all of `inner`; both sorted.
bool Contains(const std::vector<std::string_view>& outer,
              const std::vector<std::string_view>& inner);

// The same, where many may ask about the same long lists: those are compared once.
class Containment {
 public:
  bool Of(const Implied::Values& outer, const Implied::Values& inner);

 private:
  std::map<std::pair<Implied::Values, Implied::Values>, bool> known_;
};

}  // namespace keyrule::dsl
