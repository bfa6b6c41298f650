// The cryptographic primitives, as thin as they can be over Nettle, and OpenSSL's randomness. What
// they are put together to is in envelope.h. Nettle's contexts lie in memory of ours: expanded keys
// and what was hashed of a key stand in the arena (arena.h) and are wiped after each use, which
// OpenSSL's, on its own heap, could not be without allocating them anew. All are safe in any thread
// and in children of fork(): there is no state between calls. They throw nothing but std::bad_alloc.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "store/secret.h"

namespace keyrule::store {

inline constexpr size_t kKeySize = 32;  // AES-256 and HMAC keys, in bytes
inline constexpr size_t kNonceSize =
    12;  // the one size for which GCM needs no hashing of the nonce
inline constexpr size_t kTagSize = 16;

using ByteSpan = std::span<const uint8_t>;
using Digest = std::array<uint8_t, 32>;

inline ByteSpan AsBytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}
inline std::string_view AsText(ByteSpan bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// The hash, and the keyed hash, of the parts one after the other. The caller makes the parts
// unambiguous.
Digest Sha256(std::initializer_list<std::string_view> parts);
Digest HmacSha256(ByteSpan key, std::initializer_list<std::string_view> parts);

// A key of HmacSha256 made ready: what depends on the key alone is hashed once. Immutable.
class HmacKey {
 public:
  HmacKey(ByteSpan key, Secret::OnFork on_fork);
  Digest Sign(std::initializer_list<std::string_view> parts) const;

 private:
  Secret prepared_;
};

// A key of AES-256 in counter mode, made ready. What is encrypted decrypts by the same call. It
// proves nothing: for what is proved elsewhere. Immutable.
class CounterModeKey {
 public:
  CounterModeKey(ByteSpan key, Secret::OnFork on_fork);  // kKeySize bytes
  // `out` has the size of `in`, elsewhere. No two inputs may share a block of the counter.
  void Crypt(const std::array<uint8_t, 16>& first_counter, ByteSpan in,
             std::span<uint8_t> out) const;

 private:
  Secret prepared_;
};

// RFC 5869. False when more than 255 * 32 bytes are asked for.
[[nodiscard]] bool HkdfSha256(ByteSpan secret, ByteSpan salt, std::string_view info,
                              std::span<uint8_t> out);

// AES-256-GCM. `out` has the size of `plain`, elsewhere. False when a size is wrong.
[[nodiscard]] bool GcmSeal(ByteSpan key, ByteSpan nonce, ByteSpan associated, ByteSpan plain,
                           std::span<uint8_t> out, std::span<uint8_t, kTagSize> tag);

// The reverse. False when the tag does not fit; `out` is overwritten with zeroes then.
[[nodiscard]] bool GcmOpen(ByteSpan key, ByteSpan nonce, ByteSpan associated, ByteSpan sealed,
                           std::span<const uint8_t, kTagSize> tag, std::span<uint8_t> out);

// False when the system has no randomness to give.
[[nodiscard]] bool RandomBytes(std::span<uint8_t> out);

// In a time that depends on the length alone.
[[nodiscard]] bool SameBytes(ByteSpan a, ByteSpan b);

// The first half, where 16 bytes are enough to tell things apart.
std::array<uint64_t, 2> HalfDigest(const Digest& digest);

// Lower-case hex, and back. FromHex takes lower case only, so that each value has one spelling.
std::string ToHex(ByteSpan bytes);
[[nodiscard]] bool FromHex(std::string_view hex, std::span<uint8_t> out);

// SHA-256 over more than fits in memory. For what is no secret. One thread at a time.
class Sha256Stream {
 public:
  Sha256Stream();

  void Add(std::string_view bytes);
  Digest Finish();  // once

 private:
  alignas(8) std::array<uint8_t, 128> context_;  // Nettle's sha256_ctx
};

}  // namespace keyrule::store
