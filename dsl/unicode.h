// The little that diagnostics and the first scan need to know about Unicode.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace keyrule::dsl {

struct Character {
  char32_t code = 0;
  uint32_t size = 1;   // in bytes
  bool valid = false;  // false: this byte begins no character of UTF-8; size is then 1
};

// The character at `offset`, which must be inside `text`.
Character DecodeAt(std::string_view text, size_t offset);
// The offset of the first byte that is not UTF-8, or npos.
size_t FindInvalidUtf8(std::string_view text);
void AppendUtf8(std::string& out, char32_t code);

bool IsControl(char32_t code);
// Turns the direction of the text around it, so that what is read is not what is there.
bool IsBidiControl(char32_t code);
// Leaves no ink: joiners, fillers, variation selectors, tags, soft hyphens, blank letters.
bool IsInvisible(char32_t code);
// Ends a line to some programs and to some not: a carriage return alone, U+2028 and their kin. What
// stands behind it may look like a line of its own and be none.
bool IsForeignLineEnd(char32_t code);
// Looks like a space, but is none to the language: U+00A0 and its kin.
bool IsOddSpace(char32_t code);
// Columns on a terminal: 0 for combining marks, 2 for wide characters.
uint32_t DisplayWidth(char32_t code);

// "202E", at least four digits.
std::string Hex(char32_t code);
// A character as it can be shown without harm: itself, `U+202E` or `\x1B`.
std::string Shown(char32_t code);

}  // namespace keyrule::dsl
