#include "evaluator/analysis/atom_path.h"

#include <unordered_set>

namespace keyrule::analysis {
namespace {

using dsl::Condition;

class Path {
 public:
  Path(const Condition& atom, const dsl::Policy& policy, ConditionGraph* graph)
      : atom_(atom), policy_(policy), graph_(*graph) {}

  bool Find(const Condition& condition) {
    if (&condition == &atom_) return true;
    const auto* all = std::get_if<dsl::All>(&condition.node);
    const auto* any = std::get_if<dsl::Any>(&condition.node);
    if (all != nullptr || any != nullptr) {
      const std::vector<Condition>& terms = all != nullptr ? all->terms : any->terms;
      const size_t before = nodes_.size();
      for (const Condition& term : terms) {
        if (Find(term)) return true;
        nodes_.push_back(graph_.Add(term, all != nullptr));
      }
      nodes_.resize(before);
      return false;
    }
    if (const auto* negation = std::get_if<dsl::Not>(&condition.node)) return Find(negation->term.front());
    const auto* bare = std::get_if<dsl::Bare>(&condition.node);
    if (bare == nullptr || bare->let == dsl::kUnresolved) return false;
    // A named condition is searched once: where it is named again, it has been looked at.
    const auto* named = std::get_if<Condition>(&policy_.lets[bare->let].value);
    return named != nullptr && seen_.insert(bare->let).second && Find(*named);
  }

  std::vector<NodeRef> Take() { return std::move(nodes_); }

 private:
  const Condition& atom_;
  const dsl::Policy& policy_;
  ConditionGraph& graph_;
  std::vector<NodeRef> nodes_;
  std::unordered_set<uint32_t> seen_;
};

}  // namespace

std::optional<std::vector<NodeRef>> PathTo(const Condition& atom, const Condition& condition, const dsl::Policy& policy,
                                           ConditionGraph* graph) {
  Path path(atom, policy, graph);
  if (!path.Find(condition)) return std::nullopt;
  return path.Take();
}

}  // namespace keyrule::analysis
