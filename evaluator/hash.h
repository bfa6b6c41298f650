// The language's one hash (LANGUAGE.md §4.1), pinned by the edition: shares, random draws and stickiness depend on it.
#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <string_view>

namespace keyrule::evaluator {

// XXH3-64, seed 0, over "keyrule 1" and the parts, joined by byte 0x1F.
uint64_t Hash(std::initializer_list<std::string_view> parts) noexcept;
// The same with a seed: for keys of tables, which nothing that is decided depends on. Who chooses names cannot tell where
// they come to stand.
uint64_t Hash(uint64_t seed, std::initializer_list<std::string_view> parts) noexcept;

__extension__ typedef unsigned __int128 Wide;  // -Wpedantic knows no such type by itself

// Hash({first, middle, last}) of many middles.
class MiddleHash {
 public:
  MiddleHash(std::string_view first, std::string_view last) noexcept;
  MiddleHash(const MiddleHash&) = delete;
  MiddleHash& operator=(const MiddleHash&) = delete;
  uint64_t operator()(std::string_view middle) noexcept;

 private:
  std::string_view first_, last_;
  size_t begins_ = 0;           // where a middle does
  size_t size_ = SIZE_MAX;      // of the middle that stands before last_; SIZE_MAX: none does yet
  std::array<char, 512> text_;  // what is hashed, if it has room
};

// ⌊hash · range / 2⁶⁴⌋: an even draw from 0…range-1.
constexpr uint64_t Scale(uint64_t hash, uint64_t range) noexcept {
  return static_cast<uint64_t>((static_cast<Wide>(hash) * range) >> 64);
}

// SplitMix64's: no two numbers give the same, and each bit moves half of the others.
constexpr uint64_t Mix(uint64_t number) noexcept {
  number += 0x9E3779B97F4A7C15u;
  number = (number ^ number >> 30) * 0xBF58476D1CE4E5B9u;
  number = (number ^ number >> 27) * 0x94D049BB133111EBu;
  return number ^ number >> 31;
}

uint64_t LongHash(std::string_view text) noexcept;  // XXH3-64

// For tables of this process alone: not pinned. Short texts, nearly all, are hashed without a call: two words that overlap
// cover them, and one wide product mixes those.
[[gnu::always_inline]] inline uint64_t QuickHash(std::string_view text) noexcept {
  const size_t size = text.size();
  const auto both_ends = [&]<typename Word>(Word) noexcept {
    Word first, last;
    std::memcpy(&first, text.data(), sizeof(Word));
    std::memcpy(&last, text.data() + size - sizeof(Word), sizeof(Word));
    const Wide product = static_cast<Wide>(first ^ 0xA0761D6478BD642Fu ^ size) * (last ^ 0xE7037ED1A0B428DBu);
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
  };
  if (size > 16) return LongHash(text);
  if (size >= 8) return both_ends(uint64_t{});
  if (size >= 4) return both_ends(uint32_t{});
  if (size >= 2) return both_ends(uint16_t{});
  return Mix(size == 0 ? 0 : static_cast<uint8_t>(text[0]) + 1u);
}

// An integer's decimal digits, on the stack.
class Decimal {
 public:
  template <typename Integer>
  explicit Decimal(Integer number) noexcept {
    size_ = static_cast<size_t>(std::to_chars(digits_.data(), digits_.data() + digits_.size(), number).ptr - digits_.data());
  }
  std::string_view view() const noexcept { return {digits_.data(), size_}; }

 private:
  std::array<char, 24> digits_;
  size_t size_;  // not where they end: a copy has digits of its own
};

}  // namespace keyrule::evaluator
