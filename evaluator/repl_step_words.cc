// What the steps of a session take: how often, with what, and what became of a call.

#include <algorithm>

#include "dsl/limits.h"
#include "dsl/suggest.h"
#include "dsl/wording.h"
#include "evaluator/literals.h"
#include "evaluator/repl_words.h"
#include "evaluator/typeset.h"

namespace keyrule::evaluator {

using dsl::Cat;
using dsl::Tick;

namespace {

constexpr int64_t kMostCalls = 1'000'000;

}  // namespace

bool TakeRepetition(std::string_view* rest, Repetition* repetition, std::string* error) {
  std::string_view after = *rest;
  const std::string_view number = TakeWord(&after);
  const std::optional<int64_t> times = ParseInteger(number);
  if (!times) return true;
  const std::string_view word = TakeWord(&after);
  if (word != "times" && word != "time") {
    *error = Cat({"expected `times` after ", Tick(number)});
    return false;
  }
  if (*times < 1 || *times > kMostCalls) {
    *error = "between 1 and 1,000,000 times";
    return false;
  }
  repetition->times = *times;
  *rest = after;
  const std::string_view next = TakeWord(&after);
  if (next == "at") {
    if (TakeWord(&after) != "once") {
      *error = "expected `at once`";
      return false;
    }
    if (*times > dsl::kMaxAtOnce) {
      *error = Cat({"at most ", dsl::Thousands(static_cast<uint64_t>(dsl::kMaxAtOnce)),
                    " times at once"});
      return false;
    }
    repetition->at_once = true;
    *rest = after;
  } else if (next == "every") {
    const std::optional<int64_t> every = ParseDuration(TakeWord(&after));
    if (!every) {
      *error = "expected a duration after `every`, as in `every 1m`";
      return false;
    }
    repetition->every_ms = *every;
    *rest = after;
  }
  return true;
}

bool ParseWith(std::string_view rest, std::vector<ReplSetting>* settings, std::string* error) {
  if (rest.empty()) return true;
  std::string_view after = rest;
  if (TakeWord(&after) == "with") return ParseSettings(after, settings, error);
  *error = Cat({"expected `with`, found ", Tick(Printable(rest))});
  return false;
}

const std::vector<std::string_view>& OutcomeWords() {
  static const std::vector<std::string_view> words = {
      "ok",        "rate_limited", "unauthorized", "out_of_credit",
      "timed_out", "server_error", "caller_error"};
  return words;
}

bool ParseReport(std::string_view text, Report* report, std::string* error) {
  const std::vector<std::string_view>& words = OutcomeWords();
  const std::string_view outcome = TakeWord(&text);
  const auto found = std::find(words.begin(), words.end(), outcome);
  if (found == words.end()) {
    *error = outcome.empty() ? Cat({"write what became of the call; outcomes: ", dsl::ListOf(words)})
                             : Cat({"no outcome is named ", Tick(Printable(outcome)), "; ",
                                    dsl::Suggest(outcome, words, "outcomes")});
    return false;
  }
  report->outcome = static_cast<Outcome>(found - words.begin() + 1);  // after kNone
  if (text.empty()) return true;
  if (TakeWord(&text) != "with") {
    *error = "expected `with` after the outcome, as in `report rate_limited with retry_after = 30s`";
    return false;
  }
  std::vector<ReplSetting> settings;
  if (!ParseSettings(text, &settings, error)) return false;
  for (const ReplSetting& setting : settings) {
    std::optional<int64_t> value;
    std::string_view example;
    if (setting.path == "retry_after" || setting.path == "latency") {
      value = ParseDuration(setting.value);
      (setting.path == "latency" ? report->latency_ms : report->retry_after_ms) = value.value_or(0);
      example = "30s";
    } else if (setting.path == "tokens") {
      value = ParseInteger(setting.value);
      report->tokens = value.value_or(0);
      example = "1_000";
    } else if (setting.path == "cost") {
      value = ParseMoney(setting.value);
      report->cost_micro_usd = value.value_or(0);
      example = "0.50";
    } else {
      const std::vector<std::string_view> legal = {"retry_after", "tokens", "latency", "cost"};
      *error = Cat({"a report has no ", Tick(Printable(setting.path)), "; ",
                    dsl::Suggest(setting.path, legal, "it takes")});
      return false;
    }
    if (!value) {
      *error = Cat({Tick(setting.path), " cannot be ", Tick(Printable(setting.value)), "; write `",
                    setting.path, " = ", example, "`"});
      return false;
    }
  }
  return true;
}

}  // namespace keyrule::evaluator
