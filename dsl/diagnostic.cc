#include "dsl/diagnostic.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

namespace keyrule::dsl {
namespace {

struct CodeInfo {
  std::string_view name;
  Severity severity;
  std::string_view title;
};

constexpr std::array kCodes = {
#define KEYRULE_DIAGNOSTIC(number, severity, title) \
  CodeInfo{"KR" #number, Severity::severity, title},
#include "dsl/diagnostic_codes.def"
#undef KEYRULE_DIAGNOSTIC
};

constexpr const CodeInfo& InfoOf(Code code) { return kCodes[static_cast<size_t>(code)]; }

}  // namespace

std::string_view CodeName(Code code) { return InfoOf(code).name; }
Severity DefaultSeverity(Code code) { return InfoOf(code).severity; }
std::string_view CodeTitle(Code code) { return InfoOf(code).title; }

std::string_view WordOf(Severity severity) {
  switch (severity) {
    case Severity::kError:
      return "error";
    case Severity::kWarning:
      return "warning";
    case Severity::kNote:
      break;
  }
  return "note";
}

std::vector<Code> AllCodes() {
  std::vector<Code> codes;
  for (size_t i = 0; i < kCodes.size(); ++i) codes.push_back(static_cast<Code>(i));
  return codes;
}

Diagnostic& Diagnostics::Add(Code code, Span span, std::string message, std::string help) {
  const Severity severity = DefaultSeverity(code);
  const bool kept = severity != Severity::kError || !full();
  if (severity == Severity::kError) ++errors_;
  if (severity == Severity::kWarning) ++warnings_;
  Diagnostic& added = kept ? all_.emplace_back() : (overflow_ = {});
  added.code = code;
  added.severity = severity;
  added.message = std::move(message);
  added.help = std::move(help);
  added.span = span;
  return added;
}

void Diagnostics::Sort() {
  std::stable_sort(all_.begin(), all_.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::tie(a.span.source, a.span.begin) < std::tie(b.span.source, b.span.begin);
  });
}

}  // namespace keyrule::dsl
