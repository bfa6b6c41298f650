// What refers to what: conditions to conditions, pools to pools. Finds and cuts loops without
// recursion.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "dsl/source.h"

namespace keyrule::dsl {

struct Reference {
  uint32_t* target;  // the resolved index in the syntax tree; kUnresolved once it is cut
  Span at;
};

// references[i]: what node i refers to. A reference that closes a loop is cut, so that later passes
// end, and given to `on_loop` with the node it pointed at. Returns all nodes, each after those that
// it refers to.
std::vector<uint32_t> SortByReference(
    const std::vector<std::vector<Reference>>& references,
    const std::function<void(uint32_t target, const Span& at)>& on_loop);

}  // namespace keyrule::dsl
