// Inside of Writer, kept out of writer.h because RocksDB's headers stay private to store/.

#pragma once

#include <rocksdb/utilities/write_batch_with_index.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "store/bytes.h"
#include "store/open_store.h"
#include "store/revocation_log.h"
#include "store/rows.h"
#include "store/writer.h"

namespace keyrule::store {

// To be shown in SHARED when it is committed.
struct StagedRevocation {
  CredentialKey key;
  uint64_t up_to = 0;  // version
};

struct Writer::Impl {
  Impl(std::string where, WriterLock held, StoreKeys opened, std::unique_ptr<rocksdb::DB> database)
      : dir(std::move(where)),
        lock(std::move(held)),
        keys(std::move(opened)),
        db(std::move(database)) {}
  ~Impl() {
    // In a child of fork() the threads that closing waits for do not exist: leave the handle alone.
    if (!CheckMayWrite(dir).ok()) (void)db.release();
  }

  // kForked in a child process, kIo after a failure.
  Status CheckUsable() const;
  // Marks the writer unusable and gives the status back.
  Status Break(Status status);
  // Reads rows as they will be after Commit.
  GetRow Getter();
  // What is remembered of a credential that was removed; nothing, if it never was.
  Result<RemovedRow> FindRemoved(const CredentialKey& key);
  // Fills data_key with the tenant's newest, making and staging one when the tenant has none, or
  // none that may seal more.
  Status LoadDataKey(const std::string& tenant);
  // The highest number of the tenant's data keys, staged ones included; 0: it has none.
  Result<uint32_t> NewestDataKey(const std::string& tenant);
  // Stages how often data_key has sealed.
  Status StageSeals();
  void ForgetDataKey();
  void StageUnshare(const Metadata& metadata);
  Result<PutOutcome> StageCredential(const Metadata& metadata, const std::string& box,
                                     bool existed);
  Status Commit();
  // writer_shared.cc: tells readers through SHARED that CURRENT names this generation.
  Status Announce(uint64_t generation);
  // Whether the database is what was published; else it is ahead of it.
  Result<bool> IsPublishedAs(const Generation& generation) const;
  // Shows what a writer took back, but was killed before it could show it: the database is ahead of
  // the published generation, and hosts that have that one, or an older one, open know nothing of it.
  Status ShowUnseen(const Pointer& published);
  // Stages what REVOKED asks for and this writer has not done yet.
  Status StageWithdrawals(Writer* writer);
  // After a withdrawal that found nothing to do, because a writer that was killed had done it, or
  // somebody earlier: its entry still stands for every version, those to come included.
  Status StageNarrowing(const CredentialKey& key);
  void StageRevocation(const Metadata& before) { staged.push_back({before.key(), before.version}); }
  // Shows in SHARED what was staged, and is committed now. What fails becomes the warning.
  void Show();
  // Announces the generation, and takes what it made permanent out of REVOKED.
  Status Settle(uint64_t generation);
  // Removes generations but `published` that no reader holds, and entries of SHARED that none needs;
  // gives how many older generations stay.
  uint64_t Tidy(uint64_t published);

  const std::string dir;
  WriterLock lock;  // before db: given back after the database is closed
  const StoreKeys keys;
  std::unique_ptr<rocksdb::DB> db;
  // Overwrites equal keys and can be searched, so that a later Put sees an earlier one.
  rocksdb::WriteBatchWithIndex batch{rocksdb::BytewiseComparator(), 0, true};
  std::vector<StagedRevocation> staged;
  std::vector<PendingWithdrawal> applied;  // of REVOKED: staged or committed, not published
  std::optional<Published> finished;  // by Open, and nothing was committed since
  std::string warning;
  bool created = false;
  bool broken = false;

  // The data key of the tenant that was written last: imports come tenant by tenant.
  std::string data_key_tenant;
  uint32_t data_key_number = 0;
  Secret data_key;
  uint64_t data_key_seals = 0;
  bool seals_changed = false;
};

}  // namespace keyrule::store
