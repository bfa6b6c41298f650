// Changing the data keys of a store: a new one for each tenant, every payload sealed anew under it,
// the old ones removed, and a generation published. Private to store/; Writer::RotateDataKeys is
// the way in.

#pragma once

#include <string>

#include "store/envelope.h"
#include "store/rocks.h"
#include "store/status.h"
#include "store/writer.h"

namespace keyrule::store {

// `db` is the writer's, everything in it committed. Every commit leaves a database that opens and
// can be published; a marker in it (row `R`) says that a rotation is under way, so that the next
// call finishes the one that was interrupted, whatever its scope was, and then does what was asked
// for unless that was the same.
Result<DataKeyRotation> RotateDataKeys(const std::string& dir, const StoreKeys& keys,
                                       rocksdb::DB* db, const RotationScope& scope);

}  // namespace keyrule::store
