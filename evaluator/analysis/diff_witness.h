// A request that two rules of two policies answer differently, found where it is known that they do or may.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "evaluator/analysis/condition_graph.h"
#include "evaluator/analysis/diff_example.h"
#include "evaluator/analysis/joint_policies.h"
#include "evaluator/analysis/reach.h"

namespace keyrule::analysis {

class DiffWitness {
 public:
  // Borrows all of it.
  DiffWitness(const JointPolicies& joint, const DiffExample& examples, ConditionGraph* graph, Reach* reach)
      : joint_(joint), examples_(examples), graph_(*graph), reach_(*reach) {}

  // Nothing: none was found that is readable and that the evaluator confirms.
  std::optional<Example> Find(const std::vector<NodeRef>& required, uint32_t old_rule, uint32_t new_rule, ChangeKind kind);

 private:
  std::vector<uint32_t> AnswerSlots(uint32_t old_rule, uint32_t new_rule) const;
  // With a text of its own for each of these attributes: only two that differ are told apart.
  void SetApart(const Point& point, const std::vector<uint32_t>& slots, Example* example) const;

  const JointPolicies& joint_;
  const DiffExample& examples_;
  ConditionGraph& graph_;
  Reach& reach_;
};

}  // namespace keyrule::analysis
