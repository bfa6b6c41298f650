// Taking credentials out of use at once, also beside a writer that is at work.

#pragma once

#include <string>
#include <vector>

#include "store/record.h"
#include "store/secret.h"
#include "store/status.h"

namespace keyrule::store {

enum class Withdrawal {
  kRevoke,   // it is removed
  kDisable,  // it stays, disabled by hand (Writer::SetEnabled)
};

// How far a withdrawal came.
struct Withdrawn {
  bool at_once = true;  // false: SHARED has no room; hosts learn of it with the next generation
};

// Writes it down (REVOKED, synced), then shows it in SHARED: from then on every process that has the
// store open refuses these credentials, whatever their version, with its next decision. When this
// returns it outlives any crash. The next writer that opens the store, or the one at work when it
// publishes, makes it permanent; so open one, and publish. What is not in the store is passed over.
//   kNotFound, kKeyWrong, kNewerFormat, kDamaged   as Reader::Open
//   kBusy, kIo   nothing was changed
Result<Withdrawn> Withdraw(const std::string& dir, const Secret& master_key, Withdrawal kind,
                           const std::vector<CredentialKey>& keys);

}  // namespace keyrule::store
