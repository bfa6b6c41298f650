#include "dsl/lexical.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dsl/digit.h"
#include "dsl/lexical_mends.h"
#include "dsl/limits.h"
#include "dsl/literal.h"
#include "dsl/rule_count.h"
#include "dsl/scan_text.h"
#include "dsl/unicode.h"
#include "dsl/wording.h"

namespace keyrule::dsl {
namespace {

constexpr bool IsWordStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
constexpr auto kIsWordPart = [] {
  std::array<bool, 256> is{};
  for (size_t c = 0; c < is.size(); ++c) {
    is[c] = IsWordStart(static_cast<char>(c)) || IsDigit(static_cast<char>(c));
  }
  return is;
}();
constexpr bool IsWordPart(char c) { return kIsWordPart[static_cast<unsigned char>(c)]; }

// What other languages write, and what it is called here.
struct Foreign {
  std::string_view text;
  std::string_view message;
  std::string_view help;
};
constexpr Foreign kForeign[] = {
    // longer ones first
    {"===", "`===` is not an operator", "write `==`"},
    {"!==", "`!==` is not an operator", "write `!=`"},
    {"<>", "`<>` is not an operator", "write `!=`"},
    {"=>", "`=>` is not an operator",
     "write `>=` to compare, `:` between a key and what it stands for"},
    {"=~", "`=~` is not an operator", "write `matches /…/`"},
    {"!~", "`!~` is not an operator", "write `not (… matches /…/)`"},
    {"&&", "`&&` is not an operator", "write `and`"},
    {"||", "`||` is not an operator", "write `or`"},
    {"&", "`&` is not an operator", "write `and`"},
    {"|", "`|` is not an operator", "write `or`"},
    {"!", "`!` is not an operator", "write `not`"},
    {";", "`;` ends nothing here", "remove it; clauses need no separator"},
    {"//", "`//` does not begin a comment", "begin a comment with `#`"},
    {"--", "`--` does not begin a comment", "begin a comment with `#`"},
    {"/*", "`/*` does not begin a comment", "begin each line of a comment with `#`"},
    {"<!--", "`<!--` does not begin a comment", "begin each line of a comment with `#`"},
};

struct Mark {
  std::string_view text;
  TokenKind kind;
};
constexpr Mark kMarks[] = {
    // longer ones first
    {"==", TokenKind::kEqual},
    {"!=", TokenKind::kNotEqual},
    {"<=", TokenKind::kLessEqual},
    {">=", TokenKind::kGreaterEqual},
    {"..", TokenKind::kDotDot},
    {"=", TokenKind::kAssign},
    {"<", TokenKind::kLess},
    {">", TokenKind::kGreater},
    {"{", TokenKind::kOpenBrace},
    {"}", TokenKind::kCloseBrace},
    {"[", TokenKind::kOpenBracket},
    {"]", TokenKind::kCloseBracket},
    {"(", TokenKind::kOpenParenthesis},
    {")", TokenKind::kCloseParenthesis},
    {",", TokenKind::kComma},
    {":", TokenKind::kColon},
    {".", TokenKind::kStray},
    {"+", TokenKind::kStray},
    {"-", TokenKind::kStray},
    {"%", TokenKind::kStray},
    {"/", TokenKind::kStray},
};

constexpr std::string_view kTooManyRules = "the number of rules is larger than 1,000,000";

// So many open parentheses are no slip: where it is the nesting that is wrong, the parser says so.
constexpr size_t kMostOpen = 10'000;

class Scanner {
 public:
  Scanner(std::string_view text, Tokens& tokens, ScanReport& report)
      : text_(text), tokens_(tokens), report_(report) {}

  // What is too much of: the scan ends there, since all behind it would only cost memory.
  struct Excess {
    size_t begin, end;
    std::string_view message;
    Code code = Code::KR0014;
    std::string_view help = {};
  };
  const std::optional<Excess>& excess() const { return excess_; }

  void Run() {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
    while (at_ < text_.size() && !excess_) Next();
    const size_t end = tokens_.ends.empty() ? 0 : tokens_.ends.back();
    tokens_.Add(TokenKind::kEnd, end, end);
  }

 private:
  bool At(std::string_view what) const { return text_.substr(at_).starts_with(what); }
  char Peek(size_t ahead) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  void Next() {
    const char c = text_[at_];
    if (c == ' ' || c == '\n' || c == '\t' || (c == '\r' && !IsLoneReturn(text_, at_))) {
      ++at_;
    } else if (IsWordStart(c)) {
      Word();
    } else if (c == '"') {
      Take(TokenKind::kText, ScanQuoted(text_, at_, report_));
    } else if (IsDigit(c) || (c == '-' && IsDigit(Peek(1)))) {
      Literal();
    } else if (c == '#') {
      at_ = ScanComment(text_, at_, report_);
    } else if (c == '/' && !tokens_.kinds.empty() &&
               tokens_.kind(tokens_.size() - 1) == TokenKind::word_matches) {
      Take(TokenKind::kPattern, ScanPattern(text_, at_, report_));
    } else if (!PlainMark(c) && !PastedAlong() && !ForeignWord() && !KnownMark()) {
      Unknown();
    }
  }

  void Take(TokenKind kind, size_t end) {
    if (tokens_.size() == tokens_.begins.capacity()) MakeRoom();
    tokens_.Add(kind, at_, end);
    Watch(kind, end);
    at_ = end;
  }

  // For as many tokens as the text has if it goes on as it began: doubling would take twice the room.
  void MakeRoom() {
    const size_t tokens = tokens_.size() + 1;
    if (tokens < 1'000) return;
    const double whole = static_cast<double>(tokens) / static_cast<double>(at_ + 1) * static_cast<double>(text_.size());
    tokens_.Reserve(std::clamp(static_cast<size_t>(whole * 1.02), tokens + tokens / 8, 8 * tokens));
  }

  void Watch(TokenKind kind, size_t end) {
    if (braces_ == 0 && IsStatementWord(kind)) {
      table_.reset();
      schema_.reset();
      attributes_ = 0;
    }
    switch (kind) {
      case TokenKind::kOpenBrace:
        ++braces_;
        break;
      case TokenKind::kCloseBrace:
        if (braces_ > 0) --braces_;
        break;
      case TokenKind::kOpenParenthesis:
        if (++parentheses_ == kMaxDepth + 1) too_deep_ = at_;
        if (parentheses_ > kMostOpen) {
          excess_ = Excess{too_deep_, too_deep_ + 1, "nested more than 64 deep", Code::KR0013,
                           "name a part of it with `let`"};
        }
        break;
      case TokenKind::kCloseParenthesis:
        if (parentheses_ > 0) --parentheses_;
        break;
      case TokenKind::word_table:
        if (braces_ == 0) table_.emplace(end, end);
        break;
      case TokenKind::word_schema:
        if (braces_ == 0) schema_ = at_;
        break;
      case TokenKind::kColon:
        if (schema_ && braces_ == 1 && ++attributes_ > kMaxAttributes) {
          excess_ = Excess{*schema_, *schema_ + WordSpelling(TokenKind::word_schema).size(),
                           "the number of attributes is larger than 250,000"};
        }
        if (table_ && braces_ == 1 && ++rows_ > kMaxTableRows) {
          excess_ = Excess{table_->first, table_->second,
                           "the number of rows of all tables is larger than 1,000,000"};
        }
        break;
      case TokenKind::kOpenBracket:
        list_ = at_;
        commas_ = 0;
        break;
      case TokenKind::kCloseBracket:
        list_.reset();
        break;
      case TokenKind::kComma:
        if (list_ && ++commas_ >= kMaxListItems) {
          excess_ = Excess{*list_, end, "this list is larger than 100,000 items"};
        }
        break;
      case TokenKind::word_rule:
        if (braces_ == 0 && ++rules_ > kMaxRules) {
          excess_ = Excess{at_, end, kTooManyRules};
        }
        break;
      default:
        if (!table_ || braces_ > 0 || !IsWord(kind)) break;
        if (table_->first == table_->second) table_.emplace(at_, end);
        break;
    }
  }

  size_t WordEnd(size_t at) const {
    while (at < text_.size() && IsWordPart(text_[at])) ++at;
    return at;
  }

  // A word; with what follows its dots, a path. A word before a dangling dot is no keyword either.
  void Word() {
    size_t end = WordEnd(at_);
    if (end >= text_.size() || text_[end] != '.' || text_.substr(end).starts_with("..")) {
      Take(WordKind(text_.substr(at_, end - at_)), end);
      return;
    }
    while (end + 1 < text_.size() && text_[end] == '.') {
      const char next = text_[end + 1];
      if (IsWordStart(next)) {
        end = WordEnd(end + 1);
      } else if (next == '"') {
        end = ScanQuoted(text_, end + 1, report_);
      } else {
        break;
      }
    }
    Take(TokenKind::kPath, end);
  }

  void Literal() {
    size_t end = at_ + 1;
    while (end < text_.size() && !text_.substr(end).starts_with("..")) {
      const char c = text_[end];
      if (!IsWordPart(c) && std::string_view(".:%+-").find(c) == std::string_view::npos) break;
      ++end;
      if (c == '%') break;
    }
    Take(LiteralKind(text_.substr(at_, end - at_)), end);
  }

  static bool IsComment(std::string_view mark) {
    return mark.starts_with('/') || mark.ends_with("--");
  }

  // A foreign comment is still a comment to its author.
  size_t ForeignCommentEnd(std::string_view mark) {
    const std::string_view closing = mark == "/*" ? "*/" : mark == "<!--" ? "-->" : "\n";
    bool& open = mark == "/*" ? open_star_ : open_angle_;
    const size_t end = open && closing != "\n" ? std::string_view::npos : text_.find(closing, at_);
    if (end == std::string_view::npos) {
      open = true;  // and so is each one behind it: the rest of the text is not searched again
      return std::min(text_.find('\n', at_), text_.size());
    }
    return closing == "\n" ? end : end + closing.size();
  }

  // What stands behind another language's word for `matches` is a pattern all the same.
  void SkipPattern() {
    const size_t begin = text_.find_first_not_of(" \t", at_);
    if (begin != text_.npos && text_[begin] == '/') at_ = ScanPattern(text_, begin, report_);
  }

  bool ForeignWord() {
    for (const Foreign& foreign : kForeign) {
      const bool not_equal = foreign.text == "!" && At("!=");
      if (!At(foreign.text) || not_equal) continue;
      const size_t end = at_ + foreign.text.size();
      report_.Add(Code::KR0005, at_, end, foreign.message, foreign.help);
      at_ = IsComment(foreign.text) ? ForeignCommentEnd(foreign.text) : end;
      if (foreign.text.ends_with('~')) SkipPattern();
      return true;
    }
    return false;
  }

  // Marks that nothing foreign begins with: most of them.
  bool PlainMark(char c) {
    const TokenKind kind = c == ',' ? TokenKind::kComma
                           : c == '{' ? TokenKind::kOpenBrace
                           : c == '}' ? TokenKind::kCloseBrace
                           : c == '[' ? TokenKind::kOpenBracket
                           : c == ']' ? TokenKind::kCloseBracket
                           : c == '(' ? TokenKind::kOpenParenthesis
                           : c == ')' ? TokenKind::kCloseParenthesis
                           : c == ':' ? TokenKind::kColon
                           : c == '=' ? EqualSign()
                                      : TokenKind::kStray;
    if (kind == TokenKind::kStray) return false;
    Take(kind, at_ + (kind == TokenKind::kEqual ? 2 : 1));
    return true;
  }

  // `=` or `==`; kStray: a part of something longer.
  TokenKind EqualSign() const {
    const bool twice = Peek(1) == '=';
    const char next = Peek(twice ? 2 : 1);
    if (next == '=' || next == '~' || next == '>') return TokenKind::kStray;
    return twice ? TokenKind::kEqual : TokenKind::kAssign;
  }

  bool KnownMark() {
    const auto* const mark = std::find_if(std::begin(kMarks), std::end(kMarks),
                                          [this](const Mark& m) { return At(m.text); });
    if (mark == std::end(kMarks)) return false;
    Take(mark->kind, at_ + mark->text.size());
    return true;
  }

  // Quotes of other languages and of word processors: “ ” „ ‟ « » ‘ ’ ‚ ‛ ‹ › ＂ ＇.
  static bool IsTypographicQuote(char32_t code) {
    return (code >= 0x2018 && code <= 0x201F) || code == 0xAB || code == 0xBB || code == 0x2039 ||
           code == 0x203A || code == 0xFF02 || code == 0xFF07;
  }

  // The whole quoted text is the fault, if it ends on this line.
  size_t ForeignQuotedEnd(size_t at, char32_t quote) const {
    const bool typographic = IsTypographicQuote(quote);
    for (; at < text_.size() && text_[at] != '\n';) {
      const Character character = DecodeAt(text_, at);
      at += character.size;
      const bool closes = typographic ? IsTypographicQuote(character.code) || character.code == '"'
                                      : character.code == quote;
      if (closes) return at;
    }
    return 0;
  }

  void Unknown() {
    const Character character = DecodeAt(text_, at_);
    const size_t begin = at_;
    at_ += character.size;
    const bool typographic = IsTypographicQuote(character.code);
    if (typographic || character.code == '\'' || character.code == '`') {
      at_ = std::max(at_, ForeignQuotedEnd(at_, character.code));
      report_.Add(Code::KR0004, begin, at_,
                  typographic               ? "typographic quotes do not quote a text"
                  : character.code == '\'' ? "single quotes do not quote a text"
                                            : "backticks do not quote a text",
                  "write `\"`");
      return;
    }
    if (IsOddSpace(character.code)) {
      report_.Add(Code::KR0007, begin, at_, Cat({"invisible character U+", Hex(character.code)}),
                  "write an ordinary space");
      return;
    }
    if (ReportCharacter(character.code, begin, character.size, Inside::kCode, report_)) return;
    const bool letter = IsForeignLetter(character.code);
    report_.Add(Code::KR0001, begin, at_,
                letter ? Cat({"`", Shown(character.code), "` (U+", Hex(character.code), ") has no meaning here"})
                       : Cat({"`", Shown(character.code), "` has no meaning here"}),
                report_.wants_help() ? MendOfCharacter(character.code, text_, begin) : std::string());
    if (letter) SkipWord();
  }

  // One error for a word, however many of its letters are foreign.
  void SkipWord() {
    while (at_ < text_.size()) {
      const Character next = DecodeAt(text_, at_);
      if (!IsForeignLetter(next.code) && !(next.code < 0x80 && IsWordPart(static_cast<char>(next.code)))) return;
      at_ += next.size;
    }
  }

  // What was pasted along is said once a kind: its marks come in twos and threes.
  bool PastedAlong() {
    const Pasted pasted = PastedAt(text_, at_);
    if (pasted.end == 0) return false;
    if (std::find(pasted_.begin(), pasted_.end(), pasted.help) == pasted_.end()) {
      pasted_.push_back(pasted.help);
      report_.Add(Code::KR0001, at_, at_ + pasted.what.size(),
                  Cat({"`", pasted.what, "` has no meaning here"}), pasted.help);
    }
    at_ = pasted.end;
    return true;
  }

  std::string_view text_;
  Tokens& tokens_;
  ScanReport& report_;
  size_t at_ = 0;
  std::vector<std::string_view> pasted_;  // the helps that were given
  std::optional<Excess> excess_;
  std::optional<size_t> list_;  // where the present one begins
  std::optional<std::pair<size_t, size_t>> table_;  // the name of the present one
  std::optional<size_t> schema_;                    // where the present one begins
  size_t commas_ = 0, braces_ = 0, rules_ = 0, parentheses_ = 0, rows_ = 0, attributes_ = 0;
  size_t too_deep_ = 0;  // the parenthesis that lies too deep
  bool open_star_ = false, open_angle_ = false;  // nothing closes such a comment any more
};

}  // namespace

bool Scan(const Sources& sources, uint32_t source, Tokens& tokens, Diagnostics& diagnostics) {
  const Source& file = sources.at(source);
  const std::string_view text = file.text();
  ScanReport report(file, source, diagnostics);
  tokens = {};
  tokens.source = source;
  tokens.text = text;
  if (text.size() > kMaxTextBytes) {
    report.Add(Code::KR0014, 0, 0, "this file is larger than 64 MiB", "");
    return false;
  }
  if (const size_t byte = FindInvalidUtf8(text); byte != std::string_view::npos) {
    report.Add(Code::KR0006, byte, byte + 1,
               Cat({"the file is not UTF-8 at byte ", std::to_string(byte + 1)}),
               "save it as UTF-8");
    return false;
  }
  if (const size_t nul = text.find('\0'); nul != std::string_view::npos) {
    ReportCharacter(0, nul, 1, Inside::kText, report);  // most likely UTF-16: one error is enough
    return false;
  }
  // To see before any token is kept that there are too many rules saves time and memory.
  if (const std::optional<size_t> rule = RuleBeyond(text, kMaxRules)) {
    report.Add(Code::KR0014, *rule, *rule + kRuleWord.size(), kTooManyRules, {});
    return false;
  }
  Scanner scanner(text, tokens, report);
  scanner.Run();
  if (const auto& excess = scanner.excess()) {
    report.Add(excess->code, excess->begin, excess->end, excess->message, excess->help);
  }
  return !report.any();
}

}  // namespace keyrule::dsl
