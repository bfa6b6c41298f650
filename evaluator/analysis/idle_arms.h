// Arms that no call is ever answered by: arms before them take all that they name, by the same limits. As far as it can be seen
// of what is written; FreshTerms looks at conditions as well.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dsl/policy.h"

namespace keyrule::analysis {

using Names = std::set<std::string_view>;

// Whether an arm with the limits of `many` is closed whenever one with those of `few` is.
bool IsWithinLimits(const dsl::Use& few, const dsl::Use& many);

// Those that a pool has, if it has nothing else; nothing: it has others.
std::optional<Names> OnlyNamesOf(const dsl::Policy& policy, uint32_t pool);

class IdleArms {
 public:
  // Borrows it.
  explicit IdleArms(const dsl::Policy& policy) : policy_(policy) {}

  // By arm. One that may let a call wait, or refuse a name, is none.
  std::vector<bool> Of(const dsl::Rule& rule);
  // What arms take whenever they are asked, by names; empty: that is not known.
  struct Taken {
    std::vector<const Names*> pools;
    Names others;
    bool empty() const { return pools.empty() && others.empty(); }
    bool Has(std::string_view name) const;
  };
  void AddTaken(const dsl::Use& use, Taken* taken);
  // OnlyNamesOf, remembered.
  const std::optional<Names>& NamesOf(uint32_t pool);

 private:
  bool IsIdle(const dsl::Use& use, const std::vector<const dsl::Use*>& before);
  // Whether it goes for nothing but these.
  bool GoesFor(const dsl::Use& use, const Taken& taken);

  const dsl::Policy& policy_;
  std::unordered_map<uint32_t, std::optional<Names>> pools_;  // places in it stay where they are
};

}  // namespace keyrule::analysis
