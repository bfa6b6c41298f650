// The master key for a command that writes: it makes one where it makes the store.
#pragma once

#include <string>

#include "store/key_provider.h"
#include "store/secret.h"
#include "store/status.h"

namespace keyrule::command {

// Loads the master key, and makes it where there is neither key nor store: a key made beside an old store could not
// open it, and would only hide that the right one is missing.
store::Result<store::Secret> KeyFor(const std::string& store, const store::KeyProvider& provider,
                                    bool* created);

}  // namespace keyrule::command
