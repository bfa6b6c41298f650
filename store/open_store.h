// Opening the directory of a store: STORE, the keys, CURRENT. Shared by writer and reader.
// Private to store/.

#pragma once

#include <string>
#include <utility>

#include "store/envelope.h"
#include "store/posix_file.h"
#include "store/status.h"
#include "store/store_files.h"

namespace keyrule::store {

// Reads STORE. kNotFound with the command that makes a store, kNewerFormat, kDamaged, kUnreadable.
Result<Identity> ReadIdentity(const std::string& dir);

// The same, and unlocks it: kKeyWrong besides.
Result<StoreKeys> OpenStoreFile(const std::string& dir, const Secret& master_key);

// Makes the directory and STORE with a fresh id and store key, where neither is. kInvalid when the
// directory holds other things, kDamaged when it is a store without STORE.
Result<StoreKeys> CreateStore(const std::string& dir, const Secret& master_key);

// Reads CURRENT; generation 0 as long as nothing was published. kDamaged when it is not as written
// or lost.
Result<Pointer> ReadPointer(const std::string& dir, const StoreKeys& keys);

// Writes CURRENT and WRITTEN of a store that is being made, before it gets a database: from then on
// a missing one is damage. Does nothing to any other store.
Status StartPointers(const std::string& dir, const StoreKeys& keys);

// Reads WRITTEN: the sequence number that the writer's database has at least. kDamaged.
Result<uint64_t> ReadWritten(const std::string& dir, const StoreKeys& keys);

// The one writer's claim to a store, held until it is destroyed.
class WriterLock {
 public:
  // kBusy when another holds it.
  static Result<WriterLock> Take(const std::string& dir);
  WriterLock(WriterLock&&) = default;
  WriterLock& operator=(WriterLock&&) = default;
  ~WriterLock();

 private:
  explicit WriterLock(Fd fd, int owner) : fd_(std::move(fd)), owner_(owner) {}

  Fd fd_;
  int owner_;  // process id: a child of fork() must not give its parent's lock away
};

}  // namespace keyrule::store
