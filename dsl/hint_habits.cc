#include "dsl/hint_habits.h"

#include <algorithm>
#include <cctype>
#include <initializer_list>

#include "dsl/wording.h"

namespace keyrule::dsl {
namespace {

using std::string;
using std::string_view;

bool IsAnyOf(string_view word, std::initializer_list<string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool Joins(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || std::string_view("_-./").find(c) != std::string_view::npos;
}

bool BeginsStatement(const Failure& f) {
  return f.Expects("a statement") && (IsWord(f.kind()) || f.kind() == TokenKind::kPath);
}

TokenKind Ahead(const Failure& f, uint32_t by) {
  const uint32_t at = f.at + by;
  return at < f.tokens->size() ? f.tokens->kind(at) : TokenKind::kEnd;
}

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

// ---- statements and blocks

string Statements(const Failure& f) {
  const TokenKind found = f.kind();
  if (f.kind(1) == TokenKind::word_keyrule && !IsReservedWord(found)) {
    return "the edition is a whole number: `keyrule 1`";
  }
  if (BeginsStatement(f) &&
      IsAnyOf(f.text(), {"if", "allow", "permit", "forbid", "match", "case", "switch", "route"})) {
    return "write `rule some_name { when … use … }`";
  }
  if (f.Expects("a name") && found == TokenKind::kOpenBrace && IsStatementWord(f.kind(1))) {
    return Cat({"give it a name: `", f.text(1), " some_name { … }`"});
  }
  if (f.Expects("a name") && !f.Expects("a share like 10%") && found == TokenKind::kMalformed) {
    return "names begin with a letter or `_`";
  }
  if (f.Expects("`{`") && found == TokenKind::kIdentifier && IsStatementWord(f.kind(2)) &&
      Ahead(f, 1) == TokenKind::kOpenBrace) {
    return Cat({"a name is one word: `", f.text(1), "_", f.text(), "`"});
  }
  if (f.Expects("`{`") && found == TokenKind::kOpenBracket) return "entries stand in braces: `{ … }`";
  if (f.kind(1) == TokenKind::word_import && IsWord(found)) {
    return "an import names its file: `import \"baseline.keyrule\"`";
  }
  if (f.Expects("`:`") || !f.Expects("a quoted text") || !f.Expects("`}`")) return {};
  if (IsWord(found) && Ahead(f, 1) == TokenKind::kColon) {
    return Cat({"keys stand in quotes: `\"", WrittenInOneGo(f), "\"`"});
  }
  return {};
}

// ---- members of a pool

string Members(const Failure& f) {
  if (!f.Expects("a member")) return {};
  if (f.kind() == TokenKind::kColon) return "members have no key; write `\"prod-eu\" \"prod-us\"`";
  if (f.kind() == TokenKind::kOpenParenthesis) {
    return "no parentheses stand here: `\"prod-eu\" weight 3`";
  }
  if (f.kind() == TokenKind::kOpenBracket) return "members stand alone, without brackets";
  if (f.kind() == TokenKind::word_weight) {
    return "`weight` follows the credential: `\"prod-eu\" weight 3`";
  }
  return {};
}

// ---- arms

string Arms(const Failure& f) {
  const TokenKind found = f.kind();
  const bool begins_action = f.Expects("`use`") && f.Expects("`deny`") && f.Expects("`leave`");
  if (f.text() == "elif" || (f.text() == "if" && f.kind(1) == TokenKind::word_else)) {
    return "`else` has no condition; write another `rule` for it";
  }
  if (begins_action && found == TokenKind::word_then) {
    return "leave out `then`; the arm begins with `use`, `deny` or `leave`";
  }
  if (begins_action && (found == TokenKind::word_tag || found == TokenKind::word_retry)) {
    return "`tag` and `retry` come last, after the arms";
  }
  if (begins_action && found == TokenKind::kCloseBrace) {
    return "say what happens: `use …`, `deny \"…\"` or `leave to host`";
  }
  if (f.Expects("`else`") && IsAnyOf(f.text(), {"use", "deny", "leave", "or", "otherwise"})) {
    return found == TokenKind::word_or || found == TokenKind::kIdentifier
               ? "write `else`"
               : Cat({"write `else ", f.text(), "` for what is tried next"});
  }
  if (f.Expects("`by`") && IsAnyOf(f.text(), {"using", "strategy", "with", "via"})) {
    return "write `by`";
  }
  if (f.kind(1) == TokenKind::word_use && found == TokenKind::kText) {
    return Cat({"names of pools stand without quotes; one credential is `use credential ", f.text(),
                "`"});
  }
  if (f.kind(1) == TokenKind::word_use && found == TokenKind::kOpenBracket) {
    return "give the list a name: `pool some_name { \"prod-eu\" \"prod-us\" }`";
  }
  if (f.kind(1) == TokenKind::word_sticky) return "say by what: `sticky on user.id`";
  if (f.kind(1) == TokenKind::word_waiting) return "write `waiting up to 3s`";
  if (f.kind(1) == TokenKind::word_retry || f.kind(2) == TokenKind::word_retry) {
    return "write `retry 2 times within 20s`";
  }
  if (found == TokenKind::kOpenParenthesis && f.kind(2) == TokenKind::word_credential) {
    return Cat({"an entry of a table stands in brackets: `", f.text(1), "[app.id]`"});
  }
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

// ---- lists and parentheses that stay open

string Brackets(const Failure& f) {
  const bool list = f.Expects("`]`");
  if (list && f.kind() == TokenKind::kText) return "commas separate the values of a list";
  if (f.kind() == TokenKind::kCloseBracket && f.kind(1) == TokenKind::kOpenBracket) {
    return "a list has at least one value";
  }
  if (!list && !f.Expects("`)`")) return {};
  const TokenKind opens = list ? TokenKind::kOpenBracket : TokenKind::kOpenParenthesis;
  const TokenKind closes = list ? TokenKind::kCloseBracket : TokenKind::kCloseParenthesis;
  const bool ends = f.kind() == TokenKind::kEnd || f.kind() == TokenKind::kCloseBrace ||
                    IsReservedWord(f.kind());
  if (!ends) return {};
  uint32_t depth = 0;
  for (uint32_t i = f.at; i-- > f.statement;) {
    if (f.tokens->kind(i) == closes) ++depth;
    if (f.tokens->kind(i) != opens || depth-- > 0) continue;
    const string_view before = f.tokens->text.substr(0, f.tokens->begins[i]);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    return Cat({"the `", list ? "[" : "(", "` in line ", std::to_string(line), " is not closed"});
  }
  return {};
}

// ---- numbers with the marks of other places

string Amounts(const Failure& f) {
  const TokenKind found = f.kind();
  if (f.Expects("requests, tokens or usd")) {
    if (found == TokenKind::kComma) {
      return Cat({"write `", f.text(1), "_", Ahead(f, 1) == TokenKind::kInteger ? f.tokens->TextOf(f.at + 1) : "000", "`"});
    }
    if (IsAnyOf(f.text(), {"rpm", "RPM", "tpm", "TPM", "rps"})) {
      return Cat({"write `", f.text(1), f.text()[0] == 't' || f.text()[0] == 'T' ? " tokens" : " requests", " per ",
                  f.text() == "rps" ? "second" : "minute", "`"});
    }
  }
  if (f.Expects("an amount") && found == TokenKind::kMalformed &&
      std::isalpha(static_cast<unsigned char>(f.text().back())) != 0) {
    return "write the number out: `10_000`";
  }
  const string_view word = f.text();
  if (f.Expects("a time, day or date") && found == TokenKind::kMalformed) {
    const bool one_digit = word.size() >= 4 && word[1] == ':';
    if (word.find('-') != string_view::npos && word.find(':') != string_view::npos) {
      return "a range is written with two dots: 09:00..17:00";
    }
    if (one_digit) return Cat({"hours have two digits: `0", word, "`"});
  }
  return {};
}

string Tests(const Failure& f) {
  if (f.kind() == TokenKind::kOpenBrace && f.kind(1) == TokenKind::word_request) {
    return "write `request with app.id = \"invoices\", …`";
  }
  return {};
}

}  // namespace

string_view WrittenInOneGo(const Failure& f) {
  const string_view run = f.tokens->text.substr(f.tokens->begins[f.at]);
  if (!IsWord(f.kind())) return f.text();
  size_t end = f.text().size();
  while (end < run.size() && Joins(run[end])) ++end;
  return run.substr(0, end);
}

string HintForHabit(const Failure& failure) {
  for (const auto& hint : {&Absence, &Statements, &Members, &Arms, &Conditions, &Brackets, &Amounts,
                           &Tests}) {
    if (string help = hint(failure); !help.empty()) return help;
  }
  return {};
}

}  // namespace keyrule::dsl
