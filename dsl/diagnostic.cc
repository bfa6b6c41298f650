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

std::string_view UsualHelp(Code code) {
  switch (code) {
    case Code::KR0014:
      return "stay within it; `keyrule explain KR0014` lists the limits";
    case Code::KR0017:
      return "patterns are those of RE2: no look-ahead, no back-references, at most 1,000 repetitions";
    case Code::KR0109:
      return "remove it from what it is made of";
    case Code::KR0201:
      return "write a value, or name something, of that kind";
    case Code::KR0206:
      return "write the smaller one first, and a larger one behind the `..`";
    case Code::KR0310:
      return "write the shorter one first";
    case Code::KR0802:
      return "keep what a policy reads in its own folder or below, and name it by a relative path";
    case Code::KR0803:
      return "remove one of these imports";
    case Code::KR0804:
      return "give each line the columns of the header; a value with a comma stands in quotes";
    case Code::KR0805:
      return "name the same schema in all files of a policy";
    default:
      return {};
  }
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
  if (!kept) {  // only counted, and there may be millions
    overflow_.notes.clear();
    return overflow_;
  }
  Diagnostic& added = all_.emplace_back();
  added.code = code;
  added.severity = severity;
  added.message = std::move(message);
  added.help = help.empty() ? std::string(UsualHelp(code)) : std::move(help);
  added.span = span;
  return added;
}

void Diagnostics::Sort() {
  std::stable_sort(all_.begin(), all_.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::tie(a.span.source, a.span.begin) < std::tie(b.span.source, b.span.begin);
  });
}

}  // namespace keyrule::dsl
