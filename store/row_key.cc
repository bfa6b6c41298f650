#include "store/row_key.h"

#include "store/bytes.h"

namespace keyrule::store {
namespace {

std::string NumberedKey(RowKind kind, std::string_view tenant, uint32_t number) {
  std::string bytes;
  PutU32(&bytes, number);
  return RowKey(kind, {tenant, bytes});
}

}  // namespace

std::string RowKey(RowKind kind, std::initializer_list<std::string_view> parts) {
  std::string key(1, static_cast<char>(kind));
  for (std::string_view part : parts) PutText(&key, part);
  return key;
}

std::string RowKey(RowKind kind, const CredentialKey& key) {
  return RowKey(kind, {key.tenant, key.provider, key.id});
}

std::string SharedKey(std::string_view sharee, const CredentialKey& key) {
  return RowKey(RowKind::kShared, {sharee, key.provider, key.tenant, key.id});
}

std::string DataKeyKey(std::string_view tenant, uint32_t number) {
  return NumberedKey(RowKind::kDataKey, tenant, number);
}

std::string SealsKey(std::string_view tenant, uint32_t number) {
  return NumberedKey(RowKind::kSeals, tenant, number);
}

std::string AfterPrefix(std::string prefix) {
  while (!prefix.empty() && prefix.back() == '\xff') prefix.pop_back();
  if (!prefix.empty()) prefix.back() = static_cast<char>(static_cast<uint8_t>(prefix.back()) + 1);
  return prefix;
}

bool SplitRowKey(std::string_view key, RowKind* kind, std::vector<std::string_view>* parts) {
  parts->clear();
  ByteReader reader(key);
  *kind = static_cast<RowKind>(reader.U8());
  while (reader.ok() && !reader.at_end()) parts->push_back(reader.Text());
  if (!reader.ok()) return false;
  switch (*kind) {
    case RowKind::kDataKey:
    case RowKind::kSeals:
      return parts->size() == 2 && parts->back().size() == 4;
    case RowKind::kMetadata:
    case RowKind::kPayload:
    case RowKind::kRemoved:
      return parts->size() == 3;
    case RowKind::kShared:
      return parts->size() == 4;
    case RowKind::kGeneration:
    case RowKind::kRotation:
      return parts->empty();
  }
  return false;
}

bool CredentialOf(std::string_view row_key, CredentialKey* key) {
  RowKind kind;
  std::vector<std::string_view> parts;
  if (!SplitRowKey(row_key, &kind, &parts)) return false;
  if (parts.size() == 3) {
    *key = {std::string(parts[0]), std::string(parts[1]), std::string(parts[2])};
    return true;
  }
  if (kind != RowKind::kShared) return false;
  *key = {std::string(parts[2]), std::string(parts[1]), std::string(parts[3])};
  return true;
}

}  // namespace keyrule::store
