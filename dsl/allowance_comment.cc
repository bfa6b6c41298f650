#include "dsl/allowance_comment.h"

#include <algorithm>
#include <optional>

#include "dsl/diagnostic.h"
#include "dsl/digit.h"
#include "dsl/lexical.h"
#include "dsl/token.h"

namespace keyrule::dsl {
namespace {

constexpr std::string_view kWord = "allow";

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r'; }
char Upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

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

// Where lines and statements begin and end, in tokens: found once, then looked up, since a statement
// may be long and have many comments.
class Blanks {
 public:
  Blanks(const Source& source, const Tokens& tokens) : tokens_(tokens) {
    uint32_t depth = 0;
    uint32_t braces = 0;
    for (uint32_t i = 0; i < tokens.size(); ++i) {
      const TokenKind kind = tokens.kind(i);
      const bool closes =
          kind == TokenKind::kCloseBracket || kind == TokenKind::kCloseParenthesis;
      if (closes && depth > 0) --depth;
      if (kind == TokenKind::kCloseBrace && braces > 0) --braces;
      lines_.push_back(source.LineOf(tokens.begins[i]));
      // A condition or list that goes over several lines counts as one.
      const bool continues = depth > 0 || closes || kind == TokenKind::word_and ||
                             kind == TokenKind::word_or;
      if (i == 0 || (lines_[i - 1] != lines_[i] && !continues)) line_begins_.push_back(i);
      if (braces == 0 && IsStatementWord(kind)) statement_begins_.push_back(i);
      if (braces == 0 && kind == TokenKind::kCloseBrace) statement_ends_.push_back(i);
      if (kind == TokenKind::kOpenBracket || kind == TokenKind::kOpenParenthesis) ++depth;
      if (kind == TokenKind::kOpenBrace) ++braces;
    }
  }

  // What a comment on this line, in front of token `next`, speaks for.
  void Cover(uint32_t line, uint32_t next, AllowanceComment* comment) const {
    uint32_t token = next;
    bool statement = false;
    if (next > 0 && lines_[next - 1] == line) {
      token = next - 1;
      statement = Has(statement_ends_, token);
    } else if (tokens_.kind(next) == TokenKind::kEnd) {
      comment->covers = {tokens_.source, 0, 0};
      return;
    } else {
      statement = Has(statement_begins_, token);
    }
    comment->whole_statement = statement;
    comment->covers = statement ? Statement(token) : Between(Last(line_begins_, token),
                                                             First(line_begins_, token + 1) - 1);
  }

 private:
  using Places = std::vector<uint32_t>;  // tokens, in order

  static bool Has(const Places& places, uint32_t token) {
    return std::binary_search(places.begin(), places.end(), token);
  }
  // The last place that is not behind `token`; the first token if there is none.
  static uint32_t Last(const Places& places, uint32_t token) {
    const auto behind = std::upper_bound(places.begin(), places.end(), token);
    return behind == places.begin() ? 0 : *(behind - 1);
  }
  // The first place that is not before `token`; the end of the text if there is none.
  uint32_t First(const Places& places, uint32_t token) const {
    const auto at = std::lower_bound(places.begin(), places.end(), token);
    const uint32_t end = tokens_.size() - 1;
    return at == places.end() ? end : std::min(*at, end);
  }

  Span Between(uint32_t first, uint32_t last) const {
    return {tokens_.source, tokens_.begins[first], tokens_.ends[last]};
  }
  Span Statement(uint32_t token) const {
    return Between(Last(statement_begins_, token),
                   std::min(First(statement_ends_, token), First(statement_begins_, token + 1) - 1));
  }

  const Tokens& tokens_;
  std::vector<uint32_t> lines_;
  Places line_begins_, statement_begins_, statement_ends_;
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
  std::optional<Blanks> layout;
  size_t at = text.find('#');
  for (uint32_t i = 0; i < tokens.size() && at != text.npos; ++i) {
    const bool last = tokens.kind(i) == TokenKind::kEnd;
    const size_t end = last ? text.size() : tokens.begins[i];
    while (at < end) {
      const size_t line_end = std::min(text.find('\n', at), text.size());
      auto comment = Read(text.substr(at, line_end - at), index, at);
      if (comment) {
        if (!layout) layout.emplace(source, tokens);
        layout->Cover(source.LineOf(comment->place.begin), i, &*comment);
        all.push_back(std::move(*comment));
      }
      at = text.find('#', line_end);
    }
    if (!last && at < tokens.ends[i]) at = text.find('#', tokens.ends[i]);  // it is in a text
  }
  return all;
}

}  // namespace keyrule::dsl
