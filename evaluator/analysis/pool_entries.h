// What a pool has, with the pools that it is `all of` opened.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "dsl/policy.h"

namespace keyrule::analysis {

struct PoolEntry {
  const dsl::Member* member = nullptr;  // a name or a condition, never another pool
  uint32_t tier = 1;
  int64_t weight = 0;  // 0: not given

  // One of the two is null.
  const dsl::Text* name() const { return std::get_if<dsl::Text>(&member->what); }
  const dsl::Condition* where() const { return std::get_if<dsl::Condition>(&member->what); }
};

// In order, each name once: of one that stands twice the first place counts.
std::vector<PoolEntry> EntriesOf(const dsl::Policy& policy, uint32_t pool);

// Of them the names, whatever else it has.
std::vector<std::string_view> NamesIn(const dsl::Policy& policy, uint32_t pool);

}  // namespace keyrule::analysis
