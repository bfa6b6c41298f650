#include "evaluator/analysis/pool_entries.h"

#include <unordered_set>

namespace keyrule::analysis {
namespace {

class Opener {
 public:
  explicit Opener(const dsl::Policy& policy) : policy_(policy) {}

  // `tier` and `weight`: of the pool's own place in another; 0: it stands in none, or has none.
  void Add(uint32_t pool, uint32_t tier, int64_t weight) {
    if (!pools_.insert(pool).second) return;  // all that it has stands there already
    for (const dsl::Member& member : policy_.pools[pool].members) {
      const PoolEntry entry{&member, tier != 0 ? tier : member.tier,
                            weight != 0 ? weight : member.weight ? member.weight->value : 0};
      if (const auto* other = std::get_if<dsl::AllOf>(&member.what)) {
        Add(other->index, entry.tier, entry.weight);
      } else if (entry.name() == nullptr || names_.insert(entry.name()->value).second) {
        entries_.push_back(entry);
      }
    }
  }
  std::vector<PoolEntry> Take() { return std::move(entries_); }

 private:
  const dsl::Policy& policy_;
  std::unordered_set<uint32_t> pools_;
  std::unordered_set<std::string_view> names_;
  std::vector<PoolEntry> entries_;
};

}  // namespace

std::vector<PoolEntry> EntriesOf(const dsl::Policy& policy, uint32_t pool) {
  Opener opener(policy);
  opener.Add(pool, 0, 0);
  return opener.Take();
}

std::vector<std::string_view> NamesIn(const dsl::Policy& policy, uint32_t pool) {
  std::vector<std::string_view> names;
  for (const PoolEntry& entry : EntriesOf(policy, pool)) {
    if (entry.name() != nullptr) names.push_back(entry.name()->value);
  }
  return names;
}

}  // namespace keyrule::analysis
