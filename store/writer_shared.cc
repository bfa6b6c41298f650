// What the writer tells readers through SHARED: the published generation, and what is revoked before
// they are on it.

#include <algorithm>

#include "store/open_generation.h"
#include "store/publish.h"
#include "store/revocation_log.h"
#include "store/row_key.h"
#include "store/shared_file.h"
#include "store/shared_layout.h"
#include "store/shared_table.h"
#include "store/store_files.h"
#include "store/writer_impl.h"

namespace keyrule::store {
namespace {

// Imports and syncs leave the other half to those who revoke by hand.
constexpr uint64_t kMostOfWriters = kSharedSlots / 2;

bool Contains(const std::vector<PendingWithdrawal>& list, const PendingWithdrawal& one) {
  return std::find(list.begin(), list.end(), one) != list.end();
}

}  // namespace

// The file is opened anew each time: somebody may have replaced it under a writer that stays.
Status Writer::Impl::Announce(uint64_t generation) {
  const Result<SharedLock> held = SharedLock::Take(dir);
  if (!held.ok()) return held.status();
  Result<std::unique_ptr<SharedTable>> shared = SharedTable::Open(dir, keys.id());
  if (!shared.ok()) return shared.status();
  (*shared)->SetGeneration(generation);
  return Status();
}

Status Writer::Impl::StageWithdrawals(Writer* writer) {
  Result<std::vector<PendingWithdrawal>> pending = std::vector<PendingWithdrawal>();
  {
    const Result<SharedLock> held = SharedLock::Take(dir);
    if (!held.ok()) return held.status();
    pending = ReadRevoked(dir, keys);
  }
  if (!pending.ok()) return pending.status();
  for (const PendingWithdrawal& one : *pending) {
    if (Contains(applied, one)) continue;
    const Status status = one.kind == Withdrawal::kRevoke ? writer->Remove(one.key)
                                                          : writer->SetEnabled(one.key, false);
    if (!status.ok() && status.code() != Code::kNotFound) return status;
    if (Status narrowed = StageNarrowing(one.key); !narrowed.ok()) return narrowed;
    applied.push_back(one);
  }
  return Status();
}

Status Writer::Impl::ShowUnseen(const Pointer& published) {
  const Result<bool> is_seen = IsPublishedAs(published.generation);
  if (!is_seen.ok()) return is_seen.status();
  if (*is_seen || published.generation.number == 0) return Status();
  const Result<HeldGeneration> seen = OpenGeneration(dir, keys, published);
  if (!seen.ok()) return seen.status();
  const std::string prefix = RowKey(RowKind::kMetadata, {});
  const std::unique_ptr<rocksdb::Iterator> rows(seen->db->NewIterator(CheckedReads()));
  for (rows->Seek(prefix); rows->Valid() && rows->key().starts_with(prefix); rows->Next()) {
    const Result<CredentialRow> before =
        DecodeCredentialRow(keys, rows->key().ToStringView(), rows->value().ToStringView());
    if (!before.ok()) return before.status();
    const Result<CredentialRow> now = GetCredentialRow(keys, Getter(), before->metadata.key());
    if (!now.ok() && now.status().code() != Code::kNotFound) return now.status();
    if (before->metadata.usable() && (!now.ok() || !now->metadata.usable())) StageRevocation(before->metadata);
  }
  if (!rows->status().ok()) return FromRocks(rows->status(), GenerationPath(dir, published.generation.number));
  Show();
  return Status();
}

Status Writer::Impl::StageNarrowing(const CredentialKey& key) {
  const auto same = [&key](const StagedRevocation& other) { return other.key == key; };
  if (std::any_of(staged.begin(), staged.end(), same)) return Status();
  const Result<CredentialRow> row = GetCredentialRow(keys, Getter(), key);
  if (!row.ok() && row.status().code() != Code::kNotFound) return row.status();
  if (row.ok()) {
    staged.push_back({key, row->metadata.version});
    return Status();
  }
  const Result<RemovedRow> removed = FindRemoved(key);
  if (!removed.ok()) return removed.status();
  staged.push_back({key, removed->version});
  return Status();
}

void Writer::Impl::Show() {
  if (staged.empty()) return;
  Status status;
  const Result<SharedLock> held = SharedLock::Take(dir);
  Result<std::unique_ptr<SharedTable>> shared =
      held.ok() ? SharedTable::Open(dir, keys.id())
                : Result<std::unique_ptr<SharedTable>>(held.status());
  Result<std::vector<PendingWithdrawal>> pending =
      shared.ok() ? ReadRevoked(dir, keys)
                  : Result<std::vector<PendingWithdrawal>>(shared.status());
  size_t without_room = 0;
  if (pending.ok()) {
    for (const StagedRevocation& one : staged) {
      // Revoked once more meanwhile, for every version: that is not mine to narrow.
      const bool again = std::any_of(pending->begin(), pending->end(), [&](const auto& other) {
        return other.key == one.key && !Contains(applied, other);
      });
      if (again) continue;
      const RevocationMark mark = keys.MarkOf(one.key.tenant, one.key.provider, one.key.id);
      if ((*shared)->entries() >= kMostOfWriters || !(*shared)->Revoke(mark, one.up_to)) {
        ++without_room;
      }
    }
    status = (*shared)->Sync();
  } else {
    status = pending.status();
  }
  staged.clear();
  if (without_room > 0) {
    status = Status(Code::kIo, SharedPath(dir),
                    "it has no room for " + std::to_string(without_room) +
                        " more revocations: hosts learn of them with this generation",
                    "");
  }
  if (!status.ok() && warning.empty()) warning = status.message();
}

Status Writer::Impl::Settle(uint64_t generation) {
  const Result<SharedLock> held = SharedLock::Take(dir);
  if (!held.ok()) return held.status();
  Result<std::unique_ptr<SharedTable>> shared = SharedTable::Open(dir, keys.id());
  if (!shared.ok()) return shared.status();
  (*shared)->SetGeneration(generation);
  Result<std::vector<PendingWithdrawal>> pending = ReadRevoked(dir, keys);
  if (!pending.ok()) return pending.status();
  std::erase_if(*pending, [this](const PendingWithdrawal& one) { return Contains(applied, one); });
  std::vector<RevocationMark> marks;
  for (const PendingWithdrawal& one : *pending) {
    marks.push_back(keys.MarkOf(one.key.tenant, one.key.provider, one.key.id));
  }
  (*shared)->MarkGone(generation, [&marks](const RevocationMark& mark) {
    return std::find(marks.begin(), marks.end(), mark) != marks.end();
  });
  if (!applied.empty()) {
    if (Status status = WriteRevoked(dir, keys, *pending); !status.ok()) return status;
    applied.clear();
  }
  return Status();
}

uint64_t Writer::Impl::Tidy(uint64_t published) {
  const uint64_t stay = RemoveUnheldGenerations(dir, published);
  const Result<SharedLock> held = SharedLock::Take(dir);
  if (!held.ok()) return stay;
  const Result<std::unique_ptr<SharedTable>> shared = SharedTable::Open(dir, keys.id());
  if (shared.ok()) (*shared)->Clear(OldestGeneration(dir));
  return stay;
}

}  // namespace keyrule::store
