// `# allow KR0410, KR0411: reason`: finds such comments and what they speak for. Private to dsl/.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dsl/source.h"

namespace keyrule::dsl {

struct AllowanceComment {
  std::vector<std::string> codes;  // in upper case, as far as they look like codes
  std::string reason;
  Span place;   // from `allow` to the last code
  Span covers;  // empty: nothing follows
  bool whole_statement = false;  // else a line, which is where a condition or list over several is one
};

// Of a policy's text; empty for any other.
std::vector<AllowanceComment> AllowanceComments(const Sources& sources, uint32_t source);

}  // namespace keyrule::dsl
