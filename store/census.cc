#include "store/census.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "store/bytes.h"
#include "store/data_key_rows.h"
#include "store/data_keys.h"
#include "store/row_key.h"
#include "store/rows.h"

namespace keyrule::store {
namespace {

constexpr size_t kDataKeys = 65'536;  // kept; those of further tenants are unwrapped each time
constexpr uint64_t kWatchEvery = 1024;  // credentials

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
        return depth_ == CensusDepth::kAll ? Box(std::string(parts[0]), value) : Status();
      case RowKind::kShared:
        ++shares_;
        return Status();
      case RowKind::kDataKey:
        return depth_ == CensusDepth::kAll ? DataKey(std::string(parts[0]), parts[1]) : Status();
      case RowKind::kRemoved: {
        RemovedRow removed;
        if (depth_ != CensusDepth::kAll || DecodeRemoved(value, &removed)) return Status();
        return DamagedRecord(Shown(parts[0]), "what is remembered of a removed credential is damaged");
      }
      case RowKind::kGeneration:
      case RowKind::kSeals:
      case RowKind::kRotation:
        return Status();
    }
    return Status();
  }

  const Census& census() const { return census_; }

  // What was counted up to here, and could only be compared when the last row of its kind was seen.
  Status SealsOfLastTenant() {
    Status first;
    for (const auto& [number, boxes] : boxes_) {
      std::string value;
      const rocksdb::Status got = get_(SealsKey(boxes_of_, number), &value);
      const Result<uint64_t> seals = DecodeSeals(got, value, boxes_of_);
      if (!seals.ok()) {
        if (first.ok()) first = seals.status();
      } else if (*seals < boxes && first.ok()) {
        first = DamagedRecord(Shown(boxes_of_),
                              "data key " + std::to_string(number) + " counts " +
                                  std::to_string(*seals) + " seals, and " + std::to_string(boxes) +
                                  " credentials are sealed with it");
      }
    }
    boxes_.clear();
    return first;
  }

  Result<Census> Finish() {
    // Each credential was found to have its payload and its shares; equal numbers say that there
    // are no others.
    if (depth_ != CensusDepth::kRows &&
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
    if (row->metadata.tenant != tenant_) {
      ++census_.tenants;  // the rows of a tenant stand together
      tenant_ = row->metadata.tenant;
    }
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

  Status DataKey(const std::string& tenant, std::string_view number_bytes) {
    ByteReader number(number_bytes);
    if (Result<Secret> key = GetDataKey(keys_, get_, tenant, number.U32()); !key.ok()) {
      return key.status();
    }
    ++census_.data_keys;
    return Status();
  }

  // Counts what each data key of a tenant has sealed.
  Status Box(const std::string& tenant, std::string_view box) {
    Status status;
    if (tenant != boxes_of_) {
      status = SealsOfLastTenant();
      boxes_of_ = tenant;
    }
    uint32_t number = 0;
    if (BoxKeyNumber(box, &number)) ++boxes_[number];  // else its credential was found damaged
    return status;
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
  std::string tenant_;
  std::string boxes_of_;
  std::map<uint32_t, uint64_t> boxes_;  // by the number of the data key
};

}  // namespace

Result<Census> TakeCensus(rocksdb::DB* db, const StoreKeys& keys, CensusDepth depth,
                          const CensusWatch* watch) {
  Counter counter(db, keys, depth);
  uint64_t told = 0;
  const bool goes_on = watch != nullptr && watch->damaged != nullptr;
  const std::unique_ptr<rocksdb::Iterator> rows(db->NewIterator(CheckedReads()));
  for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
    Status status = counter.Row(rows->key().ToStringView(), rows->value().ToStringView());
    if (!status.ok() && !goes_on) return status;
    if (!status.ok()) watch->damaged(status);
    const uint64_t records = counter.census().records;
    if (watch != nullptr && watch->done != nullptr && records >= told + kWatchEvery) {
      told = records;
      watch->done(told);
    }
  }
  if (!rows->status().ok()) return FromRocks(rows->status(), db->GetName());
  Status status = counter.SealsOfLastTenant();
  if (!status.ok() && !goes_on) return status;
  if (!status.ok()) watch->damaged(status);
  return counter.Finish();
}

}  // namespace keyrule::store
