// keyrule classify FILE
#include <sys/stat.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "dsl/suggest.h"
#include "evaluator/literals.h"
#include "evaluator/response.h"
#include "evaluator/typeset.h"
#include "plugin_api/command/options.h"
#include "plugin_api/command/request_input.h"
#include "plugin_api/command/response_input.h"
#include "plugin_api/command/table.h"

namespace keyrule::command {
namespace {

using evaluator::Classification;
using evaluator::Failure;
using evaluator::FormatDuration;
using evaluator::LimitScope;
using evaluator::Outcome;
using evaluator::ResponseRow;
using Json = nlohmann::ordered_json;

struct FailureWord {
  std::string_view word;
  Failure failure;
};
constexpr FailureWord kFailures[] = {{"connect", Failure::kConnect},
                                     {"timeout", Failure::kTimeout},
                                     {"broken", Failure::kBroken},
                                     {"cancelled", Failure::kCancelled}};

// A file that is not there may be no file at all, but an answer or a key that was pasted: then its name is not repeated.
bool IsThere(const std::string& file) {
  struct stat info;
  return file == "-" || lstat(file.c_str(), &info) == 0;
}

// LANGUAGE.md 4.7, where the pool says nothing else.
std::string WhatRests(const Classification& found) {
  if (found.callers_timeout) return "nothing";
  const std::string said = found.retry_after_ms > 0 ? FormatDuration(std::clamp<int64_t>(found.retry_after_ms, 1'000, 86'400'000)) : "";
  switch (found.outcome) {
    case Outcome::kRateLimited: return said.empty() ? "30s, doubling up to 10m" : said + ", as said";
    case Outcome::kUnauthorized: return "10m, doubling up to 1d; then one probe";
    case Outcome::kOutOfCredit: return "1h, doubling up to 1d; then one probe";
    case Outcome::kTimedOut:
    case Outcome::kServerError:
      return (said.empty() ? "20s, doubling up to 5m" : said + ", as said") + ", from the third in a row on; then one probe";
    default: return "nothing";
  }
}

std::string Status(int status) {
  if (status == 0) return "any";
  return status < 10 ? std::to_string(status) + "xx" : std::to_string(status);
}

// How an answer is recognised, for people.
std::string Looks(const ResponseRow& row) {
  const std::string with = row.status == 0 ? "" : Status(row.status) + ", ";
  const std::string text = "`" + std::string(row.text) + "`";
  switch (row.field) {
    case evaluator::RowField::kStatus: return Status(row.status);
    case evaluator::RowField::kWord: return with + text;
    case evaluator::RowField::kBegins: return with + "message begins " + text;
    case evaluator::RowField::kHas: return with + "message has " + text;
    default: return std::string(ToString(row.field));
  }
}

Json RowJson(const ResponseRow& row) {
  return {{"row", row.id},
          {"dialect", row.dialect},
          {"parent", evaluator::ParentOf(row.dialect)},
          {"status", row.status == 0 ? Json() : Json(Status(row.status))},
          {"field", ToString(row.field)},
          {"text", row.text.empty() ? Json() : Json(row.text)},
          {"looks", Looks(row)},
          {"outcome", ToString(row.outcome)},
          {"scope", ToString(row.scope)},
          {"means", row.means},
          {"source", row.source}};
}

void List(const Console& console) {
  if (console.json()) {
    for (const ResponseRow& row : evaluator::ResponseRows()) console.Result(RowJson(row).dump());
    for (const evaluator::ProviderDialect& known : evaluator::ProviderDialects()) {
      console.Result(Json({{"provider", known.provider}, {"dialect", known.dialect}}).dump());
    }
    return;
  }
  Table table({"row", "outcome", "scope", "answer"});
  for (const ResponseRow& row : evaluator::ResponseRows()) {
    table.Add({std::string(row.id), std::string(ToString(row.outcome)), std::string(ToString(row.scope)), Looks(row)});
  }
  console.Result(table.Render(console.format()));
}

Json NumberOrNull(int64_t number) { return number == 0 ? Json() : Json(number); }

std::string AsJson(const Classification& found) {
  return Json({{"outcome", ToString(found.outcome)},
               {"row", found.row->id},
               {"means", found.row->means},
               {"scope", ToString(found.scope)},
               {"callers_timeout", found.callers_timeout},
               {"rests", WhatRests(found)},
               {"retry_after_ms", NumberOrNull(found.retry_after_ms)},
               {"input_tokens", NumberOrNull(found.input_tokens)},
               {"output_tokens", NumberOrNull(found.output_tokens)},
               {"tokens", NumberOrNull(found.tokens)},
               {"source", found.row->source}})
      .dump();
}

std::string AsText(const Classification& found) {
  std::string text = std::string(ToString(found.outcome)) + "  " + std::string(found.row->id) + "\n";
  const auto line = [&text](std::string_view name, std::string_view value) {
    text += "    " + std::string(name) + std::string(13 - name.size(), ' ') + std::string(value) + "\n";
  };
  line("means", found.row->means);
  const std::string rests = WhatRests(found);
  const bool of_model = found.scope == LimitScope::kModel && rests != "nothing";
  line("rests", rests + (of_model ? ", for this model only: the limit is the model's" : ""));
  if (found.retry_after_ms > 0) line("retry after", FormatDuration(found.retry_after_ms));
  if (found.tokens > 0) {
    line("tokens", std::to_string(found.tokens) + " (" + std::to_string(found.input_tokens) + " in, " +
                       std::to_string(found.output_tokens) + " out)");
  }
  line("source", found.row->source);
  return text;
}

// The first of the options that says nothing about a list of all answers; null: there is none.
const char* WhatListsNot(const Options& options) {
  for (const char* name : {"--provider", "--status", "--failure", "--timeout", "--callers-timeout", "--at"}) {
    if (options.Has(name)) return name;
  }
  return nullptr;
}

struct Given {
  std::string provider, failure, timeout, at;
  std::optional<uint64_t> status;
  bool callers_timeout = false;
};

Exit Complete(const Given& given, const Options& options, const ResponseInput& input, evaluator::Response* response) {
  response->provider = given.provider;
  response->status = given.status ? static_cast<int>(*given.status) : input.status;
  response->headers = input.headers;
  response->body = input.body;
  response->callers_timeout = given.callers_timeout;
  if (!given.failure.empty()) {
    std::vector<std::string_view> words;
    for (const FailureWord& known : kFailures) {
      words.push_back(known.word);
      if (known.word == given.failure) response->failure = known.failure;
    }
    if (response->failure == Failure::kNone) {
      return options.Wrong("no failure is named `" + evaluator::Printable(given.failure) + "`",
                           dsl::Suggest(given.failure, words, "failures"));
    }
  }
  if (!given.timeout.empty()) {
    const std::optional<int64_t> length = evaluator::ParseDuration(given.timeout);
    if (!length) return options.Wrong("`--timeout " + evaluator::Printable(given.timeout) + "` is no duration", "write `50ms` or `60s`");
    response->timeout_ms = *length;
  }
  return Exit::kYes;
}

Exit RunClassify(const Command& self, std::vector<std::string> arguments) {
  std::vector<std::string> files;
  Given given;
  bool list = false;
  Options options(self);
  options.Arguments(&files, 0, 1, "a file with a response", ValueKind::kFile);
  options.Text("--provider NAME", &given.provider, "whose answer it is; else only the status and Retry-After are understood");
  std::vector<std::string> providers;
  for (const evaluator::ProviderDialect& known : evaluator::ProviderDialects()) providers.emplace_back(known.provider);
  options.Words("--provider", std::move(providers));
  options.Number("--status N", &given.status, "HTTP's status, where the file has only a body");
  options.Text("--failure WORD", &given.failure, "what became of the connection: connect, timeout, broken, cancelled");
  options.Words("--failure", {"connect", "timeout", "broken", "cancelled"});
  options.Text("--timeout DURATION", &given.timeout, "with `--failure timeout`: how long the deadline was");
  options.Flag("--callers-timeout", &given.callers_timeout, "with `--failure timeout`: it was the caller's own");
  options.Text("--at TIME", &given.at, "when it came, for dates in an answer without its own; else now");
  options.Flag("--list", &list, "the table");
  if (const std::optional<Exit> done = options.Parse(arguments)) return *done;
  if (list && !files.empty()) return options.Wrong("`--list` stands alone");
  if (const char* other = WhatListsNot(options); list && other != nullptr) {
    return options.Wrong("`--list` is of all answers, and takes no `" + std::string(other) + "`", "leave one of them out");
  }
  if (list) return List(options.console()), Exit::kYes;
  if (files.empty() && given.failure.empty() && !given.status) {
    return options.Wrong("name a file with a response, or `-`", "`curl -i` prints one; `--status` or `--failure` do without");
  }
  if (given.status && (*given.status < 100 || *given.status > 599)) {
    return options.Wrong("`--status " + std::to_string(*given.status) + "` is no status of HTTP", "write one from 100 to 599");
  }
  if (given.failure != "timeout" && (!given.timeout.empty() || given.callers_timeout)) {
    return options.Wrong(std::string(given.timeout.empty() ? "`--callers-timeout`" : "`--timeout`") + " needs `--failure timeout`");
  }
  int64_t now_ms = 0;
  if (const Exit exit = ReadMoment(given.at, options, &now_ms); exit != Exit::kYes) return exit;
  ResponseInput input;
  if (!files.empty()) {
    if (!IsThere(files.front())) {
      options.console().Error(Problem{"there is no file of the name that was given, which is not repeated here: it may be a key",
                                      "name a file with a response, or `-` and give it on standard input"});
      return Exit::kFile;
    }
    if (const Exit exit = ReadResponse(files.front(), options, &input); exit != Exit::kYes) return exit;
    if (given.status && input.status != 0 && static_cast<int>(*given.status) != input.status) {
      return options.Wrong("`--status " + std::to_string(*given.status) + "` is not what the response says itself: " +
                               std::to_string(input.status),
                           "leave it out; it is for a file that has only a body");
    }
  }
  if (given.failure == "connect" && (given.status || input.status != 0 || !input.body.empty())) {
    return options.Wrong("with `--failure connect` there is no answer to read",
                         "leave out the file and `--status`; `broken` is a connection that was cut after the answer began");
  }
  evaluator::Response response;
  if (const Exit exit = Complete(given, options, input, &response); exit != Exit::kYes) return exit;
  if (!given.provider.empty() && !evaluator::HasDialect(given.provider)) {
    std::vector<std::string_view> known;
    for (const evaluator::ProviderDialect& one : evaluator::ProviderDialects()) known.push_back(one.provider);
    const std::string help = dsl::Suggest(given.provider, known, "providers with a dialect");
    options.console().Note("no dialect is known of `" + evaluator::Printable(given.provider) +
                           "`: only what all have in common is read; " + help);
  }
  const Classification found = evaluator::Classify(response, now_ms);
  options.console().Result(options.console().json() ? AsJson(found) : AsText(found));
  return Exit::kYes;
}

}  // namespace

const Command kClassify = {
    "classify", "FILE", "says what a provider's response means for the credential, and why",
    "  curl -i … | keyrule classify - --provider openai      status line, headers and body\n"
    "  keyrule classify body.json --provider minimax --status 200\n"
    "  keyrule classify --failure timeout --timeout 50ms\n"
    "  keyrule classify --list                               all answers that are known\n"
    "\n"
    "This is what `report_response` reports. Nothing of the response is printed: it may hold a secret. The table with its\n"
    "sources is evaluator/PROVIDERS.md.\n",
    RunClassify};

}  // namespace keyrule::command
