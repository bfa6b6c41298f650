// The data keys of the tenants of one database, each unwrapped once. Private to store/.

#pragma once

#include <cstdint>
#include <string>

#include "store/blob_table.h"
#include "store/envelope.h"
#include "store/key_cover.h"
#include "store/rows.h"
#include "store/status.h"

namespace keyrule::store {

// Any thread, no lock; a child of fork() goes on with its copy. Never emptied: it lives as long as
// the database it reads.
class DataKeys {
 public:
  // Remembers those of `most` tenants; the others' are unwrapped each time. What it is given is
  // borrowed. Throws std::bad_alloc.
  DataKeys(const StoreKeys& keys, const KeyCover& cover, GetRow get, uint64_t most);

  // The data key `number` of a tenant. kDamaged when it is missing or does not open.
  Result<Secret> Get(const std::string& tenant, uint32_t number) const;

 private:
  const StoreKeys& keys_;
  const KeyCover& cover_;
  const GetRow get_;
  mutable BlobTable table_;
};

}  // namespace keyrule::store
