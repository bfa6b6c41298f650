#include "dsl/allowance_comment.h"

#include <algorithm>
#include <optional>

#include "dsl/diagnostic.h"
#include "dsl/lexical.h"
#include "dsl/token.h"

namespace keyrule::dsl {
namespace {

constexpr std::string_view kWord = "allow";

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r'; }
char Upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

size_t SkipBlanks(std::string_view text, size_t at) {
  while (at < text.size() && IsBlank(text[at])) ++at;
  return at;
}

// The code at `at` in upper case; empty if none stands there.
std::string CodeAt(std::string_view text, size_t at) {
  size_t end = at + 2;
  while (end < text.size() && IsDigit(text[end])) ++end;
  if (end <= at + 2 || end > text.size() || Upper(text[at]) != 'K' || Upper(text[at + 1]) != 'R') {
    return {};
  }
  return "KR" + std::string(text.substr(at + 2, end - at - 2));
}

// `comment` begins with `#`; its first byte is at `begin` of the source.
std::optional<AllowanceComment> Read(std::string_view comment, uint32_t source, size_t begin) {
  const size_t word = SkipBlanks(comment, 1);
  if (!comment.substr(word).starts_with(kWord)) return std::nullopt;
  size_t at = SkipBlanks(comment, word + kWord.size());
  if (at == word + kWord.size()) return std::nullopt;
  AllowanceComment found;
  size_t end = at;
  for (std::string code; !(code = CodeAt(comment, at)).empty();) {
    end = at + code.size();
    found.codes.push_back(std::move(code));
    at = SkipBlanks(comment, end);
    if (at < comment.size() && comment[at] == ',') at = SkipBlanks(comment, at + 1);
  }
  if (found.codes.empty()) return std::nullopt;
  found.place = {source, static_cast<uint32_t>(begin + word), static_cast<uint32_t>(begin + end)};
  at = SkipBlanks(comment, end);
  if (at < comment.size() && comment[at] == ':') {
    at = SkipBlanks(comment, at + 1);
    size_t stop = comment.size();
    while (stop > at && IsBlank(comment[stop - 1])) --stop;
    found.reason = comment.substr(at, stop - at);
  }
  return found;
}

// Where lines and statements begin and end, in tokens.
class Layout {
 public:
  Layout(const Source& source, const Tokens& tokens) : tokens_(tokens) {
    uint32_t depth = 0;
    uint32_t braces = 0;
    for (uint32_t i = 0; i < tokens.size(); ++i) {
      const TokenKind kind = tokens.kind(i);
      const bool closes =
          kind == TokenKind::kCloseBracket || kind == TokenKind::kCloseParenthesis;
      if (closes && depth > 0) --depth;
      if (kind == TokenKind::kCloseBrace && braces > 0) --braces;
      lines_.push_back(source.Locate(tokens.begins[i]).line);
      inside_.push_back(depth > 0);
      begins_statement_.push_back(braces == 0 && IsStatementWord(kind));
      ends_statement_.push_back(braces == 0 && kind == TokenKind::kCloseBrace);
      if (kind == TokenKind::kOpenBracket || kind == TokenKind::kOpenParenthesis) ++depth;
      if (kind == TokenKind::kOpenBrace) ++braces;
    }
  }

  // What a comment on this line, in front of token `next`, speaks for.
  Span Covered(uint32_t line, uint32_t next) const {
    if (next > 0 && lines_[next - 1] == line) {
      return ends_statement_[next - 1] ? Statement(next - 1) : Line(next - 1);
    }
    if (tokens_.kind(next) == TokenKind::kEnd) return {tokens_.source, 0, 0};
    return begins_statement_[next] ? Statement(next) : Line(next);
  }

 private:
  Span Between(uint32_t first, uint32_t last) const {
    return {tokens_.source, tokens_.begins[first], tokens_.ends[last]};
  }

  Span Statement(uint32_t token) const {
    uint32_t first = token, last = token;
    while (first > 0 && !begins_statement_[first]) --first;
    while (!ends_statement_[last] && tokens_.kind(last + 1) != TokenKind::kEnd &&
           !begins_statement_[last + 1]) {
      ++last;
    }
    return Between(first, last);
  }

  // A condition or list that goes over several lines counts as one.
  bool Continues(uint32_t token) const {
    const TokenKind kind = tokens_.kind(token);
    return inside_[token] || kind == TokenKind::word_and || kind == TokenKind::word_or ||
           kind == TokenKind::kCloseBracket || kind == TokenKind::kCloseParenthesis;
  }

  Span Line(uint32_t token) const {
    uint32_t first = token, last = token;
    for (; first > 0; --first) {
      if (lines_[first - 1] != lines_[first] && !Continues(first)) break;
    }
    for (; tokens_.kind(last + 1) != TokenKind::kEnd; ++last) {
      if (lines_[last + 1] != lines_[last] && !Continues(last + 1)) break;
    }
    return Between(first, last);
  }

  const Tokens& tokens_;
  std::vector<uint32_t> lines_;
  std::vector<bool> inside_;  // brackets or parentheses
  std::vector<bool> begins_statement_;
  std::vector<bool> ends_statement_;
};

}  // namespace

std::vector<AllowanceComment> AllowanceComments(const Sources& sources, uint32_t index) {
  std::vector<AllowanceComment> all;
  const Source& source = sources.at(index);
  const std::string_view text = source.text();
  if (text.find(kWord) == std::string_view::npos) return all;
  Tokens tokens;
  Diagnostics ignored;  // what is wrong with the text has been said when it was read
  Scan(sources, index, tokens, ignored);
  if (tokens.size() == 0 || tokens.kind(0) != TokenKind::word_keyrule) return all;
  std::optional<Layout> layout;
  size_t behind = 0;  // the token before
  for (uint32_t i = 0; i < tokens.size(); ++i) {
    const bool last = tokens.kind(i) == TokenKind::kEnd;
    const size_t end = last ? text.size() : tokens.begins[i];
    for (size_t at = text.find('#', behind); at < end; at = text.find('#', at)) {
      const size_t line_end = std::min(text.find('\n', at), text.size());
      auto comment = Read(text.substr(at, line_end - at), index, at);
      if (comment) {
        if (!layout) layout.emplace(source, tokens);
        comment->covers = layout->Covered(source.Locate(comment->place.begin).line, i);
        all.push_back(std::move(*comment));
      }
      at = line_end;
    }
    behind = last ? text.size() : tokens.ends[i];
  }
  return all;
}

}  // namespace keyrule::dsl
