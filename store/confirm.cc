#include "store/confirm.h"

#include <memory>

#include "store/open_store.h"
#include "store/reader.h"
#include "store/shared_file.h"
#include "store/shared_layout.h"
#include "store/shared_table.h"

namespace keyrule::store {

Status ConfirmSource(const std::string& dir, std::chrono::system_clock::time_point moment) {
  const Result<Identity> identity = ReadIdentity(dir);
  if (!identity.ok()) return identity.status();
  const Result<SharedLock> held = SharedLock::Take(dir);
  if (!held.ok()) return held.status();
  const Result<std::unique_ptr<SharedTable>> shared = SharedTable::Open(dir, identity->id);
  if (!shared.ok()) return shared.status();
  if ((*shared)->generation() == 0) {
    const Result<uint64_t> published = Reader::PublishedGeneration(dir);
    if (published.ok()) (*shared)->SetGeneration(*published);
  }
  using std::chrono::milliseconds;
  (*shared)->SetConfirmed(std::chrono::duration_cast<milliseconds>(moment.time_since_epoch()).count());
  return Status();
}

}  // namespace keyrule::store
