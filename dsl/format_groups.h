// Where clauses may break: conditions before `and` and `or`, lists between their brackets, other
// clauses behind commas. Private to dsl/.
#pragma once

#include <cstdint>

#include "dsl/format_layout.h"

namespace keyrule::dsl {

// A list of values, not the key of a lookup.
bool OpensList(const Tokens& tokens, uint32_t bracket);

// A condition from `first`. `own_line`: it may begin on a line of its own.
void AddCondition(const Tokens& tokens, const Comments& comments, uint32_t first, uint32_t end,
                  bool own_line, Layout& layout);
// A clause of several items.
void AddFill(const Tokens& tokens, const Comments& comments, uint32_t first, uint32_t end,
             Layout& layout);
// Lists that are longer than a line by themselves.
void AddLongLists(const Tokens& tokens, uint32_t first, uint32_t end, Layout& layout);

}  // namespace keyrule::dsl
