#include "dsl/not_analysed.h"

namespace keyrule::dsl {
std::optional<Diagnostic> WhatIsNotAnalysed(const Policy& policy) {
  if (policy.claims.empty()) return std::nullopt;
  Diagnostic note;
  note.code = Code::KR0019;
  note.severity = DefaultSeverity(note.code);
  note.message = "not analysed: claims, which are read but not proved yet";
  note.help = "what a claim says can be pinned by a `test`; its names and types are checked";
  note.span = policy.claims.front().name.span;
  return note;
}

}  // namespace keyrule::dsl
