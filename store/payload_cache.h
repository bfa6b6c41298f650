// Sealed payloads that were opened once, still sealed, each with the covered key of its box: opening
// one again needs neither the disk nor a proof, only AES-256-GCM. No opened payload is kept. Private
// to store/.

#pragma once

#include <cstdint>
#include <string_view>

#include "store/blob_table.h"
#include "store/key_cover.h"
#include "store/record.h"
#include "store/rows.h"
#include "store/secret.h"

namespace keyrule::store {

// Filled as payloads are opened, never emptied: it lives as long as its generation of the store.
// When it is full, what is not in it is read from the disk each time. Any thread, no lock; a child
// of fork() goes on with its copy.
class PayloadCache {
 public:
  // For a store of `records` credentials; at most `max_bytes` in all, 0: nothing is kept. `cover` is
  // borrowed. Throws std::bad_alloc.
  PayloadCache(const KeyCover& cover, uint64_t records, uint64_t max_bytes);

  enum class Answer {
    kUnknown,   // it is not here, or the memory is not what it was any more
    kNotYours,  // it is, and `tenant` may not use it
    kOpened,
  };
  Answer Open(std::string_view tenant, const BlobId& digest, Secret* payload) const;
  // Tells the processor that Open is about to come.
  void Prefetch(uint32_t digest_hint) const noexcept { table_.Prefetch(digest_hint); }

  // Keeps what was read, if there is room.
  void Add(const CredentialRef& credential, const Metadata& metadata, const SealedPayload& sealed);

  struct Usage {
    uint64_t records = 0;
    uint64_t bytes = 0;
    uint64_t max_bytes = 0;
  };
  Usage usage() const noexcept;

 private:
  const KeyCover& cover_;
  const uint64_t max_bytes_;
  BlobTable table_;
};

}  // namespace keyrule::store
