// Keys of the rows in RocksDB: a letter for the kind, then parts, each with its length in front, so
// that a tenant's name may hold any bytes and no key is a prefix of another tenant's.

#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "store/record.h"

namespace keyrule::store {

enum class RowKind : char {
  kDataKey = 'K',      // tenant, number (4 bytes)           -> box with the tenant's data key
  kMetadata = 'M',     // tenant, provider, id               -> metadata, salt of the payload, proof
  kPayload = 'P',      // tenant, provider, id               -> box with the credentials
  kShared = 'S',       // sharee, provider, owner, id        -> nothing; an index over shared_with
  kRemoved = 'V',      // tenant, provider, id               -> RemovedRow, of one that was removed
  kGeneration = 'G',   //                                    -> what this generation claims to be
  kSeals = 'N',        // tenant, number (4 bytes)           -> how many boxes that data key sealed
  kRotation = 'R',     //                                    -> the rotation that is under way
};

std::string RowKey(RowKind kind, std::initializer_list<std::string_view> parts);
std::string RowKey(RowKind kind, const CredentialKey& key);
std::string SharedKey(std::string_view sharee, const CredentialKey& key);
std::string DataKeyKey(std::string_view tenant, uint32_t number);
std::string SealsKey(std::string_view tenant, uint32_t number);

// The first key after all keys that begin with `prefix`.
std::string AfterPrefix(std::string prefix);

// Takes a key apart, views into `key`. False when it is not one of ours.
[[nodiscard]] bool SplitRowKey(std::string_view key, RowKind* kind,
                               std::vector<std::string_view>* parts);

// The credential of a kMetadata, kPayload or kRemoved key, or the one a kShared key points to.
[[nodiscard]] bool CredentialOf(std::string_view row_key, CredentialKey* key);

}  // namespace keyrule::store
