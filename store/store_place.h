// What stands at a path that is said to be a store's.

#pragma once

#include <string>

#include "store/status.h"

namespace keyrule::store {

// Is a store there, sound or not? Needs no key.
//   kNotFound     nothing, or an empty folder: one can be made
//   kInvalid      a file, or a folder that holds other things
//   kUnreadable   a folder that this user may not look into
Status CheckIsStore(const std::string& dir);

}  // namespace keyrule::store
