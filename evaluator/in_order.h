// Which of several things kept their order.
#pragma once

#include <cstddef>
#include <vector>

namespace keyrule::evaluator {

// `places`: where each stood before, all different. True for a longest run of them that stands in the same order still.
std::vector<bool> InOrder(const std::vector<size_t>& places);

}  // namespace keyrule::evaluator
