// Counting and proving everything in a database: before it is published, and when asked to verify.
// Private to store/.

#pragma once

#include "store/envelope.h"
#include "store/rocks.h"
#include "store/status.h"

namespace keyrule::store {

struct Census {
  uint64_t records = 0;
  Digest digest{};  // keyed: over the row of each credential in the order of the keys
};

enum class CensusDepth {
  kRows,      // every row of metadata proved, counted and digested
  kPayloads,  // also: every payload opened, the index of shares complete, nothing else lying about
};

// Reads the whole database with checksums. kDamaged names the first record that is not as written.
// About 2 microseconds a record for rows, 35 for payloads.
Result<Census> TakeCensus(rocksdb::DB* db, const StoreKeys& keys, CensusDepth depth);

}  // namespace keyrule::store
