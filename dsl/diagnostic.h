// What is wrong with a policy, where, and how to mend it. Diagnostics are collected, then rendered once (render.h).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "dsl/source.h"

namespace keyrule::dsl {

enum class Severity { kError, kWarning, kNote };

// Stable codes: KR0101 and so on. The table is diagnostic_codes.def.
enum class Code : uint16_t {
#define KEYRULE_DIAGNOSTIC(number, severity, title) KR##number,
#include "dsl/diagnostic_codes.def"
#undef KEYRULE_DIAGNOSTIC
};

std::string_view CodeName(Code code);       // "KR0101"
Severity DefaultSeverity(Code code);
std::string_view WordOf(Severity severity);  // "error"
std::string_view CodeTitle(Code code);      // the message with its {placeholders}, for tables and pages
// The help that every diagnostic of the code has, unless a more fitting one is given; empty: none.
std::string_view UsualHelp(Code code);
std::vector<Code> AllCodes();               // in the order of the table

// A second place that explains the first ("first here").
struct Note {
  std::string message;
  Span span;
};

// Messages: lower case, no full stop, one line, user text in backticks.
struct Diagnostic {
  Code code = {};
  Severity severity = Severity::kError;
  std::string message;
  std::string help;  // empty: none
  Span span;
  std::vector<Note> notes;
};

// Collects the diagnostics of one policy. At most kMaxErrors errors are kept; what comes after is counted.
class Diagnostics {
 public:
  static constexpr size_t kMaxErrors = 10;

  Diagnostic& Add(Code code, Span span, std::string message, std::string help = {});
  // So many warnings more than are kept.
  void CountWarnings(size_t more) { warnings_ += more; }
  // Orders by file and place; call once before rendering.
  void Sort();
  const std::vector<Diagnostic>& all() const { return all_; }
  bool has_errors() const { return errors_ > 0; }
  bool full() const { return errors_ >= kMaxErrors; }
  size_t errors() const { return errors_; }
  size_t unseen_errors() const { return errors_ < kMaxErrors ? 0 : errors_ - kMaxErrors; }
  size_t warnings() const { return warnings_; }

 private:
  std::vector<Diagnostic> all_;
  Diagnostic overflow_;  // takes what is beyond the cap
  size_t errors_ = 0;
  size_t warnings_ = 0;
};

}  // namespace keyrule::dsl
