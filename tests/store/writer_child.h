// What the writer that is killed and the test that kills it agree on.

#pragma once

#include <string>

namespace keyrule::store {

inline constexpr int kChildRecords = 100;

// The payload of every credential of one round: over 64 KiB a round, so that a write is many system
// calls.
inline std::string ChildPayload(unsigned long round) {
  const std::string digits = std::to_string(round);
  return "{\"round\":\"" + digits + "\",\"filler\":\"" + std::string(1000, digits.back()) + "\"}";
}

}  // namespace keyrule::store
