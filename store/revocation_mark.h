// What the table of revocations knows a credential by.

#pragma once

#include <compare>
#include <cstdint>

namespace keyrule::store {

// 128 bits of a keyed hash of tenant, provider and id: whoever has not the store's keys can neither
// read off nor forge whom an entry means. `first` is never 0 or 1. No version: an entry has that.
struct RevocationMark {
  uint64_t first = 0;
  uint64_t second = 0;

  friend auto operator<=>(const RevocationMark&, const RevocationMark&) = default;
};

}  // namespace keyrule::store
