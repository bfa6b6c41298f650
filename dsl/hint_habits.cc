#include "dsl/hint_habits.h"

#include <algorithm>
#include <cctype>
#include <initializer_list>

#include "dsl/wording.h"

namespace keyrule::dsl {
namespace {

using std::string;
using std::string_view;

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

// ---- statements and blocks

string Statements(const Failure& f) {
  const TokenKind found = f.kind();
  if (f.Expects("a statement")) {
    if (found == TokenKind::word_keyrule) return "the first line of a file says it, once";
    if (IsAnyOf(f.text(), {"otherwise", "else", "fallback", "catch_all", "any"})) {
      return "write `default { … }`";
    }
    if (IsAnyOf(f.text(), {"when", "use", "deny", "leave", "retry", "tag"})) {
      return Cat({"`", f.text(), "` stands in a rule: `rule some_name { when … use … }`"});
    }
  }
  if (f.kind(1) == TokenKind::word_default && f.Expects("`{`") && found == TokenKind::kIdentifier) {
    return "`default` has no name; write `default { leave to host }` or `default { use … }`";
  }
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
  if (f.Expects("a type") == false && f.kind(1) == TokenKind::word_string && found == TokenKind::kOpenBracket) {
    return "write `list of string`";
  }
  if (f.Expects("`{`") && f.kind(2) == TokenKind::word_quota && f.text() == "per") return "write `for each credential`";
  if (f.kind(1) == TokenKind::word_each && f.tokens->kind(f.statement) == TokenKind::word_quota) {
    return "a quota counts `for each credential`; what counts for each of something else is a `budget`";
  }
  if (f.Expects("`of`") && IsAnyOf(f.text(), {"for", "from"})) return "write `of`";
  if (f.Expects("a list") && found == TokenKind::kStray && f.text() == "-") {
    return "a list stands in brackets: `[\"a\", \"b\"]`";
  }
  if (f.kind(1) == TokenKind::word_import && IsWord(found)) {
    return "an import names its file: `import \"baseline.keyrule\"`";
  }
  if (f.tokens->kind(f.statement) == TokenKind::word_table && f.statement < f.at) {
    if (IsAnyOf(f.text(), {"default", "else", "otherwise", "_"}) || f.text() == "*") {
      return "a table has no default; the rule's `else` answers what is not in it";
    }
    if (found == TokenKind::kColon && f.kind(2) == TokenKind::kColon) {
      return Cat({"`", f.text(3), "` has no value"});
    }
  }
  if (f.Expects("`:`") || !f.Expects("a quoted text") || !f.Expects("`}`")) return {};
  if (IsWord(found) && Ahead(f, 1) == TokenKind::kColon) {
    return Cat({"keys stand in quotes: `\"", WrittenInOneGo(f), "\"`"});
  }
  return {};
}

// ---- texts

string Texts(const Failure& f) {
  const bool follows = f.at > 0 && f.tokens->ends[f.at - 1] == f.tokens->begins[f.at];
  if (follows && f.kind(1) == TokenKind::kText && (IsWord(f.kind()) || f.kind() == TokenKind::kText)) {
    return "a quote inside a text is written `\\\"`";
  }
  if (f.Expects("a quoted text") && f.kind() == TokenKind::kLess) {
    return "write the name itself in quotes, without `<` and `>`";
  }
  if (f.Expects("`,`") && f.kind() == TokenKind::word_and) return "a comma separates them, not `and`";
  if (f.Expects("`,`") && f.kind() == TokenKind::kIdentifier && Ahead(f, 1) == TokenKind::kAssign) {
    return "commas separate them";
  }
  return {};
}

// ---- members of a pool

string Members(const Failure& f) {
  if (!f.Expects("a member")) return {};
  if (f.kind() == TokenKind::kColon) {
    return f.kind(1) == TokenKind::kText && Ahead(f, 1) == TokenKind::kInteger
               ? Cat({"write `", f.text(1), " weight ", f.tokens->TextOf(f.at + 1), "`"})
               : "members have no key; write `\"prod-eu\" \"prod-us\"`";
  }
  if (f.kind() == TokenKind::kOpenParenthesis) {
    return "no parentheses stand here: `\"prod-eu\" weight 3`";
  }
  if (f.kind() == TokenKind::kOpenBracket && !f.Expects("a comparison")) {
    return "members stand alone, without brackets";
  }
  const string_view word = f.text();
  if (f.Expects("`up`") && IsAnyOf(word, {"max", "maximum", "upto", "until", "to", "limit"})) {
    return "write `up to 5m`";
  }
  if (IsAnyOf(word, {"include", "includes", "extends", "inherit", "import", "pool", "use"})) {
    return "another pool's members are `all of some_pool`";
  }
  if (IsAnyOf(word, {"except", "exclude", "without", "not", "minus"})) {
    return "a pool only adds; name its members, or choose them by `where`";
  }
  if (IsAnyOf(word, {"rpm", "tpm", "rps", "rate", "rate_limit", "requests", "tokens", "max_requests"})) {
    return "write `limit 100 requests per minute`";
  }
  if (IsAnyOf(word, {"cooldown", "cool", "cooldown_time", "backoff", "rest"})) {
    return "write `after rate_limited cool 20s up to 5m`";
  }
  if (IsAnyOf(word, {"strategy", "lb", "balance", "load_balancing", "algorithm"})) {
    return "how to choose stands in the rule: `use some_pool by round_robin`";
  }
  if (IsAnyOf(word, {"provider", "providers", "of"})) return "write `pool some_name of \"openai\" { … }`";
  if (IsAnyOf(word, {"members", "credentials", "keys", "targets", "credential", "key", "member"})) {
    return "members stand alone: `\"prod-eu\" weight 3  \"prod-us\"`";
  }
  if (IsAnyOf(word, {"backup", "standby", "secondary", "reserve", "spare"})) {
    return "write `then` before the credentials to try next";
  }
  if (f.kind() == TokenKind::word_weight) {
    return "`weight` follows the credential: `\"prod-eu\" weight 3`";
  }
  if (f.kind() == TokenKind::kPercent || f.kind() == TokenKind::kInteger) {
    const string_view digits = f.text().substr(0, f.text().find_first_not_of("0123456789_"));
    if (Ahead(f, 1) != TokenKind::kEnd && IsAnyOf(f.tokens->TextOf(f.at + 1), {"requests", "tokens", "usd"})) {
      return Cat({"write `limit ", f.text(), " ", f.tokens->TextOf(f.at + 1), " per minute`"});
    }
    return Cat({"write `weight ", digits.empty() ? "3" : digits, "`"});
  }
  if (f.kind() == TokenKind::kOpenBrace) return "a member stands alone: `\"prod-eu\" weight 3`";
  if (f.kind() == TokenKind::word_else) return "write `then` before the credentials to try next";
  if (f.kind() == TokenKind::word_then) return "only pools have tiers; leave out `then`";
  if (f.kind() == TokenKind::word_by) return "how to choose stands in the rule: `use some_pool by …`";
  return {};
}

// ---- arms

string Arms(const Failure& f) {
  const TokenKind found = f.kind();
  const bool begins_action = f.Expects("`use`") && f.Expects("`deny`") && f.Expects("`leave`");
  const bool in_test = f.tokens->kind(f.statement) == TokenKind::word_test;
  if (f.kind(1) == TokenKind::word_else && found == TokenKind::word_when) {
    return "`else` has no condition; write another `rule` for it";
  }
  if (found == TokenKind::word_tag && f.kind(1) == TokenKind::kComma) {
    return "write `tag` once: `tag team = \"search\", app = app.id`";
  }
  if (f.kind(1) == TokenKind::word_credential && f.kind(2) == TokenKind::word_use &&
      IsAnyOf(f.text(), {"in", "from", "of", "by"})) {
    return "to choose from a pool write `use some_pool by round_robin`";
  }
  if (f.Expects("`by`") && f.kind(2) == TokenKind::word_use) {
    if (found == TokenKind::kOpenBracket) return Cat({"write `use credential ", f.text(1), "[app.id]`"});
    if (found == TokenKind::kText) return Cat({"write `use credential ", f.text(), "`"});
  }
  if (found == TokenKind::kComma && f.Expects("`else`")) {
    if (f.kind(2) == TokenKind::word_on) return "`sticky` goes by one attribute";
    if (f.kind(2) == TokenKind::word_by) return "an arm has one way to choose; another arm begins with `else`";
  }
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
  if (begins_action && IsStatementWord(found)) {
    return Cat({"`", f.text(), "` is a statement of its own; finish the block before it"});
  }
  if (begins_action && found == TokenKind::word_when &&
      f.tokens->kind(f.statement) == TokenKind::word_default) {
    return "`default` has no condition; what has one is a `rule`";
  }
  if (f.kind(1) == TokenKind::word_else && found == TokenKind::kIdentifier) {
    return Cat({"write `else use ", f.text(), " by round_robin`"});
  }
  if (f.Expects("`when`") && IsStatementWord(found)) {
    return Cat({"`", f.text(), "` is a statement of its own, and does not stand in a rule"});
  }
  if (f.Expects("`else`") && found == TokenKind::word_by) {
    return "one credential needs no way to choose; leave out `by …`";
  }
  if (f.Expects("`else`") && found == TokenKind::word_where) {
    return "`where` stands before `by`: `use some_pool where … by …`";
  }
  if (f.Expects("`else`") && found == TokenKind::word_then) {
    return "tiers stand in the pool; what the rule tries next begins with `else`";
  }
  if (f.Expects("`else`") && found == TokenKind::word_under) {
    return "`under` follows the `use` it counts, before `waiting`; commas separate several budgets";
  }
  if (f.Expects("`by`") && found == TokenKind::word_under) {
    return "`under` stands behind `by …`: `use some_pool by round_robin under some_budget`";
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
  if (!in_test && (f.kind(1) == TokenKind::word_retry || f.kind(2) == TokenKind::word_retry)) {
    return "write `retry 2 times within 20s`";
  }
  if (found == TokenKind::kOpenParenthesis && f.kind(2) == TokenKind::word_credential) {
    return Cat({"an entry of a table stands in brackets: `", f.text(1), "[app.id]`"});
  }
  return {};
}

// ---- lists and parentheses that stay open

string Brackets(const Failure& f) {
  const bool list = f.Expects("`]`");
  if (list && ((f.kind() == TokenKind::kText && f.Expects("a number")) ||
               (f.kind() == TokenKind::kInteger && f.Expects("a quoted text")))) {
    return "a list holds texts or numbers, not both";
  }
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

// 10,000,000 as 10_000_000; 50,00 as 50.00.
string WithoutCommas(const Failure& f) {
  string number(f.text(1));
  for (uint32_t at = f.at; Ahead(f, at - f.at) == TokenKind::kComma; at += 2) {
    if (Ahead(f, at - f.at + 1) != TokenKind::kInteger) break;
    const string_view digits = f.tokens->TextOf(at + 1);
    number += Cat({digits.size() == 3 ? "_" : ".", digits, digits.size() == 1 ? "0" : ""});
  }
  return number;
}

string Amounts(const Failure& f) {
  const TokenKind found = f.kind();
  if (f.Expects("requests, tokens or usd")) {
    if (found == TokenKind::kComma) return Cat({"write `", WithoutCommas(f), "`"});
    if (IsAnyOf(f.text(), {"rpm", "RPM", "tpm", "TPM", "rps"})) {
      return Cat({"write `", f.text(1), f.text()[0] == 't' || f.text()[0] == 'T' ? " tokens" : " requests", " per ",
                  f.text() == "rps" ? "second" : "minute", "`"});
    }
  }
  if (f.Expects("`usd`") && found == TokenKind::word_per) return Cat({"write `", f.text(1), " usd per …`"});
  if (f.Expects("an amount") && f.text().starts_with('-')) return "a limit is not below 0";
  if (f.Expects("an amount") && found == TokenKind::kMalformed) {
    const size_t unit = f.text().find_first_not_of("0123456789_.");
    const string_view rest = unit == string_view::npos ? string_view() : f.text().substr(unit);
    if (IsAnyOf(rest, {"usd", "requests", "request", "tokens", "token"})) {
      return Cat({"write `", f.text().substr(0, unit), " ", rest, "`"});
    }
  }
  if (f.Expects("an amount") && found == TokenKind::kMalformed &&
      std::isalpha(static_cast<unsigned char>(f.text().back())) != 0) {
    return "write the number out: `10_000`";
  }
  const string_view word = f.text();
  const bool in_days = f.kind(2) == TokenKind::word_in && f.kind(3) == TokenKind::word_weekday;
  if (in_days && word == "-" && IsWord(Ahead(f, 1))) {
    return Cat({"a range is written with two dots: `", f.text(1), "..", f.tokens->TextOf(f.at + 1), "`"});
  }
  if (f.Expects("a time, day or date") && found == TokenKind::kMalformed) {
    const bool one_digit = word.size() >= 4 && word[1] == ':';
    if (word.find('-') != string_view::npos && word.find(':') != string_view::npos) {
      return "a range is written with two dots: 09:00..17:00";
    }
    if (one_digit) return Cat({"hours have two digits: `0", word, "`"});
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
  for (const auto& hint : {&Statements, &Members, &Arms, &Brackets, &Amounts, &Texts}) {
    if (string help = hint(failure); !help.empty()) return help;
  }
  return {};
}

}  // namespace keyrule::dsl
