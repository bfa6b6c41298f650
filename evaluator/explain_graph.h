// The way of one request through a policy as a picture: rules in their order, the arms of the one that decides, their
// candidates, and the answer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "evaluator/request.h"
#include "evaluator/snapshot.h"

namespace keyrule::evaluator {

struct ExplainGraph {
  enum class Tone : uint8_t { kPlain, kYes, kNo, kTaken };
  struct Node {
    std::vector<std::string> lines;  // the first is its name
    Tone tone = Tone::kPlain;
    size_t row = 0;     // from the top
    size_t column = 0;  // 0: the way itself; beside it the candidates of an arm
  };
  struct Edge {
    size_t from = 0, to = 0;  // nodes
    std::string label;
  };
  std::vector<Node> nodes;
  std::vector<Edge> edges;
};

// Decides dry. Of many rules that did not match, the nearest before the one that decides.
ExplainGraph GraphOf(const Snapshot& snapshot, const Request& request, int64_t now_ms);

// For Graphviz: `dot -Tsvg`.
std::string DotText(const ExplainGraph& graph);
// An image by itself: no scripts, no fonts, nothing that is fetched.
std::string SvgText(const ExplainGraph& graph);

}  // namespace keyrule::evaluator
