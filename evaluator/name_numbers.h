// Numbers of names, from 0: what is known of each may then stand in a row.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "evaluator/hash.h"
#include "evaluator/hash_buckets.h"

namespace keyrule::evaluator {

class NameNumbers {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  NameNumbers() = default;
  // Borrows the texts, which are distinct; each one's number is its place.
  explicit NameNumbers(std::vector<std::string_view> names) : names_(std::move(names)) {
    std::vector<std::pair<uint64_t, uint32_t>> entries;
    entries.reserve(names_.size());
    for (uint32_t i = 0; i < names_.size(); ++i) entries.emplace_back(QuickHash(names_[i]), i);
    table_ = cells_.Add(entries);
  }

  size_t size() const { return names_.size(); }
  uint32_t Find(std::string_view name) const noexcept {
    uint32_t found = kNone;
    if (names_.empty()) return found;
    cells_.ForEach(table_, QuickHash(name), [&](uint32_t number) {
      if (names_[number] == name) found = number;
    });
    return found;
  }

 private:
  std::vector<std::string_view> names_;
  HashBuckets cells_;
  HashBuckets::Table table_;
};

}  // namespace keyrule::evaluator
