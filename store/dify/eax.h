// AES-128 in EAX mode (Bellare, Rogaway, Wagner 2004), opening only, as Dify's tokens need it:
// OpenSSL has no EAX, so it is built of OpenSSL's CMAC and CTR.

#pragma once

#include <cstddef>
#include <span>

#include "store/crypto.h"

namespace keyrule::store {

inline constexpr size_t kEaxKeySize = 16;
inline constexpr size_t kEaxTagSize = 16;

// Opens `sealed` into `out`, which has its size. The nonce may have any length; the header is
// authenticated, not encrypted. False when the tag does not fit: `out` holds zeroes then. Safe in
// any thread; std::bad_alloc.
[[nodiscard]] bool EaxOpen(std::span<const uint8_t, kEaxKeySize> key, ByteSpan nonce,
                           ByteSpan header, ByteSpan sealed,
                           std::span<const uint8_t, kEaxTagSize> tag, std::span<uint8_t> out);

}  // namespace keyrule::store
