#include "store/writer.h"

#include <rocksdb/utilities/write_batch_with_index.h>

#include <limits>
#include <utility>

#include "store/data_key_rows.h"
#include "store/file_marks.h"
#include "store/publish.h"
#include "store/rotate_data_keys.h"
#include "store/row_key.h"
#include "store/rows.h"
#include "store/store_place.h"
#include "store/writer_impl.h"

namespace keyrule::store {
namespace {

// Boxes of one data key. Each has an AES key of its own, so that GCM's limits are not near; a key
// whose use is bounded and counted is what auditors ask for, and costs a row.
constexpr uint64_t kMaxSeals = uint64_t{1} << 31;

Status CheckPayload(const Metadata& metadata, ByteSpan payload) {
  const std::string_view text = AsText(payload);
  if (text.size() > kMaxPayload) {
    return Status(Code::kInvalid, DescribeKey(metadata.key()),
                  "its credentials are longer than 1 MiB", "shorten them");
  }
  if (text.size() < 2 || text.front() != '{' || text.back() != '}') {
    return Status(Code::kInvalid, DescribeKey(metadata.key()),
                  "its credentials are not a JSON object",
                  "give an object such as {\"key\": \"…\"}");
  }
  return Status();
}

}  // namespace

Writer::Writer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Writer::~Writer() = default;

Result<std::unique_ptr<Writer>> Writer::Open(const std::string& dir, const Secret& master_key) {
  if (Status status = CheckMayWrite(dir); !status.ok()) return status;
  if (Status status = MakeDirectory(dir); !status.ok()) return status;
  // Before a lock file is made in a folder that is somebody else's.
  if (Status status = CheckIsStore(dir); !status.ok() && status.code() != Code::kNotFound) return status;
  Result<WriterLock> lock = WriterLock::Take(dir);
  if (!lock.ok()) return lock.status();

  Result<StoreKeys> keys = OpenStoreFile(dir, master_key);
  const bool created = !keys.ok() && keys.status().code() == Code::kNotFound;
  if (created) keys = CreateStore(dir, master_key);
  if (!keys.ok()) return keys.status();

  if (Status status = StartPointers(dir, *keys); !status.ok()) return status;
  // A damaged pointer is found before anything is written.
  Result<Pointer> published = ReadPointer(dir, *keys);
  if (!published.ok()) return published.status();
  Result<uint64_t> written = ReadWritten(dir, *keys);
  if (!written.ok()) return written.status();
  if (Status status = ReadRevoked(dir, *keys).status(); !status.ok()) return status;
  if (*written > 0 && !PathExists(WriterPath(dir) + "/CURRENT")) {
    return DamagedRecord(WriterPath(dir), "the writer's database is missing");
  }
  if (Status status = MakeDirectory(WriterPath(dir)); !status.ok()) return status;
  if (Status status = CheckKnownTables(WriterPath(dir), published->files); !status.ok()) {
    return status;
  }
  if (Status status = MakeDirectory(GenerationsPath(dir)); !status.ok()) return status;
  Result<std::unique_ptr<rocksdb::DB>> db = OpenForWriting(WriterPath(dir));
  if (!db.ok()) return db.status();
  // More is fine: the crash came between the table and WRITTEN, and a table is whole.
  if ((*db)->GetLatestSequenceNumber() < *written) {
    return DamagedRecord(WriterPath(dir), "the database lost its last changes");
  }
  auto impl = std::make_unique<Impl>(dir, *std::move(lock), *std::move(keys), *std::move(db));
  impl->created = created;
  // Also after a writer that was killed between CURRENT and this.
  if (Status status = impl->Announce(published->generation.number); !status.ok()) return status;
  // Where that cannot be read, hosts learn with the next one, which is how a damaged generation is mended.
  if (Status status = impl->ShowUnseen(*published); !status.ok()) impl->warning = status.message();
  std::unique_ptr<Writer> writer(new Writer(std::move(impl)));
  // What others were not there to finish is published before anything else is done: were it committed
  // alone, and this writer killed after a later Put, the next would take back what came back since.
  if (Status status = writer->impl_->StageWithdrawals(writer.get()); !status.ok()) return status;
  if (!writer->impl_->applied.empty()) {
    Result<Published> finished = writer->Publish();
    if (!finished.ok()) return finished.status();
    writer->impl_->finished = *std::move(finished);
  }
  return writer;
}

bool Writer::created() const { return impl_->created; }

Result<PutOutcome> Writer::Put(Metadata metadata, ByteSpan payload) {
  return Put(std::move(metadata), payload, std::nullopt);
}

Result<PutOutcome> Writer::Put(Metadata metadata, ByteSpan payload, std::optional<bool> held) {
  if (Status status = impl_->CheckUsable(); !status.ok()) return status;
  if (metadata.id.empty()) metadata.id = DerivedId(metadata);
  if (Status status = CheckMetadata(metadata); !status.ok()) return status;
  if (Status status = CheckPayload(metadata, payload); !status.ok()) return status;
  NormalizeLists(&metadata);

  const GetRow get = impl_->Getter();
  Result<CredentialRow> before = GetCredentialRow(impl_->keys, get, metadata.key());
  if (!before.ok() && before.status().code() != Code::kNotFound) return before.status();
  std::optional<RemovedRow> removed;
  if (!before.ok()) {
    Result<RemovedRow> found = impl_->FindRemoved(metadata.key());
    if (!found.ok()) return found.status();
    removed = *found;
  }
  metadata.held = held ? *held : before.ok() ? before->metadata.held : removed->held;
  if (before.ok()) {
    metadata.version = before->metadata.version;
    Result<Secret> old_payload = OpenRowPayload(impl_->keys, get, *before);
    if (!old_payload.ok()) return old_payload.status();
    if (metadata == before->metadata && SameBytes(old_payload->Expose(), payload)) {
      return PutOutcome::kUnchanged;
    }
  } else {
    metadata.version = removed->version;
  }
  ++metadata.version;

  if (Status status = impl_->LoadDataKey(metadata.tenant); !status.ok()) return status;
  Result<std::string> box =
      SealBox(impl_->data_key.Expose(), impl_->data_key_number,
              PayloadContext(impl_->keys.id(), metadata.tenant, metadata.provider, metadata.id,
                             metadata.version, EncodeMetadata(metadata)),
              payload);
  if (!box.ok()) return box.status();
  if (before.ok()) {
    impl_->StageUnshare(before->metadata);
    if (before->metadata.usable() && !metadata.usable()) impl_->StageRevocation(before->metadata);
  }
  ++impl_->data_key_seals;
  impl_->seals_changed = true;
  return impl_->StageCredential(metadata, *box, before.ok());
}

Status Writer::Remove(const CredentialKey& key) {
  if (Status status = impl_->CheckUsable(); !status.ok()) return status;
  Result<CredentialRow> before = GetCredentialRow(impl_->keys, impl_->Getter(), key);
  if (!before.ok()) return before.status();
  impl_->StageUnshare(before->metadata);
  const std::string metadata_key = RowKey(RowKind::kMetadata, key);
  rocksdb::Status status = impl_->batch.Delete(metadata_key);
  if (status.ok()) status = impl_->batch.Delete(RowKey(RowKind::kPayload, key));
  if (status.ok()) {
    const std::string removed = EncodeRemoved({before->metadata.version, before->metadata.held});
    status = impl_->batch.Put(RowKey(RowKind::kRemoved, key), removed);
  }
  if (!status.ok()) return impl_->Break(FromRocks(status, impl_->dir));
  impl_->StageRevocation(before->metadata);
  return Status();
}

Status Writer::SetEnabled(const CredentialKey& key, bool enabled) {
  if (Status status = impl_->CheckUsable(); !status.ok()) return status;
  Result<CredentialRow> row = GetCredentialRow(impl_->keys, impl_->Getter(), key);
  if (!row.ok()) return row.status();
  if (enabled ? row->metadata.usable() : row->metadata.held) return Status();
  const Result<Secret> payload = OpenRowPayload(impl_->keys, impl_->Getter(), *row);
  if (!payload.ok()) return payload.status();
  if (enabled) row->metadata.enabled = true;
  return Put(std::move(row->metadata), payload->Expose(), !enabled).status();
}

Status Writer::Commit() { return impl_->Commit(); }

void Writer::Discard() {
  impl_->batch.Clear();
  impl_->staged.clear();
  impl_->ForgetDataKey();  // it may have been staged only
}

Result<DataKeyRotation> Writer::RotateDataKeys(const RotationScope& scope) {
  if (Status status = impl_->Commit(); !status.ok()) return status;
  impl_->finished.reset();
  impl_->ForgetDataKey();
  Result<DataKeyRotation> done =
      store::RotateDataKeys(impl_->dir, impl_->keys, impl_->db.get(), scope);
  if (!done.ok() && done.status().code() != Code::kNotFound) return impl_->Break(done.status());
  return done;
}

Result<Published> Writer::Publish() {
  if (Status status = impl_->StageWithdrawals(this); !status.ok()) return status;
  if (Status status = impl_->Commit(); !status.ok()) return status;
  if (impl_->finished && impl_->applied.empty()) return *std::exchange(impl_->finished, std::nullopt);
  Result<Published> published = PublishGeneration(impl_->dir, impl_->keys, impl_->db.get());
  if (!published.ok()) return published;
  // It is published: what fails from here on is said, and hosts find the generation a little later.
  published->warning = std::exchange(impl_->warning, {});
  if (Status status = impl_->Settle(published->generation); !status.ok()) {
    published->warning = status.message();
  }
  published->held = impl_->Tidy(published->generation);
  return published;
}

uint64_t Writer::Tidy() {
  Result<Pointer> current = ReadPointer(impl_->dir, impl_->keys);
  if (!current.ok() || !CheckMayWrite(impl_->dir).ok()) return 0;
  return impl_->Tidy(current->generation.number);
}

Status Writer::Impl::CheckUsable() const {
  if (Status status = CheckMayWrite(dir); !status.ok()) return status;
  if (!broken) return Status();
  return Status(Code::kIo, dir, "an earlier change failed", "open the store again");
}

Status Writer::Impl::Break(Status status) {
  broken = true;
  batch.Clear();
  staged.clear();
  return status;
}

GetRow Writer::Impl::Getter() {
  return [this](const std::string& row_key, std::string* value) {
    return batch.GetFromBatchAndDB(db.get(), CheckedReads(), row_key, value);
  };
}

Result<RemovedRow> Writer::Impl::FindRemoved(const CredentialKey& key) {
  std::string value;
  const rocksdb::Status status = Getter()(RowKey(RowKind::kRemoved, key), &value);
  if (status.IsNotFound()) return RemovedRow();
  if (!status.ok()) return FromRocks(status, DescribeKey(key));
  RemovedRow removed;
  if (!DecodeRemoved(value, &removed)) {
    return DamagedRecord(DescribeKey(key), "what is remembered of it is damaged");
  }
  return removed;
}

Result<uint32_t> Writer::Impl::NewestDataKey(const std::string& tenant) {
  Result<std::vector<DataKeyNumbers>> found = FindDataKeys(db.get(), &tenant);
  if (!found.ok()) return found.status();
  uint32_t number = found->empty() ? 0 : found->front().highest();
  // Staged ones go on from there, one by one.
  std::string unused;
  while (batch.GetFromBatch(rocksdb::DBOptions(), DataKeyKey(tenant, number + 1), &unused).ok()) {
    ++number;
  }
  return number;
}

Status Writer::Impl::LoadDataKey(const std::string& tenant) {
  const bool loaded = !data_key.empty() && data_key_tenant == tenant;
  if (loaded && data_key_seals < kMaxSeals) return Status();
  if (Status status = StageSeals(); !status.ok()) return status;
  ForgetDataKey();
  Result<uint32_t> number = NewestDataKey(tenant);
  if (!number.ok()) return number.status();
  std::string value;
  const rocksdb::Status got = Getter()(SealsKey(tenant, *number), &value);
  Result<uint64_t> seals = DecodeSeals(got, value, tenant);
  if (!seals.ok()) return seals.status();
  if (*number != 0 && *seals < kMaxSeals) {
    Result<Secret> key = GetDataKey(keys, Getter(), tenant, *number);
    if (!key.ok()) return key.status();
    data_key = *std::move(key);
  } else {
    if (*number == std::numeric_limits<uint32_t>::max()) {
      return Status(Code::kInvalid, Shown(tenant), "it has no number left for a data key",
                    "import into a new store");
    }
    Result<FreshDataKey> fresh = MakeDataKey(keys, tenant, ++*number);
    if (!fresh.ok()) return fresh.status();
    const rocksdb::Status put = batch.Put(DataKeyKey(tenant, *number), fresh->box);
    if (!put.ok()) return Break(FromRocks(put, dir));
    data_key = std::move(fresh->key);
    *seals = 0;
  }
  data_key_tenant = tenant;
  data_key_number = *number;
  data_key_seals = *seals;
  return Status();
}

Status Writer::Impl::StageSeals() {
  if (!seals_changed) return Status();
  seals_changed = false;
  const rocksdb::Status put =
      batch.Put(SealsKey(data_key_tenant, data_key_number), EncodeSeals(data_key_seals));
  return put.ok() ? Status() : Break(FromRocks(put, dir));
}

void Writer::Impl::ForgetDataKey() {
  data_key = Secret();
  data_key_tenant.clear();
  seals_changed = false;
}

void Writer::Impl::StageUnshare(const Metadata& metadata) {
  for (const std::string& tenant : metadata.shared_with) {
    (void)batch.Delete(SharedKey(tenant, metadata.key()));  // fails only when the batch is full
  }
}

Result<PutOutcome> Writer::Impl::StageCredential(const Metadata& metadata, const std::string& box,
                                                 bool existed) {
  const CredentialKey key = metadata.key();
  rocksdb::Status status =
      batch.Put(RowKey(RowKind::kMetadata, key), EncodeCredentialRow(keys, metadata, BoxSalt(box)));
  if (status.ok()) status = batch.Put(RowKey(RowKind::kPayload, key), box);
  for (const std::string& tenant : metadata.shared_with) {
    if (status.ok()) status = batch.Put(SharedKey(tenant, key), "");
  }
  // Half a credential must never be committed.
  if (!status.ok()) return Break(FromRocks(status, dir));
  return existed ? PutOutcome::kChanged : PutOutcome::kAdded;
}

Status Writer::Impl::Commit() {
  if (Status status = CheckUsable(); !status.ok()) return status;
  if (Status status = StageSeals(); !status.ok()) return status;
  if (batch.GetWriteBatch()->Count() == 0) {
    Show();
    return Status();
  }
  // The database is ahead of every generation now.
  finished.reset();
  const rocksdb::Status ahead = batch.Delete(RowKey(RowKind::kGeneration, {}));
  if (!ahead.ok()) return Break(FromRocks(ahead, dir));
  if (Status status = WriteDurably(dir, keys, db.get(), batch.GetWriteBatch()); !status.ok()) {
    return Break(std::move(status));
  }
  batch.Clear();
  Show();
  return Status();
}

}  // namespace keyrule::store
