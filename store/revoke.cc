#include "store/revoke.h"

#include <algorithm>
#include <memory>

#include "store/open_store.h"
#include "store/revocation_log.h"
#include "store/shared_file.h"
#include "store/shared_layout.h"
#include "store/shared_table.h"

namespace keyrule::store {

Result<Withdrawn> Withdraw(const std::string& dir, const Secret& master_key, Withdrawal kind,
                           const std::vector<CredentialKey>& keys) {
  Result<StoreKeys> store = OpenStoreFile(dir, master_key);
  if (!store.ok()) return store.status();
  const Result<SharedLock> held = SharedLock::Take(dir);
  if (!held.ok()) return held.status();
  Result<std::unique_ptr<SharedTable>> shared = SharedTable::Open(dir, store->id());
  if (!shared.ok()) return shared.status();
  // Made just now, it does not know yet.
  const Result<Pointer> current = ReadPointer(dir, *store);
  if (!current.ok()) return current.status();
  (*shared)->SetGeneration(current->generation.number);
  Result<std::vector<PendingWithdrawal>> pending = ReadRevoked(dir, *store);
  if (!pending.ok()) return pending.status();
  for (const CredentialKey& key : keys) {
    const uint64_t number = pending->empty() ? 1 : pending->back().number + 1;
    pending->push_back({number, kind, key});
  }
  // First what outlives a crash: nothing that was refused once may come back.
  if (Status status = WriteRevoked(dir, *store, *pending); !status.ok()) return status;
  Withdrawn withdrawn;
  for (const CredentialKey& key : keys) {
    // Every version: a writer at work may hold a newer one that nobody has seen yet.
    const RevocationMark mark = store->MarkOf(key.tenant, key.provider, key.id);
    withdrawn.at_once = (*shared)->Revoke(mark, kEveryVersion) && withdrawn.at_once;
  }
  if (Status status = (*shared)->Sync(); !status.ok()) return status;
  return withdrawn;
}

}  // namespace keyrule::store
