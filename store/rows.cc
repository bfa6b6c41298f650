#include "store/rows.h"

#include "store/row_key.h"

namespace keyrule::store {
namespace {

constexpr size_t kTailSize = kSaltSize + sizeof(Digest);

}  // namespace

std::string EncodeCredentialRow(const StoreKeys& keys, const Metadata& metadata,
                                std::string_view payload_salt) {
  std::string value = EncodeMetadata(metadata);
  value += payload_salt;
  value += AsText(keys.ProveRow(RowKey(RowKind::kMetadata, metadata.key()), value));
  return value;
}

Result<CredentialRow> DecodeCredentialRow(const StoreKeys& keys, std::string_view row_key,
                                          std::string_view value) {
  CredentialKey key;
  if (!CredentialOf(row_key, &key) || value.size() < kTailSize) {
    return DamagedRecord(DescribeKey(key), "the record is damaged");
  }
  const std::string_view proved = value.substr(0, value.size() - sizeof(Digest));
  if (!SameBytes(keys.ProveRow(row_key, proved), AsBytes(value.substr(proved.size())))) {
    return DamagedRecord(DescribeKey(key), "the record is damaged");
  }
  CredentialRow row;
  row.payload_salt = proved.substr(proved.size() - kSaltSize);
  if (!DecodeMetadata(proved.substr(0, proved.size() - kSaltSize), key, &row.metadata)) {
    return DamagedRecord(DescribeKey(key), "the record has an unknown form");
  }
  return row;
}

Result<CredentialRow> GetCredentialRow(const StoreKeys& keys, const GetRow& get,
                                       const CredentialKey& key) {
  const std::string row_key = RowKey(RowKind::kMetadata, key);
  std::string value;
  const rocksdb::Status status = get(row_key, &value);
  if (status.IsNotFound()) return NoSuchCredential(key);
  if (!status.ok()) return FromRocks(status, DescribeKey(key));
  return DecodeCredentialRow(keys, row_key, value);
}

Result<Secret> GetDataKey(const StoreKeys& keys, const GetRow& get, const std::string& tenant,
                          uint32_t number) {
  std::string box;
  const rocksdb::Status status = get(DataKeyKey(tenant, number), &box);
  if (!status.ok() && !status.IsNotFound()) return FromRocks(status, Shown(tenant));
  uint32_t named = 0;
  Result<Secret> key = OpenBox(keys.wrap_key(), box, DataKeyContext(keys.id(), tenant));
  if (!key.ok() || key->size() != kKeySize || !BoxKeyNumber(box, &named) || named != number) {
    return DamagedRecord(Shown(tenant), "the tenant's data key is missing or damaged");
  }
  return key;
}

Result<Secret> OpenRowPayload(const StoreKeys& keys, const GetRow& get, const CredentialRow& row) {
  const CredentialKey key = row.metadata.key();
  std::string box;
  const rocksdb::Status status = get(RowKey(RowKind::kPayload, key), &box);
  if (!status.ok() && !status.IsNotFound()) return FromRocks(status, DescribeKey(key));
  uint32_t number = 0;
  if (!BoxKeyNumber(box, &number) || !SameBytes(AsBytes(BoxSalt(box)), AsBytes(row.payload_salt))) {
    return DamagedRecord(DescribeKey(key), "its sealed credentials are missing or not its own");
  }
  Result<Secret> data_key = GetDataKey(keys, get, key.tenant, number);
  if (!data_key.ok()) return data_key.status();
  Result<Secret> payload =
      OpenBox(data_key->Expose(), box,
              PayloadContext(keys.id(), key.tenant, key.provider, key.id, row.metadata.version,
                             EncodeMetadata(row.metadata)));
  if (!payload.ok()) {
    return DamagedRecord(DescribeKey(key), "its sealed credentials are damaged");
  }
  return payload;
}

std::string MarkOfSource(const StoreKeys& keys, std::string_view source) {
  // No row has this key, so that no proof can stand for a mark nor a mark for a proof.
  const Digest digest = keys.ProveRow("source", source);
  return std::string(AsText(digest).substr(0, kSourceMark));
}

std::string EncodeGenerationRow(const StoreKeys& keys, const Generation& generation) {
  return FormatPointer({generation, {}}, keys);
}

bool MatchesGenerationRow(const StoreKeys& keys, const Generation& generation,
                          std::string_view value) {
  return SameBytes(AsBytes(EncodeGenerationRow(keys, generation)), AsBytes(value));
}

Status NoSuchCredential(const CredentialKey& key) {
  return Status(Code::kNotFound, DescribeKey(key), "there is no such credential",
                "see `keyrule list`");
}

}  // namespace keyrule::store
