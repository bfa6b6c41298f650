// A line of the REPL, cut into what its commands take.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evaluator/decision.h"
#include "evaluator/request_builder.h"
#include "evaluator/session.h"

namespace keyrule::evaluator {

std::string_view TrimBlanks(std::string_view text);
// The first word, cut off the front of *line together with the blanks around it.
std::string_view TakeWord(std::string_view* line);

// KEY = VALUE, as in a test.
struct ReplSetting {
  std::string path;
  std::string value;    // as typed, or the text inside the quotes
  bool quoted = false;  // a text, whatever it looks like
  bool unique = false;  // another value each time
};

// "app.id = "invoices", user.id = unique". False and *error: one line with the mend.
bool ParseSettings(std::string_view text, std::vector<ReplSetting>* settings, std::string* error);
// Of several settings of one attribute the last counts: the others go.
void KeepLast(std::vector<ReplSetting>* settings);
// Gives the request the setting. *unique counts the values that nobody else has; null: it is only tried.
bool ApplySetting(const ReplSetting& setting, int64_t* unique, RequestBuilder* builder, std::string* error);
// The items between commas that stand outside quotes and brackets.
std::vector<std::string_view> SplitAtCommas(std::string_view text);
// Without the comment at its end: a `#` outside quotes, at the beginning or behind a blank.
std::string_view WithoutComment(std::string_view line);
// "a.keyrule \"b c.keyrule\"": words, or texts in quotes. False: a quote is not closed.
bool SplitWords(std::string_view text, std::vector<std::string>* words);

// "100 times", "3 times at once", "5 times every 1m"; what follows stays in *rest.
bool TakeRepetition(std::string_view* rest, Repetition* repetition, std::string* error);
// The settings behind `with`; an empty rest has none.
bool ParseWith(std::string_view rest, std::vector<ReplSetting>* settings, std::string* error);

// "rate_limited with retry_after = 30s".
bool ParseReport(std::string_view text, Report* report, std::string* error);
// The outcomes that can be reported.
const std::vector<std::string_view>& OutcomeWords();

}  // namespace keyrule::evaluator
