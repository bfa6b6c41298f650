// Making, numbering and counting the data keys of the tenants: what the writer and the rotation
// share. Private to store/.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "store/envelope.h"
#include "store/rocks.h"
#include "store/secret.h"
#include "store/status.h"

namespace keyrule::store {

// A fresh data key, and its box for row `K`.
struct FreshDataKey {
  Secret key;
  std::string box;
};
Result<FreshDataKey> MakeDataKey(const StoreKeys& keys, const std::string& tenant, uint32_t number);

// The data keys that a database holds for one tenant.
struct DataKeyNumbers {
  std::string tenant;
  std::vector<uint32_t> numbers;  // ascending, not empty
  uint32_t highest() const { return numbers.back(); }
};

// Of one tenant (nothing when there is none), or of all in the order of the rows.
Result<std::vector<DataKeyNumbers>> FindDataKeys(rocksdb::DB* db, const std::string* tenant);

// Row `N`: how many boxes of the store were sealed with a data key; 0 when there is no row.
std::string EncodeSeals(uint64_t seals);
Result<uint64_t> DecodeSeals(const rocksdb::Status& got, const std::string& value,
                             const std::string& tenant);

}  // namespace keyrule::store
