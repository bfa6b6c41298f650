#include "store/census.h"

#include <memory>
#include <vector>

#include "store/data_keys.h"
#include "store/row_key.h"
#include "store/rows.h"

namespace keyrule::store {
namespace {

constexpr size_t kDataKeys = 65'536;  // kept; those of further tenants are unwrapped each time

class Counter {
 public:
  Counter(rocksdb::DB* db, const StoreKeys& keys, CensusDepth depth)
      : keys_(keys), depth_(depth), get_([db](const std::string& row_key, std::string* value) {
          return db->Get(CheckedReads(), row_key, value);
        }),
        cover_(keys),
        data_keys_(keys, cover_, get_, kDataKeys) {}

  Status Row(std::string_view row_key, std::string_view value) {
    RowKind kind;
    std::vector<std::string_view> parts;
    if (!SplitRowKey(row_key, &kind, &parts)) {
      return DamagedRecord("a row", "the database holds a row that no Keyrule wrote");
    }
    switch (kind) {
      case RowKind::kMetadata:
        return Credential(row_key, value);
      case RowKind::kPayload:
        ++payloads_;
        return Status();
      case RowKind::kShared:
        ++shares_;
        return Status();
      case RowKind::kDataKey:
      case RowKind::kRemoved:
      case RowKind::kGeneration:
      case RowKind::kSeals:
      case RowKind::kRotation:
        return Status();
    }
    return Status();
  }

  Result<Census> Finish() {
    // Each credential was found to have its payload and its shares; equal numbers say that there
    // are no others.
    if (depth_ == CensusDepth::kPayloads &&
        (payloads_ != census_.records || shares_ != expected_shares_)) {
      return DamagedRecord("the database",
                           "it holds payloads or shares that belong to no credential");
    }
    census_.digest = keys_.ProveCensus(rows_.Finish());
    return census_;
  }

 private:
  Status Credential(std::string_view row_key, std::string_view value) {
    Result<CredentialRow> row = DecodeCredentialRow(keys_, row_key, value);
    if (!row.ok()) return row.status();
    ++census_.records;
    rows_.Add(value.substr(value.size() - sizeof(Digest)));  // the proof stands for key and value
    if (depth_ == CensusDepth::kRows) return Status();
    if (Result<Secret> payload = OpenRowPayload(keys_, get_, *row, &data_keys_); !payload.ok()) {
      return payload.status();
    }
    return Shares(row->metadata);
  }

  Status Shares(const Metadata& metadata) {
    for (const std::string& tenant : metadata.shared_with) {
      ++expected_shares_;
      std::string unused;
      const rocksdb::Status status = get_(SharedKey(tenant, metadata.key()), &unused);
      if (status.IsNotFound()) {
        return DamagedRecord(DescribeKey(metadata.key()), "a share of it is missing");
      }
      if (!status.ok()) return FromRocks(status, DescribeKey(metadata.key()));
    }
    return Status();
  }

  const StoreKeys& keys_;
  const CensusDepth depth_;
  const GetRow get_;
  const KeyCover cover_;
  const DataKeys data_keys_;
  Census census_;
  Sha256Stream rows_;
  uint64_t payloads_ = 0;
  uint64_t shares_ = 0;
  uint64_t expected_shares_ = 0;
};

}  // namespace

Result<Census> TakeCensus(rocksdb::DB* db, const StoreKeys& keys, CensusDepth depth) {
  Counter counter(db, keys, depth);
  const std::unique_ptr<rocksdb::Iterator> rows(db->NewIterator(CheckedReads()));
  for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
    if (Status status = counter.Row(rows->key().ToStringView(), rows->value().ToStringView());
        !status.ok()) {
      return status;
    }
  }
  if (!rows->status().ok()) return FromRocks(rows->status(), db->GetName());
  return counter.Finish();
}

}  // namespace keyrule::store
