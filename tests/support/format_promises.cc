#include "tests/support/format_promises.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "dsl/format.h"
#include "dsl/lexical.h"
#include "dsl/recognize.h"
#include "dsl/token.h"

namespace keyrule::dsl {
namespace {

struct Scanned {
  explicit Scanned(const std::string& text) {
    sources.Add("p", text);
    ok = Scan(sources, 0, tokens, diagnostics);
  }
  Sources sources;
  Diagnostics diagnostics;
  Tokens tokens;
  bool ok = false;
};

bool IsOneRange(const Tokens& t, uint32_t open) {
  const auto is = [&](uint32_t i, TokenKind kind) { return i < t.size() && t.kind(i) == kind; };
  return is(open, TokenKind::kOpenBracket) && is(open + 2, TokenKind::kDotDot) &&
         t.kind(open + 1) != TokenKind::kPercent &&
         (is(open + 4, TokenKind::kCloseBracket) ||
          (is(open + 4, TokenKind::kComma) && is(open + 5, TokenKind::kCloseBracket)));
}

// The tokens as lines, each with the comments before it; a unit always in its plural, one
// range always without brackets if no comment stands in them.
std::vector<std::string> Folded(const Tokens& t) {
  std::vector<std::string> lines;
  size_t behind = 0;
  std::string comments;
  const auto take_comments = [&](size_t end) {
    for (size_t at = t.text.find('#', behind); at < end; at = t.text.find('#', at)) {
      const size_t stop = std::min(t.text.find('\n', at), t.text.size());
      const std::string_view comment = t.text.substr(at, stop - at);
      comments += std::string(comment.substr(0, comment.find_last_not_of(" \t\r") + 1)) + "\n";
      at = stop;
    }
  };
  for (uint32_t i = 0; i < t.size(); ++i) {
    const bool last = t.kind(i) == TokenKind::kEnd;
    if (IsOneRange(t, i)) {
      const size_t close = t.kind(i + 4) == TokenKind::kComma ? i + 5 : i + 4;
      const std::string_view inside =
          t.text.substr(t.ends[i], t.begins[close] - t.ends[i]);
      if (inside.find('#') == std::string_view::npos) {
        take_comments(t.begins[i]);
        for (uint32_t k = i + 1; k <= i + 3; ++k) {
          lines.push_back(std::exchange(comments, {}) + std::string(t.TextOf(k)));
        }
        behind = t.ends[close];
        i = static_cast<uint32_t>(close);
        continue;
      }
    }
    take_comments(last ? t.text.size() : t.begins[i]);
    std::string word(t.TextOf(i));
    const bool counted = i > 0 && t.kind(i - 1) == TokenKind::kInteger;
    if (counted && (word == "request" || word == "token" || word == "time")) word += "s";
    lines.push_back(std::exchange(comments, {}) + word);
    behind = t.ends[i];
  }
  return lines;
}

// The kinds of all nodes and how deep they stand.
std::string Trees(const Tokens& tokens) {
  SyntaxTree tree;
  tree.tokens = &tokens;
  std::string text;
  uint32_t at = 2;
  while (tokens.kind(at) != TokenKind::kEnd) {
    const auto end = Recognize(Part::kStatement, at, tree);
    if (!end) return text + "?";
    at = *end;
    for (uint32_t i = 0; i < tree.nodes.size(); ++i) {
      text += std::to_string(static_cast<int>(tree.nodes[i].kind)) + ":" +
              std::to_string(tree.nodes[i].next - i) + " ";
    }
    text += "\n";
  }
  return text;
}

}  // namespace

std::string Formatted(const std::string& text) {
  Sources sources;
  sources.Add("p", text);
  Diagnostics diagnostics;
  const std::optional<std::string> formatted = Format(sources, 0, diagnostics);
  EXPECT_TRUE(formatted) << (diagnostics.all().empty() ? "" : diagnostics.all()[0].message) << "\n"
                         << text;
  return formatted.value_or("");
}

::testing::AssertionResult KeepsItsPromises(const std::string& text) {
  const std::string once = Formatted(text);
  if (const std::string twice = Formatted(once); twice != once) {
    return ::testing::AssertionFailure() << "not stable:\n" << text << "\n---\n" << once
                                         << "\n---\n" << twice;
  }
  const Scanned before(text), after(once);
  if (!before.ok || !after.ok) return ::testing::AssertionFailure() << "no tokens:\n" << once;
  if (Folded(before.tokens) != Folded(after.tokens)) {
    return ::testing::AssertionFailure() << "other tokens or comments:\n"
                                         << text << "\n---\n" << once;
  }
  if (Trees(before.tokens) != Trees(after.tokens)) {
    return ::testing::AssertionFailure() << "other syntax trees:\n" << text << "\n---\n" << once;
  }
  for (const std::string_view bad : {"\r", " \n", "\n\n\n"}) {
    if (once.find(bad) != std::string::npos && text.find("\r\r") == std::string::npos) {
      return ::testing::AssertionFailure() << "blanks at the end of a line, or two empty lines:\n"
                                           << once;
    }
  }
  if (!once.ends_with('\n') || once.ends_with("\n\n")) {
    return ::testing::AssertionFailure() << "not one line break at the end:\n" << once;
  }
  return ::testing::AssertionSuccess();
}

std::string WithRandomGaps(const std::string& text, std::minstd_rand& random) {
  static constexpr std::string_view kGaps[] = {
      " # c\n", "\n# own line\n", "\n\n\n# after a blank\n# and one more\n",
      "\t# \"x\" { } \xC3\xBC\n",
      "\r\n",   "\n\n\n",         "   ",
      "\n  # allow KR0410: a reason\n", " # a\n\n # b  \r\n\n\n"};
  const Scanned scanned(text);
  const Tokens& tokens = scanned.tokens;
  const uint32_t often = 2 + static_cast<uint32_t>(random() % 40);
  std::string out;
  size_t behind = 0;
  for (uint32_t i = 0; i < tokens.size(); ++i) {
    out += text.substr(behind, tokens.begins[i] - behind);
    if (random() % often == 0) out += kGaps[random() % std::size(kGaps)];
    out += tokens.TextOf(i);
    behind = tokens.ends[i];
  }
  return out + text.substr(behind);
}

}  // namespace keyrule::dsl
