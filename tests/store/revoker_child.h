// What the process that revokes and is killed, and the test that kills it, agree on.

#pragma once

#include <string>

#include "store/revoke.h"

namespace keyrule::store {

inline constexpr int kRevocable = 900;

inline CredentialKey RevocableKey(int n) {
  return {"tenant-" + std::to_string(n % 7), "openai", "id-" + std::to_string(n)};
}

inline Withdrawal KindOf(int n) { return n % 2 == 0 ? Withdrawal::kRevoke : Withdrawal::kDisable; }

}  // namespace keyrule::store
