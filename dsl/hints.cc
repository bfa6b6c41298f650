#include "dsl/hints.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "dsl/hint_conditions.h"
#include "dsl/hint_habits.h"
#include "dsl/hint_steps.h"
#include "dsl/hint_words.h"
#include "dsl/wording.h"

namespace keyrule::dsl {
namespace {

using std::string;
using std::string_view;

bool IsNumber(TokenKind kind) {
  return kind >= TokenKind::kInteger && kind <= TokenKind::kMalformed;
}

// The innermost block that is open before the failure: the token of its `{`, or npos.
uint32_t OpenBlock(const Failure& failure) {
  uint32_t depth = 0;
  for (uint32_t i = failure.at; i-- > failure.statement;) {
    const TokenKind kind = failure.tokens->kind(i);
    if (kind == TokenKind::kCloseBrace) ++depth;
    if (kind == TokenKind::kOpenBrace && depth-- == 0) return i;
  }
  return UINT32_MAX;
}

TokenKind StatementWord(const Failure& failure) {
  return failure.statement < failure.at ? failure.tokens->kind(failure.statement) : TokenKind::kEnd;
}

bool InPool(const Failure& failure) {
  const TokenKind word = StatementWord(failure);
  return word == TokenKind::word_pool || word == TokenKind::word_quota ||
         word == TokenKind::word_budget;
}

// ---- `=`, `==` and `:`

string Signs(const Failure& f) {
  const TokenKind found = f.kind();
  if (found == TokenKind::kAssign && (f.Expects("a comparison") || f.Expects("`==`"))) {
    return "`=` gives a value; write `==` to compare";
  }
  if (found == TokenKind::kEqual && f.Expects("`=`")) {
    return "`==` compares; write `=` to give a value";
  }
  if (found == TokenKind::kColon && f.Expects("`=`")) {
    return "`:` pairs a key with what it stands for; write `=` to give a value";
  }
  if (found == TokenKind::kColon && f.Expects("a comparison") &&
      IsReservedWord(f.kind(1)) == false) {
    return "write `==` to compare";
  }
  if ((found == TokenKind::kAssign || found == TokenKind::kEqual) && f.Expects("`:`")) {
    return "write `:` between a key and what it stands for";
  }
  if (f.kind(1) == TokenKind::kAssign &&
      (found == TokenKind::kGreater || found == TokenKind::kLess)) {
    return "write `>=` or `<=`";
  }
  if (f.kind(1) == TokenKind::kLess && found == TokenKind::kGreater) return "write `!=`";
  if ((found == TokenKind::kColon || found == TokenKind::kAssign) && IsWord(f.kind(1))) {
    return Cat({"no `", f.text(), "` stands after `", f.text(1), "`; leave it out"});
  }
  return {};
}

// ---- blocks

string Blocks(const Failure& f) {
  const TokenKind found = f.kind();
  if (f.Expects("`}`") && IsStatementWord(found)) {
    return Cat({"the block before `", f.text(), "` is not closed"});
  }
  if (found == TokenKind::kEnd) {
    const uint32_t open = OpenBlock(f);
    if (open == UINT32_MAX) return {};
    const string_view before = f.tokens->text.substr(0, f.tokens->begins[open]);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    return Cat({"the block that begins in line ", std::to_string(line), " is not closed"});
  }
  if (f.Expects("`{`") && f.kind(1) == TokenKind::word_default) {
    if (found == TokenKind::word_host) return "write `default { leave to host }`";
    if (found == TokenKind::word_deny) return "write `default { deny \"…\" }`";
    if (IsWord(found)) return Cat({"write `default { ", f.text(), " … }`"});
  }
  if (f.Expects("a statement") && found == TokenKind::kCloseBrace) {
    return "this `}` closes nothing; remove it";
  }
  if (found == TokenKind::kComma && f.Expects("`}`") && OpenBlock(f) != UINT32_MAX) {
    return "entries of a block need no comma";
  }
  if (found == TokenKind::kStray && f.text() == "-" && f.Expects("`}`")) {
    return "entries of a block need no dash";
  }
  if (f.Expects("`{`") && IsStatementWord(f.kind(2)) && IsReservedWord(found)) {
    return Cat({"what belongs to it stands in braces: `", f.text(2), " ", f.text(1), " { … }`"});
  }
  if (found == TokenKind::kOpenBrace && (f.Expects("a list") || f.Expects("a share like 10%"))) {
    return "a list stands in brackets: `[\"a\", \"b\"]`";
  }
  if (found == TokenKind::kOpenParenthesis && f.Expects("a list")) {
    return "a list stands in brackets: `[\"a\", \"b\"]`";
  }
  return {};
}

// ---- clauses of rules

// `prod-eu` without quotes: the dash comes right behind a word.
string Dashes(const Failure& f) {
  const bool dash = (f.kind() == TokenKind::kNegative || f.kind() == TokenKind::kStray) &&
                    f.text().starts_with('-') && IsWord(f.kind(1)) &&
                    f.tokens->ends[f.at - 1] == f.tokens->begins[f.at];
  if (!dash) return {};
  if (f.kind(2) != TokenKind::word_credential) return "names consist of letters, digits and `_`";
  Failure name = f;
  --name.at;
  return Cat({"names of credentials stand in quotes: `\"", WrittenInOneGo(name), "\"`"});
}

string Clauses(const Failure& f) {
  const TokenKind found = f.kind();
  const string_view word = f.text();
  if (found == TokenKind::word_pool && IsAnyOf(f.text(1), {"from", "use", "of", "in"})) {
    return "leave out the word `pool`";
  }
  if (found == TokenKind::word_wait && StatementWord(f) != TokenKind::word_test) {
    return "write `waiting up to 3s` after the `use` it belongs to";
  }
  if (found == TokenKind::word_host && !f.Expects("`host`")) return "write `leave to host`";
  if (IsAnyOf(word, {"tier", "tiers", "fallback"})) {
    return "write `then` before the credentials to try next";
  }
  if (IsAnyOf(word, {"priority", "order", "rank"})) {
    return "there are no priority numbers; rules and members count in the order written";
  }
  if (IsAnyOf(word, {"names", "name", "labels", "label"}) || word.starts_with("labels.")) {
    if (InPool(f)) {
      return "write `where name like \"staging-*\"` or `where labels.team == \"search\"`";
    }
  }
  if (f.Expects("an outcome") && f.kind(1) == TokenKind::kInteger && found == TokenKind::word_cool) {
    return "say after what: `after rate_limited cool 20s`, `after 3 server_error cool 20s`";
  }
  if ((IsAnyOf(word, {"at_most", "max", "maximum"}) || found == TokenKind::word_at) && InPool(f) &&
      !f.Expects("`at`")) {
    return "write `limit 100 requests per minute`";
  }
  if (f.Expects("`per`")) {
    return "write `limit 100 requests per minute` or `limit 8 requests at once`";
  }
  if (f.Expects("`by`")) {
    return "say how to choose: `by round_robin`, `by weighted_round_robin`, `by sticky on "
           "user.id`, …";
  }
  if (f.expected.size() == 1 && f.Expects("`at`")) {
    return "say whose clock: `at \"Europe/Berlin\"`";
  }
  if (found == TokenKind::word_else && f.kind(1) != TokenKind::word_else &&
      StatementWord(f) == TokenKind::word_rule) {
    return "`else` follows `use`; `tag` and `retry` come last";
  }
  if (found == TokenKind::word_when && StatementWord(f) == TokenKind::word_rule &&
      !f.Expects("`when`") && !f.Expects("`{`")) {
    return "a rule has one `when`, first of all; join conditions with `and`";
  }
  if (f.Expects("`when`") && found == TokenKind::word_where) return "write `when`";
  if (f.Expects("`when`") && IsAnyOf(word, {"use", "deny", "leave"})) {
    return "a rule begins with `when`; what holds for all other requests stands in `default`";
  }
  if (f.kind(1) == TokenKind::word_deny && f.Expects("a quoted text")) {
    return "a refusal says why: `deny \"…\"`";
  }
  if (f.Expects("`with`") &&
      (f.kind(1) == TokenKind::word_starts || f.kind(1) == TokenKind::word_ends)) {
    return Cat({"write `", f.text(1), " with \"…\"`"});
  }
  if (found == TokenKind::word_by &&
      (StatementWord(f) == TokenKind::word_never || StatementWord(f) == TokenKind::word_always)) {
    return "a claim says only what is spent; leave out `by …`";
  }
  if ((f.kind(1) == TokenKind::word_and || f.kind(1) == TokenKind::word_or) &&
      IsReservedWord(found)) {
    return Cat({"remove the `", f.text(1), "` before it, or write what it joins"});
  }
  if (f.Expects("`keyrule`")) return "the first line of a policy is `keyrule 1`";
  return {};
}

// ---- words where a text, a name or a value belongs

string Values(const Failure& f) {
  const TokenKind found = f.kind();
  const string_view word = WrittenInOneGo(f);
  const bool wants_text = f.Expects("a quoted text");
  const bool wants_name = f.Expects("a name") || f.Expects("an attribute");
  if (f.Expects("a condition") && (found == TokenKind::kText || IsNumber(found))) {
    return "the attribute stands left of the operator";
  }
  if (wants_text && f.kind(1) >= TokenKind::kEqual && f.kind(1) <= TokenKind::kGreater) {
    if (found == TokenKind::word_true || found == TokenKind::word_false) {
      return "a bool attribute stands alone, or after `not`";
    }
    if (found == TokenKind::kPath) {
      return "an attribute is compared with a text or a number, not with another attribute";
    }
  }
  if (wants_name && IsReservedWord(found) && f.expected.size() <= 2) {
    return Cat({"`", word, "` is a reserved word; choose another name"});
  }
  if (wants_name && found == TokenKind::kText && !wants_text) {
    return f.Expects("a name") ? "names stand without quotes" : "attributes stand without quotes";
  }
  if (wants_name && found == TokenKind::kPath && !f.Expects("an attribute")) {
    return "a name is one word, without dots";
  }
  if (wants_text && (IsWord(found) || found == TokenKind::kPath) && f.expected.size() <= 3 &&
      !f.Expects("`}`")) {
    return Cat({"texts stand in quotes: `\"", word, "\"`"});
  }
  if (f.Expects("a member") && found == TokenKind::kIdentifier && InPool(f) && word == f.text()) {
    return Cat({"names of credentials stand in quotes: `\"", word, "\"`; the members of another pool are `all of ", word, "`"});
  }
  if (f.Expects("a member") && (found == TokenKind::kIdentifier || found == TokenKind::kPath)) {
    return Cat({"names of credentials stand in quotes: `\"", word, "\"`"});
  }
  if (wants_text && IsNumber(found) && f.expected.size() == 1) {
    return Cat({"texts stand in quotes: `\"", word, "\"`"});
  }
  return {};
}

// ---- literals that are none

string TimestampHelp(const Failure& f) {
  const string_view text = f.text();
  if (f.kind() == TokenKind::kText) return "a timestamp stands without quotes: 2026-11-23T09:30Z";
  if (f.kind() == TokenKind::kInteger) return "write date and time, not seconds: 2026-11-23T09:30Z";
  if (text.find('.') != string_view::npos) return "a timestamp has whole seconds: 2026-11-23T09:30:15Z";
  if (text.find('t') != string_view::npos || text.find('z') != string_view::npos) {
    return "`T` and `Z` are capital letters: 2026-11-23T09:30Z";
  }
  const size_t time = text.find('T');
  if (time != string_view::npos && text.substr(time + 1).find(':') == 1) {
    return "hours have two digits: 2026-11-23T09:30Z";
  }
  if (text.find_last_of("+-") > time && text.size() - text.find_last_of("+-") == 5) {
    return "a distance from UTC has a colon: 2026-11-23T10:30+01:00";
  }
  return "a timestamp names its zone: 2026-11-23T09:30Z or 2026-11-23T10:30+01:00";
}

string Literals(const Failure& f) {
  if (f.Expects("a duration like 30s")) {
    return "write number and unit together: 500ms, 3s, 5m, 1h, 7d";
  }
  if (f.Expects("a time, day or date") && f.kind() == TokenKind::kText) {
    return "times, days and dates stand without quotes: 09:00, mon, 2026-12-24";
  }
  if (f.Expects("a time, day or date")) {
    return "times are 09:00, days are mon tue wed thu fri sat sun, dates are 2026-12-24";
  }
  if (f.Expects("a timestamp like 2026-11-23T09:30Z") && f.expected.size() == 1) return TimestampHelp(f);
  if (f.kind() == TokenKind::kDotDot) return "a range stands only after `in`, and in `expect`";
  if (f.kind() != TokenKind::kMalformed) return {};
  const string_view text = f.text();
  if (text.find('_') != string_view::npos) return "the digits between `_` come in threes: 10_000";
  if (text.ends_with('%')) return "a share has at most two decimals: 0.25%";
  if (text.find(':') != string_view::npos) return "times are 09:00, from 00:00 to 24:00";
  if (text.find('-') != string_view::npos) return "a range is written with two dots: 10..20";
  if (text.find('.') != string_view::npos)
    return "numbers are whole; amounts have two decimals: 50.00";
  return {};
}

}  // namespace

string HintFor(const Failure& failure) {
  constexpr std::array kHints = {&HintForStep, &HintForHabit, &HintForCondition, &Dashes,   &Blocks,
                                 &Signs,       &Clauses,      &Literals,         &HintForWord, &Values};
  for (const auto& hint : kHints) {
    if (string help = hint(failure); !help.empty()) return help;
  }
  return failure.form.empty() ? string() : Cat({"write ", failure.form});
}

}  // namespace keyrule::dsl
