// A text as the parser sees it, for tests.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <variant>

#include "dsl/parser.h"

namespace keyrule::dsl {

struct Parsed {
  explicit Parsed(std::string text) {
    sources.Add("p", std::move(text));
    file = Parse(sources, 0, diagnostics);
    diagnostics.Sort();
  }
  // "KR0010 3:8 `…` message" for each.
  std::string Problems() const {
    std::string all;
    for (const Diagnostic& d : diagnostics.all()) {
      const Location at = sources.Locate(d.span);
      all += std::string(CodeName(d.code)) + " " + std::to_string(at.line) + ":" +
             std::to_string(at.column) + " " + d.message + "\n";
    }
    return all;
  }
  template <class T>
  const T& Get(size_t index = 0) const {
    EXPECT_EQ(Problems(), "");
    return std::get<T>(file.statements.at(index));
  }
  std::string TextOf(const Span& span) const { return std::string(sources.TextOf(span)); }

  Sources sources;
  Diagnostics diagnostics;
  File file;
};

inline Parsed One(const std::string& statement) { return Parsed("keyrule 1\n" + statement); }

}  // namespace keyrule::dsl
