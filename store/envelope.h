// Sealing: one box format for everything that is encrypted, and the keys that seal and prove.
//
//   master key ─ seals ─▶ store key ─ derives ─▶ wrap key ─ seals ─▶ data key of a tenant
//                             └ derives ─▶ keys that prove rows, census and pointer
//   data key of a tenant ─ seals ─▶ payload
//
// The store key in between makes changing the master key a matter of one file. FORMAT.md has the
// bytes. Everything here is safe in any thread and throws nothing but std::bad_alloc.

#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "store/crypto.h"
#include "store/revocation_mark.h"
#include "store/secret.h"
#include "store/status.h"

namespace keyrule::store {

inline constexpr uint32_t kFormat = 1;   // of the whole store directory
inline constexpr size_t kSaltSize = 32;  // fresh and random for each box
inline constexpr size_t kBoxOverhead = 1 + 4 + kSaltSize + sizeof(Digest) + kNonceSize + kTagSize;

using StoreId = std::array<uint8_t, 16>;

// Seals `plain` under a key of its own, derived from `key` and a random salt, so that no key ever
// seals twice. `context` is bound and must be given again to open; `key_number` says which key it
// was, is bound too, and readable by anyone. kIo when there is no randomness.
Result<std::string> SealBox(ByteSpan key, uint32_t key_number, std::string_view context,
                            ByteSpan plain);

// Opens a box. kKeyWrong when it was sealed with another key (told by the key commitment, before
// anything is decrypted), kNewerFormat, or kDamaged: changed, cut, or of another context. The
// status names no place; the caller knows it.
Result<Secret> OpenBox(ByteSpan key, std::string_view box, std::string_view context,
                       Secret::OnFork on_fork = Secret::OnFork::kWipe);

// OpenBox in two steps, for who opens the same box again and again. The first finds the key of this
// one box and fails like OpenBox before it decrypts. `box_key` is written whatever happens.
Status DeriveBoxKey(ByteSpan key, std::string_view box, std::span<uint8_t, kKeySize> box_key);
// What the box and `context` say that is bound, and what is encrypted: nonce, ciphertext, tag. Of a
// box that DeriveBoxKey accepted.
std::string BoxAssociated(std::string_view box, std::string_view context);
std::string_view BoxSealed(std::string_view box);
// The second step. The size of `plain` is that of `sealed` without kSealedOverhead. False, and
// zeroes, when a byte of `associated` or `sealed` is not as it was.
inline constexpr size_t kSealedOverhead = kNonceSize + kTagSize;
[[nodiscard]] bool OpenSealed(ByteSpan box_key, std::string_view associated,
                              std::string_view sealed, std::span<uint8_t> plain);

// What a box says of itself without being opened; nothing of it is proved. False, or empty, when
// too short.
[[nodiscard]] bool BoxKeyNumber(std::string_view box, uint32_t* key_number);
std::string_view BoxSalt(std::string_view box);

// The keys of an open store. They stay readable after fork(), because a host may open the store and
// fork its workers afterwards.
class StoreKeys {
 public:
  // From the store key, kKeySize bytes. Throws std::bad_alloc.
  StoreKeys(ByteSpan store_key, const StoreId& id);

  const StoreId& id() const { return id_; }
  ByteSpan wrap_key() const { return Part(0); }
  // Proofs (HMAC-SHA-256), a key for each purpose so that none can stand for another.
  Digest ProveRow(std::string_view row_key, std::string_view value) const;
  Digest ProveCensus(const Digest& rows) const;
  Digest ProvePointer(std::string_view text) const;
  // What the table of revocations calls a credential.
  RevocationMark MarkOf(std::string_view tenant, std::string_view provider,
                        std::string_view id) const;

 private:
  ByteSpan Part(size_t index) const { return keys_.Expose().subspan(index * kKeySize, kKeySize); }

  StoreId id_;
  Secret keys_;
  HmacKey row_key_;  // made ready: it proves every row that is read
};

// The contexts that boxes are bound to.
std::string StoreKeyContext(const StoreId& id);
std::string DataKeyContext(const StoreId& id, std::string_view tenant);
// `metadata` is the encoded metadata that stands beside the payload.
std::string PayloadContext(const StoreId& id, std::string_view tenant, std::string_view provider,
                           std::string_view credential_id, uint64_t version,
                           std::string_view metadata);
// Whose payload it is, by what BoxAssociated made of a PayloadContext.
std::string_view BoundTenant(std::string_view associated);

}  // namespace keyrule::store
