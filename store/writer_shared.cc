// What the writer tells readers through SHARED.

#include "store/publish.h"
#include "store/shared_file.h"
#include "store/shared_table.h"
#include "store/writer_impl.h"

namespace keyrule::store {

// The file is opened anew each time: somebody may have replaced it under a writer that stays.
Status Writer::Impl::Announce(uint64_t generation) {
  const Result<SharedLock> held = SharedLock::Take(dir);
  if (!held.ok()) return held.status();
  Result<std::unique_ptr<SharedTable>> shared = SharedTable::Open(dir, keys.id());
  if (!shared.ok()) return shared.status();
  (*shared)->SetGeneration(generation);
  return Status();
}

uint64_t Writer::Impl::Tidy(uint64_t published) { return RemoveUnheldGenerations(dir, published); }

}  // namespace keyrule::store
