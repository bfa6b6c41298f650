// Changing the master key of a store. STORE holds the store key once for each master key that opens
// the store, the newest last; nothing else depends on a master key. So readers that are open go on
// undisturbed, and whoever opens the store meanwhile finds the file before or after the change.

#pragma once

#include <cstddef>
#include <string>

#include "store/secret.h"
#include "store/status.h"

namespace keyrule::store {

inline constexpr size_t kMaxMasterKeys = 8;

struct MasterKeys {
  size_t count = 0;      // that open the store
  bool changed = false;  // false: all was so before
};

// Looks only. kNotFound, kNewerFormat, kDamaged, kKeyWrong, kUnreadable.
Result<MasterKeys> FindMasterKeys(const std::string& dir, const Secret& key);

// Lets `fresh` open the store as well, as its newest master key; `key` is any that opens it now.
// One that opens it already becomes the newest: that is the way back from a change. As one step:
// after a crash at any moment the old keys open the store, or the old ones and the new one. Besides
// the codes above kBusy, kIo, and kInvalid when there are kMaxMasterKeys.
Result<MasterKeys> AddMasterKey(const std::string& dir, const Secret& key, const Secret& fresh);

// Leaves `key`, which must be the newest (kInvalid), the only one that opens the store: when this
// returns, no other is needed for it any more. As one step.
Result<MasterKeys> RetireMasterKeys(const std::string& dir, const Secret& key);

}  // namespace keyrule::store
