#include "store/rotate_data_keys.h"

#include <rocksdb/write_batch.h>

#include <algorithm>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "store/bytes.h"
#include "store/data_key_rows.h"
#include "store/publish.h"
#include "store/row_key.h"
#include "store/rows.h"

namespace keyrule::store {
namespace {

// Row `R`: the rotation that is under way.
struct Marker {
  std::string tenant;  // empty: all
  bool keyed = false;  // every tenant has its new key
  std::string last;    // else: the last that has it, in the order of the rows; empty: none
};

std::string Encode(const Marker& marker) {
  std::string value;
  PutText(&value, marker.tenant);
  value.push_back(marker.keyed ? '\1' : '\0');
  PutText(&value, marker.last);
  return value;
}

bool Decode(std::string_view value, Marker* marker) {
  ByteReader reader(value);
  marker->tenant = reader.Text();
  const uint8_t keyed = reader.U8();
  marker->keyed = keyed == 1;
  marker->last = reader.Text();
  return reader.at_end() && keyed <= 1;
}

class Rotation {
 public:
  Rotation(const std::string& dir, const StoreKeys& keys, rocksdb::DB* db, Marker marker,
           size_t batch_bytes)
      : dir_(dir), keys_(keys), db_(db), marker_(std::move(marker)), batch_bytes_(batch_bytes) {}

  // All of it, from where the marker says; adds to `done`.
  Status Run(DataKeyRotation* done) {
    done_ = done;
    if (Status status = MakeKeys(); !status.ok()) return status;
    if (Status status = Reseal(); !status.ok()) return status;
    if (Status status = RemoveUnused(); !status.ok()) return status;
    // What was removed is not only hidden: the generation's tables do not hold it.
    rocksdb::CompactRangeOptions all;
    all.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
    if (const rocksdb::Status status = db_->CompactRange(all, nullptr, nullptr); !status.ok()) {
      return FromRocks(status, dir_);
    }
    Result<Published> published = PublishGeneration(dir_, keys_, db_);
    if (!published.ok()) return published.status();
    done->published = *published;
    (void)batch_.Delete(RowKey(RowKind::kRotation, {}));
    return Commit();
  }

 private:
  const std::string* Tenant() const { return marker_.tenant.empty() ? nullptr : &marker_.tenant; }

  std::string ScopePrefix(RowKind kind) const {
    return marker_.tenant.empty() ? RowKey(kind, {}) : RowKey(kind, {marker_.tenant});
  }

  Status Commit() {
    if (batch_.Count() == 0) return Status();
    if (Status status = WriteDurably(dir_, keys_, db_, &batch_); !status.ok()) return status;
    batch_.Clear();
    return Status();
  }

  Status CommitWhenFull() { return batch_.GetDataSize() < batch_bytes_ ? Status() : Commit(); }

  Status Stage(const std::string& key, const std::string& value) {
    const rocksdb::Status status = batch_.Put(key, value);
    return status.ok() ? Status() : FromRocks(status, dir_);
  }

  Status StageMarker() { return Stage(RowKey(RowKind::kRotation, {}), Encode(marker_)); }

  // Gives each tenant of the scope a key of the next number. The marker goes with each batch, so
  // that none gets two.
  Status MakeKeys() {
    Result<std::vector<DataKeyNumbers>> found = FindDataKeys(db_, Tenant());
    if (!found.ok()) return found.status();
    done_->tenants += found->size();
    if (marker_.keyed) return Status();
    const std::string last =
        marker_.last.empty() ? std::string() : RowKey(RowKind::kDataKey, {marker_.last});
    for (const DataKeyNumbers& tenant : *found) {
      if (RowKey(RowKind::kDataKey, {tenant.tenant}) <= last) continue;
      if (tenant.highest() == std::numeric_limits<uint32_t>::max()) {
        return Status(Code::kInvalid, Shown(tenant.tenant), "it has no number left for a data key",
                      "import into a new store");
      }
      const uint32_t number = tenant.highest() + 1;
      Result<FreshDataKey> fresh = MakeDataKey(keys_, tenant.tenant, number);
      if (!fresh.ok()) return fresh.status();
      if (Status status = Stage(DataKeyKey(tenant.tenant, number), fresh->box); !status.ok()) {
        return status;
      }
      ++done_->made;
      marker_.last = tenant.tenant;
      if (batch_.GetDataSize() < batch_bytes_) continue;
      if (Status status = StageMarker(); !status.ok()) return status;
      if (Status status = Commit(); !status.ok()) return status;
    }
    marker_.keyed = true;
    marker_.last.clear();
    if (Status status = StageMarker(); !status.ok()) return status;
    return Commit();
  }

  Status Reseal() {
    const std::string prefix = ScopePrefix(RowKind::kMetadata);
    const std::string after = AfterPrefix(prefix);
    const rocksdb::Slice upper(after);
    const std::unique_ptr<rocksdb::Iterator> rows(db_->NewIterator(CheckedReads(&upper)));
    for (rows->Seek(prefix); rows->Valid(); rows->Next()) {
      Result<CredentialRow> row =
          DecodeCredentialRow(keys_, rows->key().ToStringView(), rows->value().ToStringView());
      if (!row.ok()) return row.status();
      if (Status status = ResealOne(*row); !status.ok()) return status;
      if (Status status = CommitWhenFull(); !status.ok()) return status;
    }
    if (!rows->status().ok()) return FromRocks(rows->status(), dir_);
    if (Status status = StageSeals(); !status.ok()) return status;
    return Commit();
  }

  // Seals a payload under the tenant's newest key. Version and metadata stay as they are: nothing
  // changed for anybody who uses it. The new salt in the metadata's row ties it to the new box.
  Status ResealOne(const CredentialRow& row) {
    const CredentialKey key = row.metadata.key();
    if (Status status = EnterTenant(key.tenant); !status.ok()) return status;
    std::string box;
    const std::string payload_key = RowKey(RowKind::kPayload, key);
    const rocksdb::Status got = db_->Get(CheckedReads(), payload_key, &box);
    uint32_t number = 0;
    if (got.ok() && BoxKeyNumber(box, &number) && number == new_number_) return Status();
    Result<Secret> payload = OpenRowPayload(keys_, Getter(), row);
    if (!payload.ok()) return payload.status();
    Result<std::string> fresh =
        SealBox(new_key_.Expose(), new_number_,
                PayloadContext(keys_.id(), key.tenant, key.provider, key.id, row.metadata.version,
                               EncodeMetadata(row.metadata)),
                payload->Expose());
    if (!fresh.ok()) return fresh.status();
    ++seals_;
    ++done_->resealed;
    if (Status status = Stage(payload_key, *fresh); !status.ok()) return status;
    return Stage(RowKey(RowKind::kMetadata, key),
                 EncodeCredentialRow(keys_, row.metadata, BoxSalt(*fresh)));
  }

  // Loads the newest key of the tenant whose rows come now.
  Status EnterTenant(const std::string& tenant) {
    if (!new_key_.empty() && tenant_ == tenant) return Status();
    if (Status status = StageSeals(); !status.ok()) return status;
    Result<std::vector<DataKeyNumbers>> found = FindDataKeys(db_, &tenant);
    if (!found.ok()) return found.status();
    if (found->empty()) return DamagedRecord(Shown(tenant), "the tenant's data key is missing");
    tenant_ = tenant;
    new_number_ = found->front().highest();
    Result<Secret> key = GetDataKey(keys_, Getter(), tenant, new_number_);
    if (!key.ok()) return key.status();
    new_key_ = *std::move(key);
    std::string value;
    const rocksdb::Status got = db_->Get(CheckedReads(), SealsKey(tenant, new_number_), &value);
    Result<uint64_t> seals = DecodeSeals(got, value, tenant);
    if (!seals.ok()) return seals.status();
    seals_ = seals_before_ = *seals;
    return Status();
  }

  Status StageSeals() {
    if (seals_ == seals_before_) return Status();
    seals_before_ = seals_;
    return Stage(SealsKey(tenant_, new_number_), EncodeSeals(seals_));
  }

  // Removes the keys that are not a tenant's newest and that no payload was sealed with, as the
  // payloads themselves say.
  Status RemoveUnused() {
    std::map<std::string, std::set<uint32_t>, std::less<>> used;
    const std::string prefix = ScopePrefix(RowKind::kPayload);
    const std::string after = AfterPrefix(prefix);
    const rocksdb::Slice upper(after);
    const std::unique_ptr<rocksdb::Iterator> rows(db_->NewIterator(CheckedReads(&upper)));
    for (rows->Seek(prefix); rows->Valid(); rows->Next()) {
      CredentialKey key;
      uint32_t number = 0;
      if (!CredentialOf(rows->key().ToStringView(), &key) ||
          !BoxKeyNumber(rows->value().ToStringView(), &number)) {
        return DamagedRecord(DescribeKey(key), "its sealed credentials are damaged");
      }
      used[key.tenant].insert(number);
    }
    if (!rows->status().ok()) return FromRocks(rows->status(), dir_);
    Result<std::vector<DataKeyNumbers>> found = FindDataKeys(db_, Tenant());
    if (!found.ok()) return found.status();
    for (const DataKeyNumbers& tenant : *found) {
      for (const uint32_t number : tenant.numbers) {
        if (number == tenant.highest() || used[tenant.tenant].contains(number)) continue;
        (void)batch_.Delete(DataKeyKey(tenant.tenant, number));  // fails only beyond 4 GiB
        (void)batch_.Delete(SealsKey(tenant.tenant, number));
        ++done_->removed;
      }
      if (Status status = CommitWhenFull(); !status.ok()) return status;
    }
    return Commit();
  }

  GetRow Getter() const {
    return [db = db_](const std::string& row_key, std::string* value) {
      return db->Get(CheckedReads(), row_key, value);
    };
  }

  const std::string& dir_;
  const StoreKeys& keys_;
  rocksdb::DB* const db_;
  Marker marker_;
  const size_t batch_bytes_;
  DataKeyRotation* done_ = nullptr;
  rocksdb::WriteBatch batch_;

  std::string tenant_;  // the one whose payloads are being sealed
  Secret new_key_;
  uint32_t new_number_ = 0;
  uint64_t seals_ = 0;         // with that key
  uint64_t seals_before_ = 0;  // as they are staged
};

// The rotation that was interrupted, if one was.
Result<std::optional<Marker>> FindMarker(rocksdb::DB* db) {
  std::string value;
  const rocksdb::Status got = db->Get(CheckedReads(), RowKey(RowKind::kRotation, {}), &value);
  if (got.IsNotFound()) return std::optional<Marker>();
  if (!got.ok()) return FromRocks(got, db->GetName());
  Marker marker;
  if (!Decode(value, &marker))
    return DamagedRecord(db->GetName(), "the mark of a rotation is damaged");
  return std::optional<Marker>(std::move(marker));
}

}  // namespace

Result<DataKeyRotation> RotateDataKeys(const std::string& dir, const StoreKeys& keys,
                                       rocksdb::DB* db, const RotationScope& scope) {
  if (!scope.tenant.empty()) {
    Result<std::vector<DataKeyNumbers>> found = FindDataKeys(db, &scope.tenant);
    if (!found.ok()) return found.status();
    if (found->empty()) {
      return Status(Code::kNotFound, Shown(scope.tenant), "the store has no such tenant",
                    "see `keyrule list`");
    }
  }
  DataKeyRotation done;
  Result<std::optional<Marker>> interrupted = FindMarker(db);
  if (!interrupted.ok()) return interrupted.status();
  if (interrupted->has_value()) {
    done.resumed = true;
    const std::string finished = (*interrupted)->tenant;
    Rotation rotation(dir, keys, db, **std::move(interrupted), scope.batch_bytes);
    if (Status status = rotation.Run(&done); !status.ok()) return status;
    if (finished.empty() || finished == scope.tenant) return done;
  }
  Rotation rotation(dir, keys, db, Marker{scope.tenant, false, {}}, scope.batch_bytes);
  if (Status status = rotation.Run(&done); !status.ok()) return status;
  return done;
}

}  // namespace keyrule::store
