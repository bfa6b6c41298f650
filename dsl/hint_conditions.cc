#include "dsl/hint_conditions.h"

#include <algorithm>
#include <initializer_list>
#include <string_view>

#include "dsl/hint_habits.h"
#include "dsl/wording.h"

namespace keyrule::dsl {
namespace {

using std::string;
using std::string_view;

bool Follows(const Failure& f) { return f.at > 0 && f.tokens->ends[f.at - 1] == f.tokens->begins[f.at]; }

// ---- nothing, in the words of other languages

string Absence(const Failure& f) {
  const bool none = IsAnyOf(f.text(), {"null", "none", "nil", "None", "NULL", "Null", "nothing",
                                       "undefined", "empty", "absent", "missing", "blank"});
  if (f.kind(1) == TokenKind::word_is) {
    if (none) return "write `is not set`";
    return IsAnyOf(f.text(), {"present", "defined", "given"}) ? "write `is set`" : "";
  }
  if (!none) return {};
  if (f.kind(1) == TokenKind::word_not && f.kind(2) == TokenKind::word_is) return "write `is set`";
  if (f.kind(1) == TokenKind::kEqual) return "write `is not set`";
  if (f.kind(1) == TokenKind::kNotEqual) return "write `is set`";
  return {};
}

// ---- conditions

string Conditions(const Failure& f) {
  const TokenKind found = f.kind();
  if (f.Expects("a condition") && found == TokenKind::kOpenBracket) {
    return "the attribute stands left of the operator";
  }
  if (f.Expects("a condition") && !f.Expects("a list") && found == TokenKind::kOpenBrace) {
    return "attributes stand without braces";
  }
  if (f.Expects("a comparison") && found == TokenKind::kOpenParenthesis) {
    return "there are no functions; write `… starts with \"a\"`, `… contains \"a\"` or `… in [\"a\"]`";
  }
  if (f.Expects("a comparison") && IsAnyOf(f.text(), {"between", "BETWEEN"})) {
    return "write `… >= 10 and … <= 20`; `in` takes a list, a table or a share";
  }
  if (f.Expects("a share like 10%")) {
    const TokenKind next = f.at + 1 < f.tokens->size() ? f.tokens->kind(f.at + 1) : TokenKind::kEnd;
    if (found == TokenKind::kText) {
      return Cat({"write `== ", f.text(), "`, or a list: `in [", f.text(), "]`"});
    }
    if (next == TokenKind::kDotDot && found == TokenKind::kInteger) {
      return Cat({"write `>= ", f.text(), " and … <= …`; `in` takes a list, a table or a share"});
    }
    if (found == TokenKind::kInteger && next == TokenKind::kStray) return "a share is written in percent: `in 10%`";
    if (found == TokenKind::kMalformed || found == TokenKind::kMoney) {
      return "a share is written in percent: `in 10%`";
    }
    if (found == TokenKind::kInteger) {
      return Cat({"write `in ", f.text(), "%` for a share, `in [", f.text(), "]` for a list"});
    }
  }
  if (f.Expects("a pattern like /^gpt-/") && found == TokenKind::kText) {
    return "a pattern stands between slashes: `/^gpt-/`";
  }
  const bool clock = f.kind(1) == TokenKind::word_time || f.kind(1) == TokenKind::word_weekday ||
                     f.kind(1) == TokenKind::word_date;
  if (clock && IsAnyOf(f.text(), {"from", "between", "of", "at"})) {
    return Cat({"write `", f.text(1), " in`, a range like `09:00..17:00`, and `at \"Europe/Berlin\"`"});
  }
  return {};
}

// ---- operators of other languages

string Operators(const Failure& f) {
  const string_view word = f.text();
  if (f.kind(1) == TokenKind::word_is && !IsWord(f.kind())) {
    return "`is` asks only whether something is set; write `==` to compare";
  }
  if (f.kind(1) == TokenKind::word_not && f.kind(2) == TokenKind::word_is && !IsWord(f.kind())) {
    return "`is not` asks only whether something is set; write `!=` to compare";
  }
  if (f.kind(1) == TokenKind::word_not && f.Expects("`in`") &&
      IsAnyOf(word, {"like", "contains", "starts", "ends", "matches", "equal", "equals"})) {
    return Cat({"put it in parentheses: `not (… ", IsAnyOf(word, {"equal", "equals"}) ? "==" : word, " …)`"});
  }
  if (f.Expects("a comparison")) {
    if (f.kind() == TokenKind::kOpenParenthesis &&
        IsAnyOf(f.text(1), {"exists", "defined", "isset", "present", "has"})) {
      const bool path = f.at + 1 < f.tokens->size() &&
                        (IsWord(f.tokens->kind(f.at + 1)) || f.tokens->kind(f.at + 1) == TokenKind::kPath);
      return Cat({"write `", path ? f.tokens->TextOf(f.at + 1) : "app.id", " is set`"});
    }
    if (IsAnyOf(word, {"begins", "begin", "start", "prefix"})) return "write `starts with \"…\"`";
    if (IsAnyOf(word, {"end", "suffix"})) return "write `ends with \"…\"`";
    if (IsAnyOf(word, {"does", "doesn", "isn", "cannot"})) {
      return "put it in parentheses: `not (… contains \"…\")`";
    }
    if (IsAnyOf(word, {"one", "any", "either", "anyof", "oneof", "one_of"})) return "write `in [\"a\", \"b\"]`";
    if (IsAnyOf(word, {"contain", "includes", "include", "containing"})) return "write `contains \"…\"`";
    if (IsAnyOf(word, {"match", "regex", "regexp", "rlike"})) return "write `matches /^gpt-/`";
    if (IsAnyOf(word, {"equals", "equal"})) return "write `==`";
    if (f.kind() == TokenKind::kOpenBracket) {
      return f.at + 1 < f.tokens->size() && f.tokens->kind(f.at + 1) == TokenKind::kText
                 ? Cat({"an entry of a map stands behind a dot: `", f.text(1), ".", f.tokens->TextOf(f.at + 1), "`"})
                 : "lists have no places; write `… contains \"a\"`";
    }
    if (Follows(f) && f.kind() == TokenKind::kStray && word == ".") {
      return "names joined by dots have no space and no number among them: `app.id`, `inputs.\"1\"`";
    }
    if (Follows(f) && (f.kind() == TokenKind::kStray || f.kind() == TokenKind::kNegative) && word.starts_with('-')) {
      return Cat({"a name with a dash stands in quotes: `inputs.\"client-id\"`"});
    }
    if (IsAnyOf(f.text(1), {"exists", "defined", "isset", "present", "has"})) {
      return Cat({"write `", word, " is set`"});
    }
  }
  if (f.Expects("a pattern like /^gpt-/")) return "a pattern stands between slashes: `/^gpt-/`";
  if (f.kind(1) == TokenKind::kPattern && Follows(f) && IsWord(f.kind())) {
    return Cat({"marks stand inside the pattern: `/(?", word, ")^gpt-/`"});
  }
  if (f.kind(1) == TokenKind::kPercent && f.text().starts_with('-')) {
    return Cat({"write `", f.text(1), "..", f.text().substr(1), "`"});
  }
  if (f.kind() == TokenKind::kDotDot && f.Expects("`at`")) return "write `in` before a range";
  if (f.kind() == TokenKind::word_not && f.kind(1) == TokenKind::word_not) {
    return "two `not` say nothing; remove both";
  }
  if (f.kind() == TokenKind::kIdentifier && f.at + 1 < f.tokens->size() &&
      f.tokens->kind(f.at + 1) == TokenKind::kText && f.tokens->ends[f.at] == f.tokens->begins[f.at + 1] &&
      f.Expects("a quoted text")) {
    return Cat({"remove the `", word, "` before the text"});
  }
  if (f.kind(1) == TokenKind::kAssign && f.kind(3) == TokenKind::word_let) {
    if (f.kind() == TokenKind::kText || f.kind() == TokenKind::kInteger) {
      return Cat({"a list stands in brackets: `[", word, "]`"});
    }
  }
  if (f.kind(1) == TokenKind::kPercent && IsAnyOf(word, {"salt", "seed", "of"})) {
    return word == "of" ? "write `user.id in 10%`" : "write `salted \"…\"`";
  }
  return {};
}

// ---- what joins two conditions, and what may stand behind the last one

string Joints(const Failure& f) {
  const TokenKind found = f.kind();
  if (f.Expects("a condition")) {
    if (found == TokenKind::word_true || f.text() == "always" || f.text() == "any") {
      return "what holds for all other requests stands in `default`";
    }
    if (found == TokenKind::word_and || found == TokenKind::word_or) {
      return Cat({"remove the `", f.text(), "`, or write what stands before it"});
    }
    if (found == TokenKind::kCloseParenthesis) return "write a condition between the parentheses";
    if (found == TokenKind::word_weight) {
      return "a condition in a pool asks for name, id, provider, model, model.type, owner or labels.…";
    }
  }
  if (found == TokenKind::kCloseParenthesis) return "this `)` closes nothing; remove it";
  if (found == TokenKind::kCloseBracket && !f.Expects("`]`")) return "this `]` closes nothing; remove it";
  if (!f.Expects("`and`") || !f.Expects("`or`")) return {};
  const bool new_condition = found == TokenKind::kPath || found == TokenKind::kOpenParenthesis ||
                             found == TokenKind::word_not || found == TokenKind::word_time ||
                             found == TokenKind::word_weekday || found == TokenKind::word_date;
  if (new_condition || found == TokenKind::kComma) return "join conditions with `and` or `or`";
  if (found == TokenKind::kOpenBrace) return "the arms of a rule stand behind its condition without braces";
  if (found == TokenKind::kStray) {
    return "conditions have no arithmetic and no arrows; join them with `and` or `or`";
  }
  return {};
}

}  // namespace

string HintForCondition(const Failure& failure) {
  for (const auto& hint : {&Absence, &Operators, &Conditions, &Joints}) {
    if (string help = hint(failure); !help.empty()) return help;
  }
  return {};
}

}  // namespace keyrule::dsl
