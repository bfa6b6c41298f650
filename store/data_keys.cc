#include "store/data_keys.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "store/bytes.h"

namespace keyrule::store {
namespace {

constexpr uint64_t kBytesEach = 128;  // a covered key and its place in the table, and to spare

BlobId NameOf(const std::string& tenant, uint32_t number) {
  std::string text = "data key";
  PutU32(&text, number);
  text += tenant;
  return HalfDigest(Sha256({text}));
}

}  // namespace

DataKeys::DataKeys(const StoreKeys& keys, const KeyCover& cover, GetRow get, uint64_t most)
    : keys_(keys), cover_(cover), get_(std::move(get)), table_(most, most * kBytesEach) {}

Result<Secret> DataKeys::Get(const std::string& tenant, uint32_t number) const {
  const BlobId name = NameOf(tenant, number);
  if (const std::span<const uint8_t> known = table_.Find(name); !known.empty()) {
    CoveredKey covered;
    std::memcpy(covered.data(), known.data(), covered.size());
    Secret key(kKeySize);
    cover_.Uncover(name, covered, key.Fill());
    return key;
  }
  Result<Secret> key = GetDataKey(keys_, get_, tenant, number);
  if (key.ok()) (void)table_.Add(name, {AsText(cover_.Cover(name, key->Expose()))});
  return key;
}

}  // namespace keyrule::store
