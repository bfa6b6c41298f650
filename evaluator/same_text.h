// Whether two short texts are the same, without a call: names, providers and tenants are compared on every decision.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace keyrule::evaluator {

// The first `size` bytes of both.
[[gnu::always_inline]] inline bool SameBytes(const char* a, const char* b, size_t size) noexcept {
  const auto differ = [&]<typename Word>(size_t at, Word) noexcept {
    Word x, y;
    std::memcpy(&x, a + at, sizeof(Word));
    std::memcpy(&y, b + at, sizeof(Word));
    return x != y;
  };
  // Two words that overlap cover all sizes between theirs.
  if (size > 16) return std::memcmp(a, b, size) == 0;
  if (size >= 8) return !differ(0, uint64_t{}) && !differ(size - 8, uint64_t{});
  if (size >= 4) return !differ(0, uint32_t{}) && !differ(size - 4, uint32_t{});
  return size == 0 || (a[0] == b[0] && a[size / 2] == b[size / 2] && a[size - 1] == b[size - 1]);
}

[[gnu::always_inline]] inline bool SameText(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && SameBytes(a.data(), b.data(), a.size());
}

}  // namespace keyrule::evaluator
