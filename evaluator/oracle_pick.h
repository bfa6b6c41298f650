// Which of some credentials a strategy takes, by the words of LANGUAGE.md §4.4.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "dsl/ast.h"

namespace keyrule::evaluator::oracle {

// A credential that is eligible, with all that a strategy may ask about it.
struct Choice {
  std::string id;
  int64_t weight = 1;
  int64_t in_flight = 0;
  uint64_t last_taken = 0;
  std::vector<std::pair<int64_t, int64_t>> limits;  // used and most, of each that covers it
  int64_t tokens = 0;                               // of the last minute
  long double latency_ms = -1;                      // below 0: not known
  bool overloaded = false;                          // out: set by `sticky`
};

struct Picking {
  dsl::StrategyKind kind = dsl::StrategyKind::kFirstAvailable;
  std::string sticky_value;
  std::function<uint64_t(const std::vector<int64_t>& weights)> turn;  // counts one, returns those before
  uint64_t draw = 0;                                                  // H("random", seed, m)
};

// *near_tie is set if floating point cannot tell the two best apart surely.
size_t Pick(const Picking& picking, std::vector<Choice>* choices, bool* near_tie);

}  // namespace keyrule::evaluator::oracle
