// Writing JSON into buffers that are wiped: a library's own writer would leave copies behind.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace keyrule::store {

// Bytes that `text` becomes as a JSON text, quotes included.
size_t JsonTextSize(std::string_view text);

// Writes that; `text` is UTF-8 and `out` large enough. The size.
size_t WriteJsonText(std::string_view text, std::span<uint8_t> out);

// Removes the spaces between the tokens of valid JSON, in place. The new size.
size_t CompactJson(std::span<uint8_t> json);

}  // namespace keyrule::store
