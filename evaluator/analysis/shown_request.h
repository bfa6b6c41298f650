// A request that can be written down: where patterns or shares meet, a point that reaches a rule may have no text that is
// known to lie in it, and others do.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "evaluator/analysis/reach.h"
#include "evaluator/analysis/space.h"

namespace keyrule::analysis {

struct ShownRequest {
  Reached reached;                 // kFound: the example's point, or the first that was found
  std::optional<Example> example;  // nothing though there is a point: none was found that is readable
};

// As Reach::Find. `groups`: those that the example sets (sorted); null: whichever are not plain.
ShownRequest FindShown(Reach* reach, const std::vector<NodeRef>& required, uint32_t below, const Box& region = {},
                       uint32_t others_below = 0, const std::vector<uint32_t>* groups = nullptr);
// For one that was found so already.
ShownRequest ShowOrFind(Reached reached, Reach* reach, const std::vector<NodeRef>& required, uint32_t below,
                        const Box& region = {}, uint32_t others_below = 0, const std::vector<uint32_t>* groups = nullptr);

// The variables of the first group, of these (sorted) or of those that are not plain, for which no text is found.
std::vector<uint32_t> StuckVariables(const Space& space, const Point& point, const std::vector<uint32_t>* groups);

}  // namespace keyrule::analysis
