// Base64 as RFC 4648 section 4 has it: padded, no line breaks, nothing else in between.

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace keyrule::store {

// Characters that `bytes` bytes become.
constexpr size_t Base64Size(size_t bytes) { return (bytes + 2) / 3 * 4; }

// The bytes; nothing when `text` is not the one spelling of any. Any thread; std::bad_alloc.
std::optional<std::string> FromBase64(std::string_view text);

}  // namespace keyrule::store
