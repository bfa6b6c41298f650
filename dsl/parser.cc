#include "dsl/parser.h"

#include <algorithm>
#include <optional>
#include <string>

#include "dsl/expected.h"
#include "dsl/hints.h"
#include "dsl/lexical.h"
#include "dsl/limits.h"
#include "dsl/literal.h"
#include "dsl/lower.h"
#include "dsl/recognize.h"
#include "dsl/wording.h"

namespace keyrule::dsl {
namespace {

constexpr int64_t kEdition = 1;

class Parser {
 public:
  Parser(const Tokens& tokens, Diagnostics& diagnostics, File& file)
      : tokens_(tokens), diagnostics_(diagnostics), file_(file) {
    tree_.tokens = &tokens;
  }

  void Run() {
    uint32_t at = 0;
    if (Header(at)) Statements(at);
  }

  void Statements(uint32_t at) {
    uint32_t previous = at;  // where the statement before begins, if it was read
    while (tokens_.kind(at) != TokenKind::kEnd && rules_ <= kMaxRules) {
      if (header_missing_ && tokens_.kind(at) == TokenKind::word_keyrule) {
        at = previous = NextStatement(at, Indentation(at));  // it stands too late, as is said already
        continue;
      }
      if (const std::optional<uint32_t> behind = Recognize(Part::kStatement, at, tree_)) {
        Keep(Lower(tree_, diagnostics_));
        previous = at;
        at = *behind;
      } else if (header_missing_ && file_.statements.empty()) {
        file_.complete = false;  // nothing here is a policy's: that was said
        return;
      } else if (diagnostics_.full()) {
        // Only counted: why it failed is not looked for, however many such statements there are.
        file_.complete = false;
        diagnostics_.Add(Code::KR0010, tokens_.SpanOf(at), {});
        at = previous = NextStatement(at + 1, Indentation(at));
      } else {
        // What ends too early is told from the statement before: its tail may be what is wrong.
        Failure failure = Explain(tokens_, previous, false);
        failure.statement = failure.at > at ? at : previous;
        if (failure.at == at && IsWord(tokens_.kind(at)) && BeginsLine(failure)) {
          failure.statement = at;  // a statement of its own, whatever stands before it
          failure.form = {};
        }
        Report(failure);
        uint32_t next = NextStatement(failure.at, Indentation(at));
        if (next <= at) next = NextStatement(at + 1, Indentation(at));
        at = previous = next;
      }
    }
    if (tokens_.kind(at) != TokenKind::kEnd) file_.complete = false;
  }

 private:
  // `keyrule 1`. False: nothing behind it can be understood.
  bool Header(uint32_t& at) {
    if (const std::optional<uint32_t> behind = Recognize(Part::kHeader, 0, tree_)) {
      const std::string_view written = tokens_.TextOf(1);
      file_.edition = IntegerValue(written).value_or(0);
      file_.edition_span = tokens_.SpanOf(1);
      at = *behind;
      if (file_.edition == kEdition) return true;
      file_.complete = false;
      diagnostics_.Add(Code::KR0015, file_.edition_span,
                       Cat({"this policy is written in edition ", written}),
                       "this program knows edition 1");
      return false;
    }
    const Failure failure = Explain(tokens_, 0, true);
    Report(failure);
    header_missing_ = true;
    at = failure.at;
    if (!IsStatementWord(tokens_.kind(at))) at = NextStatement(at, 0);
    return true;
  }

  void Keep(Statement statement) {
    if (std::holds_alternative<Rule>(statement) && ++rules_ > kMaxRules) {
      diagnostics_.Add(Code::KR0014, std::get<Rule>(statement).name.span,
                       "the number of rules is larger than 1,000,000");
      file_.complete = false;
      return;
    }
    file_.statements.push_back(std::move(statement));
  }

  void Report(const Failure& failure) {
    file_.complete = false;
    const Span span = tokens_.SpanOf(failure.at);
    switch (failure.code) {
      case Code::KR0011:
        diagnostics_.Add(failure.code, span, "`and` and `or` stand side by side",
                         "put parentheses around the part that belongs together");
        break;
      case Code::KR0012:
        diagnostics_.Add(
            failure.code, span, "`not` stands before a comparison",
            "write `!=`, `not in` or `is not set`, or put the comparison in parentheses");
        break;
      case Code::KR0013:
        diagnostics_.Add(failure.code, span, "nested more than 64 deep",
                         "name a part of it with `let`");
        break;
      default:
        diagnostics_.Add(Code::KR0010, span,
                         Cat({"expected ", ExpectedList(failure), ", found ", FoundToken(failure)}),
                         HintFor(failure));
    }
  }

  // Blanks before a token if it is the first on its line.
  std::optional<uint32_t> Indentation(uint32_t token) const {
    const std::string_view text = tokens_.text;
    const uint32_t begin = tokens_.begins[token];
    uint32_t at = begin;
    while (at > 0 && (text[at - 1] == ' ' || text[at - 1] == '\t')) --at;
    if (at > 0 && text[at - 1] != '\n') return std::nullopt;
    return begin - at;
  }

  // The next line that begins with a statement word. Some of these words also begin lines inside a
  // block (`rule` in an `expect`), so a line that is indented deeper than the failed statement does
  // not count.
  uint32_t NextStatement(uint32_t at, std::optional<uint32_t> indentation) const {
    for (; tokens_.kind(at) != TokenKind::kEnd; ++at) {
      if (!IsStatementWord(tokens_.kind(at))) continue;
      const std::optional<uint32_t> here = Indentation(at);
      if (here && *here <= indentation.value_or(0)) break;
    }
    return at;
  }

  const Tokens& tokens_;
  Diagnostics& diagnostics_;
  File& file_;
  SyntaxTree tree_;
  size_t rules_ = 0;
  bool header_missing_ = false;
};

}  // namespace

namespace {

template <typename Run>
File ParseWith(const Sources& sources, uint32_t source, Diagnostics& diagnostics, Run run) {
  File file;
  file.source = source;
  Tokens tokens;
  if (Scan(sources, source, tokens, diagnostics)) {
    run(Parser(tokens, diagnostics, file));
  } else {
    file.complete = false;
  }
  return file;
}

}  // namespace

File Parse(const Sources& sources, uint32_t source, Diagnostics& diagnostics) {
  return ParseWith(sources, source, diagnostics, [](Parser parser) { parser.Run(); });
}

File ParseStatements(const Sources& sources, uint32_t source, Diagnostics& diagnostics) {
  return ParseWith(sources, source, diagnostics, [](Parser parser) { parser.Statements(0); });
}

}  // namespace keyrule::dsl
