// The first rule that holds at a point, without asking each: rules stand in tables by the classes that they ask for.
#pragma once

#include <cstdint>
#include <vector>

#include "evaluator/analysis/condition_graph.h"

namespace keyrule::analysis {

class RuleLookup {
 public:
  // `rules`: the node of each rule's condition, in order. Borrows the graph.
  RuleLookup(const ConditionGraph& graph, const std::vector<NodeRef>& rules);

  static constexpr uint32_t kNone = UINT32_MAX;
  // Of those below `below`; kNone if none holds.
  uint32_t FirstHolding(const Point& point, uint32_t below, ConditionGraph::View* view) const;
  // Rules that no table leads to: each is asked for every point.
  size_t loose() const { return loose_.size(); }

 private:
  struct Entry {
    uint64_t key;
    uint32_t rule;
    auto operator<=>(const Entry&) const = default;
  };
  struct Shape {
    std::vector<uint32_t> variables;
    std::vector<Entry> entries;  // sorted
    uint32_t least = 0;          // the first rule of it
  };

  const std::vector<NodeRef>& rules_;
  std::vector<Shape> shapes_;  // by their first rule
  std::vector<uint32_t> loose_;
  uint64_t entries_ = 0;
};

}  // namespace keyrule::analysis
