#include "tests/fuzz/token_mutator.h"

#include <algorithm>
#include <vector>

#include "dsl/token.h"

namespace keyrule::dsl {
namespace {

enum class Class { kSpace, kWord, kText, kMark };

Class ClassOf(char c) {
  if (c == ' ' || c == '\n' || c == '\t' || c == '\r') return Class::kSpace;
  const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    c == '_' || c == '.' || c == '%';
  return word ? Class::kWord : c == '"' ? Class::kText : Class::kMark;
}

// Roughly the tokens, gaps included; unlike the scanner it takes any bytes.
std::vector<std::string_view> Pieces(std::string_view text) {
  std::vector<std::string_view> pieces;
  for (size_t begin = 0; begin < text.size();) {
    const Class kind = ClassOf(text[begin]);
    size_t end = begin + 1;
    if (kind == Class::kText) {
      while (end < text.size() && text[end] != '"' && text[end] != '\n') ++end;
      end = std::min(end + 1, text.size());
    } else if (kind != Class::kMark) {
      while (end < text.size() && ClassOf(text[end]) == kind) ++end;
    }
    pieces.push_back(text.substr(begin, end - begin));
    begin = end;
  }
  return pieces;
}

// What the words of the language do not hold.
constexpr std::string_view kOthers[] = {
    "{",    "}",    "[",      "]",       "(",     ")",   ",",     ":",          "=",    "==",
    "!=",   "<",    "<=",     ">",       ">=",    "..",  "\"a\"", "\"*\"",      "/a+/", "-1",
    "0",    "7",    "10%",    "20%..5%", "1.50",  "30s", "2m",    "2026-02-29", "mon",  "24:00",
    "9:00", "name", "user.id", "\n",     "app.id", "#",  "labels.a", "2026-01-01T00:00:00Z"};

}  // namespace

std::string MutateTokens(std::string_view text, size_t limit, std::minstd_rand& random) {
  std::vector<std::string_view> pieces = Pieces(text);
  const auto below = [&random](size_t n) { return n == 0 ? 0 : random() % n; };
  const auto fresh = [&]() -> std::string_view {
    const size_t words = static_cast<size_t>(TokenKind::kIdentifier);
    const size_t pick = below(words + std::size(kOthers));
    return pick < words ? WordSpelling(static_cast<TokenKind>(pick)) : kOthers[pick - words];
  };
  for (size_t change = 1 + below(4); change > 0; --change) {
    const size_t at = below(pieces.size() + 1);
    const size_t other = below(pieces.size());
    const auto place = pieces.begin() + static_cast<std::ptrdiff_t>(at);
    switch (below(6)) {
      case 0:
        if (at < pieces.size()) pieces.erase(place);
        break;
      case 1:
        if (at < pieces.size()) std::swap(pieces[at], pieces[other]);
        break;
      case 2:
        if (at < pieces.size()) pieces[at] = fresh();
        break;
      case 3:
        pieces.insert(place, {" ", fresh(), " "});
        break;
      case 4:
        if (other < pieces.size()) pieces.insert(place, pieces[other]);
        break;
      default: {  // a run of tokens stands twice
        const std::vector<std::string_view> run(
            pieces.begin() + static_cast<std::ptrdiff_t>(other),
            pieces.begin() +
                static_cast<std::ptrdiff_t>(std::min(other + 1 + below(24), pieces.size())));
        pieces.insert(place, run.begin(), run.end());
      }
    }
  }
  std::string result;
  for (const std::string_view piece : pieces) result += piece;
  result.resize(std::min(result.size(), limit));
  return result;
}

}  // namespace keyrule::dsl
