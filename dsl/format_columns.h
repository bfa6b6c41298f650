// What stands under each other in tables and schemas. Private to dsl/.
#pragma once

#include <cstdint>
#include <vector>

#include "dsl/format_layout.h"

namespace keyrule::dsl {

struct ColumnEntry {  // its tokens
  uint32_t first = 0;
  uint32_t end = 0;
};

// Widens the gaps before the colons and, in a schema, before what describes an attribute. Very wide
// entries stand out instead of moving all others.
void AlignColumns(const Tokens& tokens, const std::vector<ColumnEntry>& entries, bool is_schema,
                  Layout& layout);

}  // namespace keyrule::dsl
