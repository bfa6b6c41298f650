#include "store/key_cover.h"

#include <cstring>

namespace keyrule::store {
namespace {

Secret CoverKey(const StoreKeys& keys) {
  Secret key(kKeySize);
  // Cannot fail: the length asked for is small and fixed.
  (void)HkdfSha256(keys.wrap_key(), keys.id(), "keyrule/1 memory", key.Fill());
  return key;
}

std::array<uint8_t, 16> FirstBlock(const BlobId& name) {
  std::array<uint8_t, 16> block;
  std::memcpy(block.data(), name.data(), block.size());
  return block;
}

}  // namespace

KeyCover::KeyCover(const StoreKeys& keys)
    : key_(CoverKey(keys).Expose(), Secret::OnFork::kKeep) {}

CoveredKey KeyCover::Cover(const BlobId& name, ByteSpan key) const {
  CoveredKey covered;
  key_.Crypt(FirstBlock(name), key.first(kKeySize), covered);
  return covered;
}

void KeyCover::Uncover(const BlobId& name, const CoveredKey& covered,
                       std::span<uint8_t> key) const {
  key_.Crypt(FirstBlock(name), covered, key.first(kKeySize));
}

}  // namespace keyrule::store
