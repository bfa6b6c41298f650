#include "dsl/rule_count.h"

#include <algorithm>
#include <array>

namespace keyrule::dsl {
namespace {

using Marks = std::array<bool, 256>;

constexpr Marks MarksOf(std::string_view characters) {
  Marks marks{};
  for (const char c : characters) marks[static_cast<unsigned char>(c)] = true;
  return marks;
}

// All that can begin a rule, or hide one.
constexpr Marks kBetween = MarksOf("r\"#/{");
constexpr Marks kWithin = MarksOf("\"#/{}");
constexpr Marks kNamePart = MarksOf("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.");

bool Is(const Marks& marks, char c) { return marks[static_cast<unsigned char>(c)]; }

// Behind a text or pattern that begins at `begin` and ends on its line.
size_t BehindQuoted(std::string_view text, size_t begin) {
  const char quote = text[begin];
  for (size_t at = begin + 1; at < text.size(); ++at) {
    if (text[at] == quote) return at + 1;
    if (text[at] == '\n') return at;
    if (text[at] == '\\') ++at;
  }
  return text.size();
}

bool IsRuleWord(std::string_view text, size_t at) {
  const size_t end = at + kRuleWord.size();
  return text.substr(at).starts_with(kRuleWord) && (at == 0 || !Is(kNamePart, text[at - 1])) &&
         (end == text.size() || !Is(kNamePart, text[end]));
}

}  // namespace

std::optional<size_t> RuleBeyond(std::string_view text, size_t most) {
  if (static_cast<size_t>(std::count(text.begin(), text.end(), '{')) <= most) return std::nullopt;
  size_t rules = 0;
  size_t braces = 0;
  for (size_t at = 0; at < text.size();) {
    const Marks& marks = braces == 0 ? kBetween : kWithin;
    while (at < text.size() && !Is(marks, text[at])) ++at;
    if (at == text.size()) break;
    switch (text[at]) {
      case '"':
      case '/':
        at = BehindQuoted(text, at);
        break;
      case '#':
        at = std::min(text.find('\n', at), text.size());
        break;
      case '{':
        ++braces;
        ++at;
        break;
      case '}':
        --braces;
        ++at;
        break;
      default:
        if (IsRuleWord(text, at) && ++rules > most) return at;
        ++at;
    }
  }
  return std::nullopt;
}

}  // namespace keyrule::dsl
