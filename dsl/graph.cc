#include "dsl/graph.h"

#include "dsl/ast.h"

namespace keyrule::dsl {

std::vector<uint32_t> SortByReference(
    const std::vector<std::vector<Reference>>& references,
    const std::function<void(uint32_t target, const Span& at)>& on_loop) {
  enum class Visit : uint8_t { kNot, kOpen, kDone };
  struct VisitFrame {
    uint32_t node;
    size_t next;
  };
  std::vector<Visit> visits(references.size(), Visit::kNot);
  std::vector<uint32_t> sorted;
  sorted.reserve(references.size());
  std::vector<VisitFrame> stack;
  for (uint32_t start = 0; start < references.size(); ++start) {
    if (visits[start] != Visit::kNot) continue;
    visits[start] = Visit::kOpen;
    stack.push_back({start, 0});
    while (!stack.empty()) {
      VisitFrame& frame = stack.back();
      if (frame.next == references[frame.node].size()) {
        visits[frame.node] = Visit::kDone;
        sorted.push_back(frame.node);
        stack.pop_back();
        continue;
      }
      const Reference& reference = references[frame.node][frame.next++];
      const uint32_t target = *reference.target;
      if (target == kUnresolved) continue;
      if (visits[target] == Visit::kOpen) {
        *reference.target = kUnresolved;
        on_loop(target, reference.at);
      } else if (visits[target] == Visit::kNot) {
        visits[target] = Visit::kOpen;
        stack.push_back({target, 0});
      }
    }
  }
  return sorted;
}

}  // namespace keyrule::dsl
