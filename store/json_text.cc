#include "store/json_text.h"

namespace keyrule::store {
namespace {

// Calls `put` with each byte of `text` as a JSON text.
template <typename Put>
void Escape(std::string_view text, Put put) {
  constexpr char kHex[] = "0123456789abcdef";
  put('"');
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    if (c == '"' || c == '\\') {
      put('\\');
      put(c);
    } else if (byte < 0x20) {
      for (const char escaped : {'\\', 'u', '0', '0', kHex[byte >> 4], kHex[byte & 15]}) {
        put(escaped);
      }
    } else {
      put(c);
    }
  }
  put('"');
}

}  // namespace

size_t JsonTextSize(std::string_view text) {
  size_t size = 0;
  Escape(text, [&size](char) { ++size; });
  return size;
}

size_t WriteJsonText(std::string_view text, std::span<uint8_t> out) {
  size_t size = 0;
  Escape(text, [&](char c) { out[size++] = static_cast<uint8_t>(c); });
  return size;
}

size_t CompactJson(std::span<uint8_t> json) {
  size_t out = 0;
  bool in_text = false;
  bool escaped = false;
  for (const uint8_t byte : json) {
    const bool space = byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
    if (space && !in_text) continue;
    if (byte == '"' && !escaped) in_text = !in_text;
    escaped = in_text && byte == '\\' && !escaped;
    json[out++] = byte;
  }
  return out;
}

}  // namespace keyrule::store
