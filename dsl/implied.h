// Which values a condition allows an attribute to have, as far as equality, lists and tables say.
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

  // Where `condition` is `truth`, the attribute is present and has one of these values.
  Values Of(const Condition& condition, uint32_t slot, bool truth = true);
  // The keys of a table.
  Values KeysOf(uint32_t table);
  // The providers that a pool is `of`; none: an empty set.
  Values ProvidersOf(uint32_t pool);
  // Whether `outer` holds all of `inner`. Long ones are compared once, since many rules may name
  // them.
  bool Contains(const Values& outer, const Values& inner);

 private:
  Values OfTerms(const std::vector<Condition>& terms, uint32_t slot, bool truth, bool conjunction);
  Values OfLet(uint32_t let, uint32_t slot, bool truth);
  Values OfMembership(const Membership& membership, uint32_t slot, bool truth);
  Values ItemsOf(uint32_t let);
  Values Both(const Values& a, const Values& b);

  const Policy& policy_;
  std::unordered_map<uint32_t, Values> keys_, items_, providers_;
  std::map<std::pair<Values, Values>, Values> both_;
  std::map<std::pair<Values, Values>, bool> contained_;
  std::unordered_map<uint64_t, Values> lets_;  // by let, slot and truth
};

}  // namespace keyrule::dsl
