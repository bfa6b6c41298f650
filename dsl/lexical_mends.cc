#include "dsl/lexical_mends.h"

#include <algorithm>

#include "dsl/unicode.h"
#include "dsl/wording.h"

namespace keyrule::dsl {
namespace {

struct Sign {
  char32_t code;
  std::string_view help;
};
constexpr Sign kSigns[] = {
    {0x2010, "write an ordinary `-`"},
    {0x2011, "write an ordinary `-`"},
    {0x2012, "write `..` for a range, an ordinary `-` for a minus"},
    {0x2013, "write `..` for a range, an ordinary `-` for a minus"},
    {0x2014, "write `..` for a range; a comment begins with `#`"},
    {0x2212, "write an ordinary `-`"},
    {0x2026, "write `..` for a range"},
    {0x2260, "write `!=`"},
    {0x2264, "write `<=`"},
    {0x2265, "write `>=`"},
    {0x2261, "write `==`"},
    {0x2192, "write the clause in words: `use`, `deny` or `leave to host`"},
    {0x21D2, "write the clause in words: `use`, `deny` or `leave to host`"},
    {0x2227, "write `and`"},
    {0x2228, "write `or`"},
    {0xAC, "write `not`"},
    {0x2208, "write `in`"},
    {0x2209, "write `not in`"},
    {0xD7, "there is no arithmetic; a weight is written `weight 3`"},
    {0x2022, "entries of a block need no bullet"},
    {0xB7, "entries of a block need no bullet"},
    {'*', "there is no arithmetic; a weight is written `weight 3`"},
    {'?', "write a rule for each case"},
    {'\\', "remove it; line breaks mean nothing"},
};

struct Range {
  char32_t first;
  char32_t last;
};
constexpr Range kLetters[] = {{0xC0, 0xD6},     {0xD8, 0xF6},     {0xF8, 0x2AF},    {0x370, 0x58F},
                              {0x5D0, 0x6FF},   {0x900, 0x1FFF},  {0x3040, 0x318F}, {0x3400, 0x9FFF},
                              {0xA000, 0xA4CF}, {0xAC00, 0xD7A3}, {0xF900, 0xFAFF}, {0x1D400, 0x1D7FF}};

struct Entity {
  std::string_view text;
  std::string_view help;
};
constexpr Entity kEntities[] = {{"&quot;", "write `\"`"}, {"&#34;", "write `\"`"}, {"&#39;", "write `\"`"},
                                {"&apos;", "write `\"`"}, {"&lt;", "write `<`"},   {"&gt;", "write `>`"},
                                {"&nbsp;", "write an ordinary space"}, {"&amp;", "write `and`"}};

bool BeginsLine(std::string_view text, size_t at) { return at == 0 || text[at - 1] == '\n'; }

size_t LineEnd(std::string_view text, size_t at) { return std::min(text.find('\n', at), text.size()); }

// "12 |" and "12:" as pages and tools number the lines of what they show.
bool IsLineNumber(std::string_view text, size_t at) {
  size_t i = at;
  while (i > 0 && (text[i - 1] == ' ' || text[i - 1] == '\t')) --i;
  const size_t digits_end = i;
  while (i > 0 && text[i - 1] >= '0' && text[i - 1] <= '9') --i;
  const bool digits = i < digits_end;
  while (i > 0 && (text[i - 1] == ' ' || text[i - 1] == '\t')) --i;
  return digits && BeginsLine(text, i);
}

}  // namespace

bool IsForeignLetter(char32_t code) {
  return std::any_of(std::begin(kLetters), std::end(kLetters),
                     [code](Range range) { return code >= range.first && code <= range.last; });
}

std::string MendOfCharacter(char32_t code, std::string_view text, size_t at) {
  const char next = at + 1 < text.size() ? text[at + 1] : '\0';
  if (code == '$') {
    if (next >= '0' && next <= '9') {
      return text.substr(0, at).ends_with("limit ") ? "write the amount as `50.00 usd`"
                                                    : "write the amount without it: `50.00`";
    }
    return next == '/' ? "write `\\/` for a slash inside a pattern" : "write the name without `$`";
  }
  if (code == '~') return next >= '0' && next <= '9' ? "write a range: `4..6`" : "write `matches /…/`";
  if (code == '?') {
    const size_t behind = text.find_first_not_of(" \t", at + 1);
    if (behind == text.npos || text[behind] == ':') return "write `optional` behind the type";
  }
  for (const Sign& sign : kSigns) {
    if (sign.code == code) return std::string(sign.help);
  }
  if (code >= 0xFF01 && code <= 0xFF5E) {
    const char plain = static_cast<char>(code - 0xFEE0);
    return Cat({"write the ordinary `", std::string_view(&plain, 1), "`"});
  }
  if (IsForeignLetter(code)) {
    return "names consist of the letters a–z and A–Z, digits and `_`; others stand in quoted texts";
  }
  return "remove it, or put it inside a quoted text";
}

Pasted PastedAt(std::string_view text, size_t at) {
  const std::string_view rest = text.substr(at);
  if (BeginsLine(text, at)) {
    for (const std::string_view mark : {"<<<<<<<", "=======", ">>>>>>>", "|||||||"}) {
      if (!rest.starts_with(mark)) continue;
      return {LineEnd(text, at), mark, "this is an unresolved merge: keep one side, and remove its marks"};
    }
  }
  if (rest.starts_with("```")) {
    return {LineEnd(text, at), "```", "this marks code in a page or a chat: remove the line"};
  }
  if (rest.starts_with("|") && !rest.starts_with("||") && IsLineNumber(text, at)) {
    return {at + 1, "|", "remove the numbers of the lines"};
  }
  for (const Entity& entity : kEntities) {
    if (rest.starts_with(entity.text)) return {at + entity.text.size(), entity.text, entity.help};
  }
  return {};
}

}  // namespace keyrule::dsl
