#include "tests/fuzz/token_mutator.h"

#include <algorithm>
#include <deque>
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

// `let t1 = t0 or not t0` and so on: each written out would be twice as long as the one before.
std::string Doubling(size_t length, std::string_view join) {
  std::string text = "\nlet t0 = app.id is set\n";
  for (size_t i = 1; i <= length; ++i) {
    const std::string last = "t" + std::to_string(i - 1);
    text += "let t" + std::to_string(i) + " = " + last;
    text.append(join).append(last).append("\n");
  }
  return text + "rule tn { when t" + std::to_string(length) + " deny \"n\" }\n";
}

// The pieces from `first` to `end` over and over, up to `bytes`.
std::string Filling(const std::vector<std::string_view>& pieces, size_t first, size_t end,
                    size_t bytes) {
  std::string run, text;
  for (size_t i = first; i < std::min(end, pieces.size()); ++i) run += pieces[i];
  while (!run.empty() && text.size() + run.size() <= bytes) text += run;
  return text;
}

constexpr std::string_view kJoins[] = {" or ", " and ", " or not ", " and not "};

}  // namespace

std::string MutateTokens(std::string_view text, size_t limit, std::minstd_rand& random) {
  std::vector<std::string_view> pieces = Pieces(text);
  const auto below = [&random](size_t n) { return n == 0 ? 0 : random() % n; };
  const auto fresh = [&]() -> std::string_view {
    const size_t words = static_cast<size_t>(TokenKind::kIdentifier);
    const size_t pick = below(words + std::size(kOthers));
    return pick < words ? WordSpelling(static_cast<TokenKind>(pick)) : kOthers[pick - words];
  };
  std::deque<std::string> made;  // what pieces point into
  for (size_t change = 1 + below(4); change > 0; --change) {
    const size_t at = below(pieces.size() + 1);
    const size_t other = below(pieces.size());
    const auto place = pieces.begin() + static_cast<std::ptrdiff_t>(at);
    switch (below(16)) {  // what costs most is tried least
      case 0:
        pieces.insert(place, made.emplace_back(Filling(pieces, other, other + 1 + below(24),
                                                       below(limit + 1 - std::min(limit, text.size())))));
        continue;
      case 1: {
        const auto last = std::find(pieces.begin(), pieces.end(), "default");
        pieces.insert(last == pieces.end() ? place : last,
                      made.emplace_back(Doubling(4 + below(64), kJoins[below(std::size(kJoins))])));
        continue;
      }
      default:
        break;
    }
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
