// SHA-256 (FIPS 180-4), for the revision of a policy. This layer does without OpenSSL.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace keyrule::dsl {

using Sha256Digest = std::array<uint8_t, 32>;

Sha256Digest Sha256(std::string_view bytes);
std::string Hex(const Sha256Digest& digest);  // 64 lower-case digits

}  // namespace keyrule::dsl
