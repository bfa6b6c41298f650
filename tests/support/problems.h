// A policy's diagnostics in short form, for tests that compare all of them:
//   error KR0101 4:8 `enviroment`: no attribute is named `enviroment` = did you mean `environment`?
// The usual help of a code is left out; the goldens have it. The file's name stands before the line unless it is the first file.
#pragma once

#include <string>

#include "dsl/load.h"
#include "tests/support/memory_reader.h"

namespace keyrule::dsl {

inline std::string Short(const LoadResult& result) {
  std::string lines;
  const Sources& sources = *result.sources;
  for (const Diagnostic& diagnostic : result.diagnostics.all()) {
    const Location place = sources.Locate(diagnostic.span);
    lines += std::string(WordOf(diagnostic.severity)) + " ";
    lines += std::string(CodeName(diagnostic.code)) + " ";
    if (diagnostic.span.source != 0) lines += sources.at(diagnostic.span.source).name() + ":";
    lines += std::to_string(place.line) + ":" + std::to_string(place.column);
    lines += " `" + std::string(sources.TextOf(diagnostic.span)) + "`: " + diagnostic.message;
    if (!diagnostic.help.empty() && diagnostic.help != UsualHelp(diagnostic.code))
      lines += " = " + diagnostic.help;
    lines += "\n";
  }
  return lines;
}

// The diagnostics of one text under the name "p.keyrule".
inline std::string Problems(std::string text, const MemoryReader& reader = MemoryReader(),
                            const LoadOptions& options = {}) {
  return Short(LoadText(reader, "p.keyrule", std::move(text), options));
}

}  // namespace keyrule::dsl
