// The cryptographic primitives, as thin as they can be over OpenSSL. What they are put together to
// is in envelope.h. All are safe in any thread. They throw nothing but std::bad_alloc.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

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

// RFC 5869. False when more than 255 * 32 bytes are asked for.
[[nodiscard]] bool HkdfSha256(ByteSpan secret, ByteSpan salt, std::string_view info,
                              std::span<uint8_t> out);

// AES-256-GCM. `out` has the size of `plain`. False when OpenSSL refuses.
[[nodiscard]] bool GcmSeal(ByteSpan key, ByteSpan nonce, ByteSpan associated, ByteSpan plain,
                           std::span<uint8_t> out, std::span<uint8_t, kTagSize> tag);

// The reverse. False when the tag does not fit; `out` is overwritten with zeroes then.
[[nodiscard]] bool GcmOpen(ByteSpan key, ByteSpan nonce, ByteSpan associated, ByteSpan sealed,
                           std::span<const uint8_t, kTagSize> tag, std::span<uint8_t> out);

// False when the system has no randomness to give.
[[nodiscard]] bool RandomBytes(std::span<uint8_t> out);

// In a time that depends on the length alone.
[[nodiscard]] bool SameBytes(ByteSpan a, ByteSpan b);

// Lower-case hex, and back. FromHex takes lower case only, so that each value has one spelling.
std::string ToHex(ByteSpan bytes);
[[nodiscard]] bool FromHex(std::string_view hex, std::span<uint8_t> out);

// SHA-256 over more than fits in memory. One thread at a time.
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  Sha256Stream(const Sha256Stream&) = delete;
  Sha256Stream& operator=(const Sha256Stream&) = delete;

  void Add(std::string_view bytes);
  Digest Finish();  // once

 private:
  void* context_;  // EVP_MD_CTX
};

}  // namespace keyrule::store
