// Numbers and texts as bytes: big-endian, texts with a 16-bit length in front. Used by everything
// on disk.

#pragma once

#include <cassert>
#include <cstdint>
#include <string>
#include <string_view>

namespace keyrule::store {

template <typename T>
void PutUnsigned(std::string* out, T value) {
  for (int shift = static_cast<int>(sizeof(T)) * 8 - 8; shift >= 0; shift -= 8) {
    out->push_back(static_cast<char>(static_cast<uint8_t>(value >> shift)));
  }
}
inline void PutU16(std::string* out, uint16_t value) { PutUnsigned(out, value); }
inline void PutU32(std::string* out, uint32_t value) { PutUnsigned(out, value); }
inline void PutU64(std::string* out, uint64_t value) { PutUnsigned(out, value); }

// `text` is at most 65,535 bytes: the callers check what comes from outside.
inline void PutText(std::string* out, std::string_view text) {
  assert(text.size() <= 0xffff);
  PutU16(out, static_cast<uint16_t>(text.size()));
  out->append(text);
}

// Reads back. After the first read past the end ok() is false and every value zero or empty.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  uint8_t U8() { return Unsigned<uint8_t>(); }
  uint16_t U16() { return Unsigned<uint16_t>(); }
  uint32_t U32() { return Unsigned<uint32_t>(); }
  uint64_t U64() { return Unsigned<uint64_t>(); }
  std::string_view Text() { return Take(U16()); }

  std::string_view Take(size_t size) {
    if (size > rest_.size()) {
      ok_ = false;
      rest_ = {};
      return {};
    }
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  bool ok() const { return ok_; }
  bool at_end() const { return ok_ && rest_.empty(); }
  size_t left() const { return rest_.size(); }

 private:
  template <typename T>
  T Unsigned() {
    uint64_t value = 0;
    for (char c : Take(sizeof(T))) value = value << 8 | static_cast<uint8_t>(c);
    return static_cast<T>(value);
  }

  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace keyrule::store
