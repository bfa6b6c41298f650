#include "dsl/format_words.h"

#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "dsl/literal.h"
#include "dsl/recognize.h"

namespace keyrule::dsl {
namespace {

constexpr size_t kDays = 7;
constexpr std::array<TokenKind, kDays> kWeek = {
    TokenKind::word_mon, TokenKind::word_tue, TokenKind::word_wed, TokenKind::word_thu,
    TokenKind::word_fri, TokenKind::word_sat, TokenKind::word_sun};

struct Form {
  TokenKind one;
  TokenKind many;
};
constexpr std::array kForms = {Form{TokenKind::word_request, TokenKind::word_requests},
                               Form{TokenKind::word_token, TokenKind::word_tokens},
                               Form{TokenKind::word_time, TokenKind::word_times}};

size_t DayOf(TokenKind kind) { return static_cast<size_t>(kind) - static_cast<size_t>(kWeek[0]); }

class WordChooser {
 public:
  WordChooser(const Tokens& tokens, const Comments& comments)
      : tokens_(tokens), comments_(comments) {}

  std::string Run() {
    SyntaxTree tree;
    tree.tokens = &tokens_;
    for (uint32_t at = 2; tokens_.kind(at) != TokenKind::kEnd;) {
      at = Recognize(Part::kStatement, at, tree).value();
      for (const Node& node : tree.nodes) Visit(node);
    }
    out_ += tokens_.text.substr(copied_);
    return std::move(out_);
  }

 private:
  void Visit(const Node& node) {
    switch (node.kind) {
      case NodeKind::kUnit:
        return Number(node.first);
      case NodeKind::kMany:
        return Number(node.first + 1);
      case NodeKind::kRetry:
        return Number(node.first + 2);
      case NodeKind::kClock:
        return Moments(node);
      default:
        return;
    }
  }

  // The tokens first … last are written otherwise.
  void Replace(uint32_t first, uint32_t last, std::string_view text) {
    out_ += tokens_.text.substr(copied_, tokens_.begins[first] - copied_);
    out_ += text;
    copied_ = tokens_.ends[last];
  }

  void Number(uint32_t unit) {
    const bool one = IntegerValue(tokens_.TextOf(unit - 1)) == 1;
    const TokenKind kind = tokens_.kind(unit);
    for (const Form& form : kForms) {
      if (kind != form.one && kind != form.many) continue;
      const TokenKind right = one ? form.one : form.many;
      if (kind != right) Replace(unit, unit, WordSpelling(right));
    }
  }

  void Moments(const Node& clock) {
    uint32_t open = clock.first;
    while (open < clock.end && tokens_.kind(open) != TokenKind::kOpenBracket) ++open;
    if (open == clock.end) return;
    uint32_t close = open;
    while (tokens_.kind(close) != TokenKind::kCloseBracket) ++close;
    if (comments_.Any(open + 1, close)) return;
    uint32_t last = close - 1;
    if (tokens_.kind(last) == TokenKind::kComma) --last;
    const bool one_range =
        last == open + 3 && tokens_.kind(open + 2) == TokenKind::kDotDot;
    if (!one_range && !IsRun(open + 1, last)) return;
    std::string range = " ";  // what stood beside a bracket must not grow together
    range += tokens_.TextOf(open + 1);
    range += "..";
    range += tokens_.TextOf(last);
    range += " ";
    Replace(open, close, range);
  }

  // Three days or more, each the day after the one before, none twice.
  bool IsRun(uint32_t first, uint32_t last) const {
    const uint32_t days = (last - first) / 2 + 1;
    if ((last - first) % 2 != 0 || days < 3 || days > kDays) return false;
    for (uint32_t i = first; i <= last; ++i) {
      const TokenKind kind = tokens_.kind(i);
      if ((i - first) % 2 != 0) {
        if (kind != TokenKind::kComma) return false;
        continue;
      }
      if (kind < kWeek.front() || kind > kWeek.back()) return false;
      if (i > first && DayOf(kind) != (DayOf(tokens_.kind(i - 2)) + 1) % kDays) return false;
    }
    return true;
  }

  const Tokens& tokens_;
  const Comments& comments_;
  std::string out_;
  size_t copied_ = 0;
};

}  // namespace

std::string ChooseWords(const Tokens& tokens, const Comments& comments) {
  return WordChooser(tokens, comments).Run();
}

}  // namespace keyrule::dsl
