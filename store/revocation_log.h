// REVOKED: what was revoked or disabled beside the writer, and no writer has made permanent yet. It
// outlives a crash, so that what processes have refused once does not come back. Private to store/.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "store/envelope.h"
#include "store/record.h"
#include "store/revoke.h"
#include "store/status.h"

namespace keyrule::store {

struct PendingWithdrawal {
  uint64_t number = 0;  // tells it from a later one of the same credential
  Withdrawal kind = Withdrawal::kRevoke;
  CredentialKey key;

  friend bool operator==(const PendingWithdrawal&, const PendingWithdrawal&) = default;
};

std::string FormatRevoked(const std::vector<PendingWithdrawal>& pending, const StoreKeys& keys);

// kDamaged with `path` as the place when a byte is not as written by a holder of the keys.
Result<std::vector<PendingWithdrawal>> ParseRevoked(std::string_view text, const StoreKeys& keys,
                                                    const std::string& path);

// Both under a SharedLock. No file is none pending, and the reverse. kDamaged, kUnreadable, kIo.
Result<std::vector<PendingWithdrawal>> ReadRevoked(const std::string& dir, const StoreKeys& keys);
Status WriteRevoked(const std::string& dir, const StoreKeys& keys,
                    const std::vector<PendingWithdrawal>& pending);

}  // namespace keyrule::store
