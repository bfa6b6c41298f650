#include "plugin_api/command/console.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "dsl/render.h"
#include "evaluator/typeset.h"
#include "plugin_api/command/policy_input.h"
#include "plugin_api/command/progress.h"

namespace keyrule::command {
namespace {

bool WantsColour(Format format, int fd) {
  const char* no_colour = std::getenv("NO_COLOR");
  return format == Format::kText && (no_colour == nullptr || *no_colour == '\0') && isatty(fd) == 1;
}

void Write(std::FILE* file, std::string_view text) {
  Progress::StepAside();
  std::fwrite(text.data(), 1, text.size(), file);
  if (text.empty() || text.back() != '\n') std::fputc('\n', file);
}

// The keys of a diagnostic, so that one reader does for both.
std::string ProblemJson(const Problem& problem, bool error) {
  const auto text_or_null = [](const std::string& text) {
    return text.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(text);
  };
  const auto number_or_null = [](size_t number) {
    return number == 0 ? nlohmann::ordered_json() : nlohmann::ordered_json(number);
  };
  nlohmann::ordered_json json;
  json["code"] = nullptr;
  json["severity"] = error ? "error" : "warning";
  json["message"] = problem.message;
  json["help"] = text_or_null(problem.help);
  json["file"] = text_or_null(problem.file);
  json["line"] = number_or_null(problem.line);
  json["column"] = number_or_null(problem.column);
  json["end_line"] = nullptr;
  json["end_column"] = nullptr;
  json["notes"] = nlohmann::ordered_json::array();
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace

Console::Console(Format format, bool quiet)
    : format_(format),
      quiet_(quiet),
      colour_out_(WantsColour(format, STDOUT_FILENO)),
      colour_err_(WantsColour(format, STDERR_FILENO)) {}

void Console::Result(std::string_view text) const {
  if (!quiet_) Print(text);
}

void Console::Print(std::string_view text) const { Write(stdout, text); }

void Console::Note(std::string_view text) const {
  if (!quiet_ && !json()) Write(stderr, text);
}

void Console::Warning(const Problem& problem) const {
  if (!quiet_) Report(problem, false);
}

void Console::Error(const Problem& problem) const { Report(problem, true); }

void Console::Report(const Problem& given, bool error) const {
  if (json()) return Write(stdout, ProblemJson(given, error));
  // Names come from files and databases: they write no lines and move no cursor.
  using evaluator::Printable;
  const Problem problem{Printable(given.message), Printable(given.help), Printable(given.file), given.line,
                        given.column};
  std::string text = error ? "error" : "warning";
  if (colour_err_) text = (error ? "\x1b[1;31m" : "\x1b[1;33m") + text + "\x1b[0m";
  text += ": ";
  if (!problem.file.empty()) {
    text += problem.file + ":";
    if (problem.line != 0) text += std::to_string(problem.line) + ":";
    if (problem.column != 0) text += std::to_string(problem.column) + ":";
    text += " ";
  }
  text += problem.message;
  if (!problem.help.empty()) {
    text += format_ == Format::kPlain ? "; " + problem.help : "\n   = help: " + problem.help;
  }
  Write(stderr, text);
}

void Console::Error(const store::Status& status) const {
  Error(Problem{status.what(), status.mend(), status.where()});
}

void Console::Error(const store::ImportError& error, const std::string& path) const {
  Error(Problem{error.pointer.empty() ? error.what : error.pointer + ": " + error.what, error.mend,
                path, error.line, error.column});
}

void Console::Show(const dsl::Diagnostics& diagnostics, const dsl::Sources& sources) const {
  constexpr size_t kMaxWarnings = 50;  // as many as a person reads; a program gets them all
  const bool all = json() || format_ == Format::kSarif;
  size_t warnings = 0;
  for (const dsl::Diagnostic& diagnostic : diagnostics.all()) {
    warnings += diagnostic.severity == dsl::Severity::kWarning;
    const bool more = diagnostic.severity == dsl::Severity::kWarning && warnings > kMaxWarnings;
    if (all || !more) Show(diagnostic, sources);
  }
  if (!all && !quiet_ && warnings > kMaxWarnings) {
    Write(stderr, "and " + Count(warnings - kMaxWarnings, "more warning"));
  }
  ShowMore(diagnostics.unseen_errors());
}

void Console::ShowMore(size_t unseen) const {
  if (unseen == 0 || format_ == Format::kSarif) return;
  if (json()) return Write(stdout, "{\"more_errors\":" + std::to_string(unseen) + "}");
  Write(stderr, "and " + Count(unseen, "more error"));
}

void Console::Show(const dsl::Diagnostic& diagnostic, const dsl::Sources& sources) const {
  if (format_ == Format::kSarif) return;
  if (quiet_ && diagnostic.severity != dsl::Severity::kError) return;
  if (json()) return Write(stdout, dsl::RenderJson(diagnostic, sources));
  dsl::RenderStyle style = dsl::RenderStyle::kText;
  if (format_ == Format::kPlain) style = dsl::RenderStyle::kPlain;
  if (colour_err_) style = dsl::RenderStyle::kColour;
  Write(stderr, dsl::Render(diagnostic, sources, style));
}

Exit FinishOutput(Exit exit) {
  errno = 0;
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return exit;
  if (errno != EPIPE) std::fputs("error: standard output cannot be written\n", stderr);
  return First(exit, Exit::kFile);
}

}  // namespace keyrule::command
