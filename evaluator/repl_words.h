// A line of the REPL, cut into what its commands take.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evaluator/decision.h"
#include "evaluator/request_builder.h"

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
// Gives the request the setting; `number` makes a unique value.
bool ApplySetting(const ReplSetting& setting, int64_t number, RequestBuilder* builder,
                  std::string* error);

// "rate_limited with retry_after = 30s".
bool ParseReport(std::string_view text, Report* report, std::string* error);
// The outcomes that can be reported.
const std::vector<std::string_view>& OutcomeWords();

}  // namespace keyrule::evaluator
