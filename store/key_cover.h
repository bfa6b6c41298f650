// Keys that wait in ordinary memory, in any number: covered by one that stands in the arena. So the
// memory that has to be locked does not grow with the number of records. Private to store/.

#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "store/blob_table.h"
#include "store/crypto.h"
#include "store/envelope.h"

namespace keyrule::store {

using CoveredKey = std::array<uint8_t, kKeySize>;

// AES-256 in counter mode, beginning at the name of what the key is for: no two names share a piece
// of the stream. The covering key is derived from the store's and kept in children of fork().
// Immutable; any thread.
class KeyCover {
 public:
  explicit KeyCover(const StoreKeys& keys);

  CoveredKey Cover(const BlobId& name, ByteSpan key) const;
  void Uncover(const BlobId& name, const CoveredKey& covered, std::span<uint8_t> key) const;

 private:
  CounterModeKey key_;
};

}  // namespace keyrule::store
