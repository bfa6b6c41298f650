// Why the grammar failed: a second run over the tokens that already failed once, this time with
// notes. It keeps the furthest token at which anything failed and the names of what would have been
// right there.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "dsl/diagnostic.h"
#include "dsl/token.h"

namespace keyrule::dsl {

struct Failure {
  const Tokens* tokens = nullptr;
  Code code = Code::KR0010;
  uint32_t at = 0;                         // the token that is wrong
  uint32_t statement = 0;                  // the first token of the statement it stands in
  std::vector<std::string_view> expected;  // every name, in the order of the grammar
  std::string_view form = {};              // how the innermost construct that is open there is written

  bool Expects(std::string_view name) const;
  TokenKind kind(
      uint32_t back = 0) const;  // of the token `back` places before; kEnd before the statement
  std::string_view text(uint32_t back = 0) const;
};

// The tokens from `first` on hold something that is no file (from_header) or no run of statements.
Failure Explain(const Tokens& tokens, uint32_t first, bool from_header);

// Is the wrong token the first of its line?
bool BeginsLine(const Failure& failure);
// At most three names: `a, b or c`.
std::string ExpectedList(const Failure& failure);
// The wrong token as it stands in messages, with its backticks.
std::string FoundToken(const Failure& failure);

}  // namespace keyrule::dsl
