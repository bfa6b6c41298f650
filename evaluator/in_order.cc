#include "evaluator/in_order.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace keyrule::evaluator {

// A longest increasing run of the places.
std::vector<bool> InOrder(const std::vector<size_t>& places) {
  std::vector<size_t> tails;  // by length - 1: the index of the smallest place that ends a run so long
  std::vector<size_t> before(places.size(), SIZE_MAX);
  for (size_t i = 0; i < places.size(); ++i) {
    const auto at = std::lower_bound(tails.begin(), tails.end(), places[i],
                                     [&](size_t tail, size_t place) { return places[tail] < place; });
    if (at != tails.begin()) before[i] = *std::prev(at);
    if (at == tails.end()) {
      tails.push_back(i);
    } else {
      *at = i;
    }
  }
  std::vector<bool> kept(places.size());
  for (size_t i = tails.empty() ? SIZE_MAX : tails.back(); i != SIZE_MAX; i = before[i]) kept[i] = true;
  return kept;
}

}  // namespace keyrule::evaluator
