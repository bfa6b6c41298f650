// Where a command writes: results to standard output, problems to standard error; with JSON all as lines on standard
// output.
#pragma once

#include <string>
#include <string_view>

#include "dsl/diagnostic.h"
#include "dsl/source.h"
#include "plugin_api/command/exit.h"
#include "store/import.h"
#include "store/status.h"

namespace keyrule::command {

// kSarif: what is shown waits for the document. kPrometheus, kMarkdown: problems are said as with kText.
enum class Format { kText, kPlain, kJson, kSarif, kPrometheus, kMarkdown };

// Something wrong that is not in a policy.
struct Problem {
  std::string message;    // one line, lower case
  std::string help = {};  // may be empty
  std::string file = {};  // may be empty
  size_t line = 0;        // 0: not known
  size_t column = 0;
};

class Console {
 public:
  Console(Format format, bool quiet);

  Format format() const { return format_; }
  bool json() const { return format_ == Format::kJson; }
  bool quiet() const { return quiet_; }
  bool colour_out() const { return colour_out_; }

  // A result; a line break is added where there is none. Nothing if quiet.
  void Result(std::string_view text) const;
  // What was asked for by name, quiet or not.
  void Print(std::string_view text) const;
  // What a person must know even if the result never arrives: on standard error, at once. Nothing if
  // quiet, or with JSON, whose result says it.
  void Note(std::string_view text) const;
  // Something that the command goes on in spite of. Not if quiet.
  void Warning(const Problem& problem) const;
  void Error(const Problem& problem) const;
  void Error(const store::Status& status) const;
  void Error(const store::ImportError& error, const std::string& path) const;
  // Warnings and notes not if quiet.
  void Show(const dsl::Diagnostics& diagnostics, const dsl::Sources& sources) const;
  void Show(const dsl::Diagnostic& diagnostic, const dsl::Sources& sources) const;
  // "and 4 more errors", which are counted only.
  void ShowMore(size_t unseen) const;

 private:
  void Report(const Problem& given, bool error) const;

  const Format format_;
  const bool quiet_;
  const bool colour_out_;
  const bool colour_err_;
};

// All of standard output has arrived; otherwise says so and gives Exit::kFile.
Exit FinishOutput(Exit exit);

}  // namespace keyrule::command
