#include "store/rows.h"

#include "store/bytes.h"
#include "store/data_keys.h"
#include "store/row_key.h"

namespace keyrule::store {
namespace {

constexpr size_t kTailSize = kSaltSize + sizeof(Digest);
constexpr uint8_t kHeld = 2;  // as in encoded metadata

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
  row.encoded = proved.substr(0, proved.size() - kSaltSize);
  if (!DecodeMetadata(row.encoded, key, &row.metadata)) {
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

Result<SealedPayload> GetSealedPayload(const StoreKeys& keys, const GetRow& get,
                                       const CredentialRow& row, const DataKeys* data_keys) {
  const CredentialKey key = row.metadata.key();
  SealedPayload sealed;
  const rocksdb::Status status = get(RowKey(RowKind::kPayload, key), &sealed.box);
  if (!status.ok() && !status.IsNotFound()) return FromRocks(status, DescribeKey(key));
  uint32_t number = 0;
  if (!BoxKeyNumber(sealed.box, &number) ||
      !SameBytes(AsBytes(BoxSalt(sealed.box)), AsBytes(row.payload_salt))) {
    return DamagedRecord(DescribeKey(key), "its sealed credentials are missing or not its own");
  }
  Result<Secret> data_key = data_keys != nullptr ? data_keys->Get(key.tenant, number)
                                                 : GetDataKey(keys, get, key.tenant, number);
  if (!data_key.ok()) return data_key.status();
  sealed.box_key = Secret(kKeySize);
  if (!DeriveBoxKey(data_key->Expose(), sealed.box, sealed.box_key.Fill().first<kKeySize>()).ok()) {
    return DamagedRecord(DescribeKey(key), "its sealed credentials are damaged");
  }
  sealed.associated = BoxAssociated(
      sealed.box, PayloadContext(keys.id(), key.tenant, key.provider, key.id, row.metadata.version,
                                 row.encoded));
  return sealed;
}

Result<Secret> OpenSealedPayload(const SealedPayload& sealed, const CredentialKey& key) {
  const std::string_view bytes = BoxSealed(sealed.box);
  Secret payload(bytes.size() - kSealedOverhead);
  if (!OpenSealed(sealed.box_key.Expose(), sealed.associated, bytes, payload.Fill())) {
    return DamagedRecord(DescribeKey(key), "its sealed credentials are damaged");
  }
  return payload;
}

Result<Secret> OpenRowPayload(const StoreKeys& keys, const GetRow& get, const CredentialRow& row,
                              const DataKeys* data_keys) {
  Result<SealedPayload> sealed = GetSealedPayload(keys, get, row, data_keys);
  if (!sealed.ok()) return sealed.status();
  return OpenSealedPayload(*sealed, row.metadata.key());
}

std::string MarkOfSource(const StoreKeys& keys, std::string_view source) {
  // No row has this key, so that no proof can stand for a mark nor a mark for a proof.
  const Digest digest = keys.ProveRow("source", source);
  return std::string(AsText(digest).substr(0, kSourceMark));
}

std::string EncodeRemoved(const RemovedRow& removed) {
  std::string value;
  PutU64(&value, removed.version);
  value.push_back(static_cast<char>(removed.held ? kHeld : 0));
  return value;
}

bool DecodeRemoved(std::string_view value, RemovedRow* removed) {
  ByteReader reader(value);
  removed->version = reader.U64();
  const uint8_t state = reader.U8();
  removed->held = state == kHeld;
  return reader.at_end() && (state == 0 || removed->held);
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
