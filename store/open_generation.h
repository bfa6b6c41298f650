// Opening the published generation, for readers and for a writer that compares it with its own database. Private to store/.

#pragma once

#include <rocksdb/db.h>

#include <memory>
#include <string>

#include "store/posix_file.h"
#include "store/status.h"
#include "store/store_files.h"

namespace keyrule::store {

// A generation that nobody removes.
struct HeldGeneration {
  Fd hold;
  std::unique_ptr<rocksdb::DB> db;
};

// Opens it, its files as they were marked, and checks that it is the one that the pointer means. kDamaged, kUnreadable, kIo.
Result<HeldGeneration> OpenGeneration(const std::string& dir, const StoreKeys& keys, const Pointer& pointer);

}  // namespace keyrule::store
