// A source says that the store still holds what it does: by that hosts know how old their knowledge is.

#pragma once

#include <chrono>
#include <string>

#include "store/status.h"

namespace keyrule::store {

// Writes the moment into SHARED, where hosts read it with each decision. Needs no key, and proves
// nothing: whoever may write the store's directory can do it. Any process, also beside a writer.
//   kNotFound, kDamaged, kNewerFormat, kUnreadable   of STORE
//   kBusy, kIo                                       of SHARED
Status ConfirmSource(const std::string& dir, std::chrono::system_clock::time_point moment);

}  // namespace keyrule::store
