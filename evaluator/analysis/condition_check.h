// What a single condition says too much: that it is never or always true (KR0405, KR0406), and parts that change nothing
// (KR0407), exact over all values.
#pragma once

#include <string>
#include <vector>

#include "dsl/diagnostic.h"
#include "dsl/policy.h"
#include "evaluator/analysis/condition_graph.h"
#include "evaluator/analysis/reach.h"

namespace keyrule::analysis {

class ConditionCheck {
 public:
  // Borrows both; `graph` is finished and has the conditions that will be asked about.
  ConditionCheck(const dsl::Policy& policy, ConditionGraph* graph, const ReachOptions& options);

  enum class Truth { kEither, kFalse, kTrue, kNotDecided };
  Truth TruthOf(const dsl::Condition& condition);
  // Whether two of its parts are about the same attribute, or one says nothing by itself: only then can it be always or
  // never true, or a part be settled by others. Quick; most conditions are not so.
  bool MayBeIdle(const dsl::Condition& condition);
  // Of one that is never true: the fewest of its parts that exclude each other, as they are written.
  std::vector<std::string> Conflict(const dsl::Condition& condition);
  // KR0407, one for each part that may go, the outermost of each. They may go all together: of two that make each other
  // idle, only the first is said.
  std::vector<dsl::Diagnostic> IdleParts(const dsl::Condition& condition);
  const Reach& reach() const { return reach_; }

 private:
  // What stands in a part's place, by the truth that is asked for.
  struct Instead {
    const dsl::Condition* part = nullptr;
    NodeRef node[2] = {kAlways, kAlways};
  };
  using Changes = std::vector<Instead>;

  // Whether any request tells the condition from itself with one more change. Not decided counts as yes.
  bool Differ(const dsl::Condition& condition, const Instead& more);
  NodeRef Build(const dsl::Condition& condition, bool truth, const Changes& changes);
  void FindParts(const dsl::Condition& condition, const dsl::Condition& part, std::vector<dsl::Diagnostic>* found);
  void FindItems(const dsl::Condition& condition, const dsl::Condition& part, bool twice,
                 std::vector<dsl::Diagnostic>* found);
  void FindItemsOf(const dsl::Condition& condition, const dsl::Condition& part, bool twice,
                   std::vector<dsl::Diagnostic>* found);

  const dsl::Policy& policy_;
  ConditionGraph& graph_;
  Reach reach_;
  Changes gone_;  // parts of the condition at hand that may go, and are thought away
};

}  // namespace keyrule::analysis
