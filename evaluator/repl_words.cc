#include "evaluator/repl_words.h"

#include <algorithm>

#include "dsl/limits.h"
#include "dsl/literal.h"
#include "dsl/suggest.h"
#include "dsl/wording.h"
#include "evaluator/literals.h"
#include "evaluator/repl_record.h"
#include "evaluator/typeset.h"

namespace keyrule::evaluator {
namespace {

using dsl::Cat;
using dsl::Tick;

constexpr int64_t kMostCalls = 1'000'000;

// Where `what` stands outside quotes and brackets; npos if nowhere.
size_t FindOutside(std::string_view text, char what) {
  bool quoted = false;
  int depth = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') ++i;
      if (c == '"') quoted = false;
      continue;
    }
    if (c == what && depth == 0) return i;
    if (c == '"') quoted = true;
    if (c == '[') ++depth;
    if (c == ']') --depth;
  }
  return std::string_view::npos;
}

bool ParseSetting(std::string_view item, ReplSetting* setting, std::string* error) {
  const size_t equals = FindOutside(item, '=');
  setting->path = TrimBlanks(item.substr(0, equals));
  if (equals == std::string_view::npos || setting->path.empty()) {
    *error = Cat({"expected `attribute = value`, found ", Tick(Printable(item))});
    return false;
  }
  const std::string_view value = TrimBlanks(item.substr(equals + 1));
  if (value.starts_with('=')) {
    *error = "`==` compares; write `=` to give a value";
    return false;
  }
  setting->unique = value == "unique";
  setting->quoted = value.starts_with('"');
  if (!setting->quoted) {
    setting->value = value;
    return true;
  }
  size_t end = 1;
  while (end < value.size() && value[end] != '"') end += value[end] == '\\' ? 2 : 1;
  if (end >= value.size()) {
    *error = Cat({"the text ", Printable(value), " has no closing quote"});
    return false;
  }
  if (end + 1 != value.size()) {
    *error = Cat({"expected `,` after ", Printable(value.substr(0, end + 1))});
    return false;
  }
  setting->value = dsl::DecodeText(value);
  return true;
}

}  // namespace

std::string_view TrimBlanks(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::string_view TakeWord(std::string_view* line) {
  *line = TrimBlanks(*line);
  const size_t end = std::min(line->find_first_of(" \t\r\n"), line->size());
  const std::string_view word = line->substr(0, end);
  *line = TrimBlanks(line->substr(end));
  return word;
}

bool ParseSettings(std::string_view text, std::vector<ReplSetting>* settings, std::string* error) {
  text = TrimBlanks(text);
  while (!text.empty()) {
    const size_t comma = FindOutside(text, ',');
    if (!ParseSetting(TrimBlanks(text.substr(0, comma)), &settings->emplace_back(), error)) {
      return false;
    }
    if (comma == std::string_view::npos) return true;
    text = TrimBlanks(text.substr(comma + 1));
  }
  if (settings->empty()) *error = "write `attribute = value`";
  return !settings->empty();
}

bool ApplySetting(const ReplSetting& setting, int64_t* unique, RequestBuilder* builder, std::string* error) {
  if (setting.unique) {
    const int64_t number = unique == nullptr ? 1 : ++*unique;
    const dsl::Attribute* declared = builder->Declared(setting.path);
    if (declared != nullptr && declared->type == dsl::Type::kInt) {
      return builder->SetInteger(setting.path, number, error);
    }
    // As in-file tests make them, from the key as a test writes it.
    return builder->SetText(setting.path, PathText(setting.path) + "-" + std::to_string(number), error);
  }
  if (setting.quoted) return builder->SetText(setting.path, setting.value, error);
  return builder->SetAssignment(Cat({setting.path, "=", setting.value}), error);
}

const std::vector<std::string_view>& OutcomeWords() {
  static const std::vector<std::string_view> words = {
      "ok",        "rate_limited", "unauthorized", "out_of_credit",
      "timed_out", "server_error", "caller_error"};
  return words;
}

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

std::vector<std::string_view> SplitAtCommas(std::string_view text) {
  std::vector<std::string_view> items;
  while (true) {
    const size_t comma = FindOutside(text, ',');
    items.push_back(TrimBlanks(text.substr(0, comma)));
    if (comma == std::string_view::npos) return items;
    text.remove_prefix(comma + 1);
  }
}

std::string_view WithoutComment(std::string_view line) {
  bool quoted = false;
  for (size_t i = 0; i < line.size(); ++i) {
    if (quoted && line[i] == '\\') {
      ++i;
    } else if (line[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && line[i] == '#' && (i == 0 || line[i - 1] == ' ' || line[i - 1] == '\t')) {
      return TrimBlanks(line.substr(0, i));
    }
  }
  return line;
}

bool SplitWords(std::string_view text, std::vector<std::string>* words) {
  while (!(text = TrimBlanks(text)).empty()) {
    if (text[0] != '"') {
      words->emplace_back(TakeWord(&text));
      continue;
    }
    size_t end = 1;
    while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
    if (end >= text.size()) return false;
    words->push_back(dsl::DecodeText(text.substr(0, end + 1)));
    text.remove_prefix(end + 1);
  }
  return true;
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
