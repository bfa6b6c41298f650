// What the first scan makes of a text: tokens, one byte each, so that the grammar reads kinds
// instead of characters.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "dsl/source.h"

namespace keyrule::dsl {

// Words carry their spelling (word_rule), so that token_words.def is the only list of them.
enum class TokenKind : uint8_t {
#define KEYRULE_STATEMENT(word) word_##word,
#define KEYRULE_RESERVED(word) word_##word,
#define KEYRULE_WORD(word) word_##word,
#include "dsl/token_words.def"
#undef KEYRULE_STATEMENT
#undef KEYRULE_RESERVED
#undef KEYRULE_WORD
  kIdentifier,  // any other word
  kPath,        // a word and what follows its dots: user.id, inputs."client-id"
  kText,
  kPattern,
  kInteger,
  kNegative,  // an integer below zero
  kMoney,     // an amount with cents; whole amounts are integers
  kPercent,
  kDuration,
  kCalendar,   // 2026-12-24
  kClockTime,  // 09:00
  kTimestamp,
  kMalformed,  // begins with a digit and is no literal
  // clang-format off
  kOpenBrace, kCloseBrace, kOpenBracket, kCloseBracket, kOpenParenthesis, kCloseParenthesis,
  kComma, kColon, kAssign, kDotDot,
  kEqual, kNotEqual, kLessEqual, kGreaterEqual, kLess, kGreater,
  // clang-format on
  kStray,  // a character that the language uses, but not alone
  kEnd,
};

inline constexpr TokenKind kLastStatementWord = TokenKind::word_test;
inline constexpr TokenKind kLastReservedWord = TokenKind::word_credential;
inline constexpr TokenKind kLastWord = TokenKind::kIdentifier;

inline bool IsStatementWord(TokenKind kind) { return kind <= kLastStatementWord; }
inline bool IsReservedWord(TokenKind kind) { return kind <= kLastReservedWord; }
inline bool IsWord(TokenKind kind) { return kind <= kLastWord; }

// The kind of a word as it is spelled.
TokenKind WordKind(std::string_view word);
// How a word of the language is spelled; empty for all other kinds.
std::string_view WordSpelling(TokenKind kind);

// The last token is kEnd. Three parallel arrays: the grammar runs over `kinds` alone.
struct Tokens {
  uint32_t source = 0;
  std::string_view text;
  std::string kinds;
  std::vector<uint32_t> begins;
  std::vector<uint32_t> ends;

  uint32_t size() const { return static_cast<uint32_t>(kinds.size()); }
  TokenKind kind(uint32_t i) const { return static_cast<TokenKind>(kinds[i]); }
  std::string_view TextOf(uint32_t i) const { return text.substr(begins[i], ends[i] - begins[i]); }
  Span SpanOf(uint32_t i) const { return {source, begins[i], ends[i]}; }
  void Clear() {
    kinds.clear();
    begins.clear();
    ends.clear();
  }
  void Reserve(size_t tokens) {
    kinds.reserve(tokens);
    begins.reserve(tokens);
    ends.reserve(tokens);
  }
  void Add(TokenKind kind, size_t begin, size_t end) {
    kinds.push_back(static_cast<char>(kind));
    begins.push_back(static_cast<uint32_t>(begin));
    ends.push_back(static_cast<uint32_t>(end));
  }
};

}  // namespace keyrule::dsl
