// For which classes of a variable each atom of a policy holds: what a set of classes can be called by.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "dsl/policy.h"
#include "evaluator/analysis/condition_graph.h"

namespace keyrule::analysis {

// An atom, or its contrary, as something that is said of one variable.
struct Saying {
  const dsl::Condition* atom = nullptr;  // null: that the attribute is set
  bool truth = true;                     // of the atom as it is written
  ClassSet set;                          // where it is so
};

class AtomSets {
 public:
  // Of all rules and named conditions. Borrows the policy; the graph has them already.
  AtomSets(const dsl::Policy& policy, ConditionGraph* graph);

  // The narrowest that is so in all of `inside` and not in `outside`; null if none is.
  const Saying* Telling(uint32_t variable, const ClassSet& inside, uint32_t outside) const;
  // The contrary of what Telling gave.
  Saying Contrary(uint32_t variable, const Saying& saying) const;
  // Everything that is so in this class.
  std::vector<Saying> Of(uint32_t variable, uint32_t id) const;

 private:
  struct About {
    std::vector<Saying> sayings;
    std::unordered_map<std::string, size_t> by_set;  // the first of those with this set
  };

  void AddAtoms(const dsl::Condition& condition);
  void AddSaying(uint32_t variable, Saying saying);

  ConditionGraph& graph_;
  std::vector<About> variables_;
};

}  // namespace keyrule::analysis
