#include "dsl/hint_steps.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "dsl/wording.h"

namespace keyrule::dsl {
namespace {

using std::string;
using std::string_view;

struct Word {
  string_view foreign;
  string_view help;
};
constexpr std::array<Word, 18> kWords = {{
    {"assert", "write `expect …`"},
    {"should", "write `expect …`"},
    {"it", "write `expect …`"},
    {"check", "write `expect …`"},
    {"verify", "write `expect …`"},
    {"then", "leave out `then`: each step begins with its own word"},
    {"when", "write `request with …`"},
    {"call", "write `request with …`"},
    {"decide", "write `request with …`"},
    {"send", "write `request with …`"},
    {"sleep", "write `wait 5s`"},
    {"advance", "write `wait 5s`"},
    {"after", "write `wait 5s`"},
    {"time", "write `clock 2026-11-23T09:30Z` or `wait 5s`"},
    {"now", "write `clock 2026-11-23T09:30Z`"},
    {"fail", "write `report server_error`"},
    {"retry", "write `next`"},
    {"repeat", "write `again 3 times`"},
}};

string Given(const Failure& f) {
  if (f.kind(1) != TokenKind::word_given) {
    if (f.text() == "disabled") return "write `with enabled = false`";
    if (f.text() == "enabled") return "write `with enabled = true`";
    return f.text() == "expired" ? "write `with expires = 2026-01-01T00:00Z`" : "";
  }
  if (f.kind() == TokenKind::kText) return Cat({"write `given credential ", f.text(), "`"});
  if (f.kind() == TokenKind::kPath) {
    return Cat({"what a request holds stands in it: `request with ", f.text(), " = …`"});
  }
  return {};
}

string Requests(const Failure& f) {
  const TokenKind found = f.kind();
  const bool asked = f.kind(1) == TokenKind::word_request || f.kind(1) == TokenKind::word_again;
  if (asked && found == TokenKind::kOpenBrace) return "write `request with app.id = \"invoices\", …`";
  if (asked && found == TokenKind::kPath) return Cat({"write `", f.text(1), " with ", f.text(), " = …`"});
  if (asked && found == TokenKind::kIdentifier) return Cat({"write `", f.text(1), " 10 times`"});
  if (found == TokenKind::kInteger && f.at + 1 < f.tokens->size() &&
      (f.tokens->kind(f.at + 1) == TokenKind::word_times || f.tokens->kind(f.at + 1) == TokenKind::word_time)) {
    return Cat({"how often stands before `with`: `request ", f.text(), " ", f.tokens->TextOf(f.at + 1), " with …`"});
  }
  const bool repeated = f.kind(1) == TokenKind::word_times || f.kind(1) == TokenKind::word_time;
  if (repeated && (found == TokenKind::word_in || f.text() == "parallel" || f.text() == "concurrently")) {
    return Cat({"write `", f.text(2), " ", f.text(1), " at once`"});
  }
  if (f.kind(2) == TokenKind::word_report && found == TokenKind::kIdentifier) {
    return Cat({"write `report ", f.text(1), " with ", f.text(), " = …`"});
  }
  return {};
}

string Settings(const Failure& f) {
  const bool dash = f.Expects("`=`") && f.text() == "-" && IsWord(f.kind(1));
  if (dash && f.at + 1 < f.tokens->size() && IsWord(f.tokens->kind(f.at + 1))) {
    return Cat({"write `", f.text(1), "_", f.tokens->TextOf(f.at + 1), "`"});
  }
  if (f.kind(1) == TokenKind::kComma && f.Expects("an attribute")) return "remove the comma before it";
  if (!f.Expects("a value")) return {};
  const string_view word = f.text();
  for (const string_view none : {"null", "none", "nil", "None", "NULL", "undefined", "absent"}) {
    if (word == none) return "leave it out: what a request does not set is absent";
  }
  if (word == "yes" || word == "on" || word == "True") return "write `true`";
  if (word == "no" || word == "off" || word == "False") return "write `false`";
  if (f.kind() == TokenKind::kCalendar) return Cat({"write a whole moment: `", word, "T00:00Z`"});
  if (IsWord(f.kind()) || f.kind() == TokenKind::kPath) {
    return Cat({"texts stand in quotes: `\"", word, "\"`"});
  }
  return {};
}

string Wants(const Failure& f) {
  if (f.Expects("an expectation")) {
    for (const string_view word : {"allow", "allowed", "use", "used", "permit", "permitted", "ok", "success"}) {
      if (f.text() == word) return "write `credential \"…\"`, `rule some_name` or `default`";
    }
    for (const string_view word : {"denied", "refused", "reject", "rejected", "forbidden", "error"}) {
      if (f.text() == word) return "write `deny`";
    }
  }
  if (f.kind(1) == TokenKind::word_in && f.kind(2) == TokenKind::word_credential &&
      f.kind() == TokenKind::kOpenBracket) {
    return "name a pool: `credential in some_pool`";
  }
  if (f.Expects("`as`") && IsWord(f.kind())) return "write `as`, and the reason behind it";
  if (f.text() == "and" && f.Expects("`,`")) return "a comma separates them, not `and`";
  const bool want = f.kind() == TokenKind::word_credential || f.kind() == TokenKind::word_rule ||
                    f.kind() == TokenKind::word_deny || f.kind() == TokenKind::word_tag ||
                    f.kind() == TokenKind::word_host || f.kind() == TokenKind::word_skipped;
  if (want && f.Expects("`,`")) return "commas separate what is expected";
  return {};
}

}  // namespace

string HintForStep(const Failure& failure) {
  const TokenKind statement = failure.tokens->kind(failure.statement);
  if (failure.statement == failure.at || statement != TokenKind::word_test) return {};
  if (failure.Expects("a test step")) {
    for (const Word& word : kWords) {
      if (word.foreign == failure.text()) return string(word.help);
    }
  }
  for (const auto& hint : {&Given, &Requests, &Settings, &Wants}) {
    if (string help = hint(failure); !help.empty()) return help;
  }
  return {};
}

}  // namespace keyrule::dsl
