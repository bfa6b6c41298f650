#include "dsl/token.h"

#include <array>

namespace keyrule::dsl {
namespace {

constexpr std::array<std::string_view, static_cast<size_t>(TokenKind::kIdentifier)> kTokenSpellings = {
#define KEYRULE_STATEMENT(word) #word,
#define KEYRULE_RESERVED(word) #word,
#define KEYRULE_WORD(word) #word,
#include "dsl/token_words.def"
#undef KEYRULE_STATEMENT
#undef KEYRULE_RESERVED
#undef KEYRULE_WORD
};

// An open hash table, filled by the compiler: words are looked up for every token of every file.
constexpr size_t kSlots = 512;

constexpr size_t SlotOf(std::string_view word) {
  uint32_t hash = 2166136261U;
  for (const char c : word) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return (hash ^ hash >> 15) % kSlots;
}

constexpr auto kTable = [] {
  std::array<uint8_t, kSlots> table{};
  table.fill(static_cast<uint8_t>(TokenKind::kIdentifier));
  for (size_t i = 0; i < kTokenSpellings.size(); ++i) {
    size_t slot = SlotOf(kTokenSpellings[i]);
    while (table[slot] != static_cast<uint8_t>(TokenKind::kIdentifier)) slot = (slot + 1) % kSlots;
    table[slot] = static_cast<uint8_t>(i);
  }
  return table;
}();

constexpr size_t kLongest = [] {
  size_t longest = 0;
  for (const std::string_view word : kTokenSpellings) longest = word.size() > longest ? word.size() : longest;
  return longest;
}();

}  // namespace

TokenKind WordKind(std::string_view word) {
  if (word.size() > kLongest) return TokenKind::kIdentifier;
  for (size_t slot = SlotOf(word);; slot = (slot + 1) % kSlots) {
    const uint8_t kind = kTable[slot];
    if (kind == static_cast<uint8_t>(TokenKind::kIdentifier) || kTokenSpellings[kind] == word) {
      return static_cast<TokenKind>(kind);
    }
  }
}

std::string_view WordSpelling(TokenKind kind) {
  const auto index = static_cast<size_t>(kind);
  return index < kTokenSpellings.size() ? kTokenSpellings[index] : std::string_view();
}

}  // namespace keyrule::dsl
