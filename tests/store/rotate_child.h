// What the programs of rotate_child.cc and the tests that run them agree on.

#pragma once

#include <string>

#include "store/record.h"

namespace keyrule::store {

inline constexpr size_t kChildBatch = 4000;  // bytes of a commit: a few rows

// The payload of a credential in the stores of these tests.
inline std::string RotatedPayload(const Metadata& metadata) {
  return "{\"key\":\"" + metadata.tenant + "-" + metadata.name + std::string(700, 'x') + "\"}";
}

}  // namespace keyrule::store
