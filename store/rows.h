// The rows of a credential: encoding with its proof, and opening its payload. Shared by the writer,
// the reader and the census. Private to store/.

#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "store/envelope.h"
#include "store/record.h"
#include "store/rocks.h"
#include "store/secret.h"
#include "store/status.h"
#include "store/store_files.h"

namespace keyrule::store {

// A row of metadata as it was proved.
struct CredentialRow {
  Metadata metadata;
  std::string encoded;       // the metadata as they stand in the row
  std::string payload_salt;  // names the one payload that belongs here: no older one fits
};

// What is remembered of a credential that was removed. One that comes back goes on counting:
// whoever remembers version 3 must not take the new one for it. Disabled by hand, it comes back so.
struct RemovedRow {
  uint64_t version = 0;
  bool held = false;
};

// What opens a payload: read, and proved to belong to its row, but not decrypted.
struct SealedPayload {
  std::string box;
  std::string associated;
  Secret box_key;
};

class DataKeys;

// Gets the value of a row. The writer's also sees what is not committed yet.
using GetRow = std::function<rocksdb::Status(const std::string& row_key, std::string* value)>;

std::string EncodeCredentialRow(const StoreKeys& keys, const Metadata& metadata,
                                std::string_view payload_salt);

// kDamaged when a byte of key or value is not as written.
Result<CredentialRow> DecodeCredentialRow(const StoreKeys& keys, std::string_view row_key,
                                          std::string_view value);

// Reads and proves one row. kNotFound when there is none.
Result<CredentialRow> GetCredentialRow(const StoreKeys& keys, const GetRow& get,
                                       const CredentialKey& key);

// The data key `number` of a tenant. kDamaged when it is missing or does not open.
Result<Secret> GetDataKey(const StoreKeys& keys, const GetRow& get, const std::string& tenant,
                          uint32_t number);

// Reads what opens the payload that belongs to `row`. kDamaged when it is missing or another one.
// `data_keys` remembers the tenant's key; null: it is read for this once.
Result<SealedPayload> GetSealedPayload(const StoreKeys& keys, const GetRow& get,
                                       const CredentialRow& row, const DataKeys* data_keys);

// Opens it. kDamaged when a byte is not as it was sealed.
Result<Secret> OpenSealedPayload(const SealedPayload& sealed, const CredentialKey& key);

// Both in one.
Result<Secret> OpenRowPayload(const StoreKeys& keys, const GetRow& get, const CredentialRow& row,
                              const DataKeys* data_keys = nullptr);

// See Reader::SourceMark.
std::string MarkOfSource(const StoreKeys& keys, std::string_view source);

std::string EncodeRemoved(const RemovedRow& removed);
[[nodiscard]] bool DecodeRemoved(std::string_view value, RemovedRow* removed);

// The row that says which generation a database is.
std::string EncodeGenerationRow(const StoreKeys& keys, const Generation& generation);
[[nodiscard]] bool MatchesGenerationRow(const StoreKeys& keys, const Generation& generation,
                                        std::string_view value);

// kNotFound for a credential, in the same words whether it is absent or another tenant's.
Status NoSuchCredential(const CredentialKey& key);

}  // namespace keyrule::store
