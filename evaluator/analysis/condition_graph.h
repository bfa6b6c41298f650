// The conditions of a policy over the variables of a space: `and`, `or` and constraints; `not` has been moved into them.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "dsl/policy.h"
#include "evaluator/analysis/box.h"
#include "evaluator/analysis/space.h"
#include "evaluator/atoms.h"

namespace keyrule::analysis {

using NodeRef = uint32_t;
inline constexpr NodeRef kAlways = 0;  // holds for every point
inline constexpr NodeRef kNever = 1;

class ConditionGraph {
 public:
  // What the conditions are about. Borrows all of it; `slot_of` maps a path to an index of `slots`.
  ConditionGraph(const dsl::Policy& policy, const std::vector<dsl::Attribute>& slots,
                 evaluator::AtomBuilder::SlotOf slot_of);

  // Before Finish. The node of a condition, or of its contrary.
  NodeRef Add(const dsl::Condition& condition, bool truth = true);
  // All conditions are known: their classes are found, and the nodes get their meaning.
  void Finish();

  // After Finish.
  const Space& space() const { return *space_; }
  // Add goes on to work for conditions that are part of those that were added before.
  NodeRef All(std::vector<NodeRef> nodes);
  NodeRef Any(std::vector<NodeRef> nodes);
  // The variable is not in these classes, or (`outside` false) is in them.
  NodeRef Outside(uint32_t variable, const ClassSet& set, bool outside);

  // Variables that the node is about, more than once perhaps.
  void AddVariables(NodeRef node, std::vector<uint32_t>* variables) const;

  // The node is true, or false, whatever the point.
  bool IsSettled(NodeRef node) const { return nodes_[node].kind == Kind::kTrue || nodes_[node].kind == Kind::kFalse; }

  // For one point at a time.
  class View {
   public:
    explicit View(const ConditionGraph& graph) : graph_(graph) {}
    void Begin() { ++epoch_; }  // the point is another one
    bool Holds(NodeRef node, const Point& point);
    // Classes around the point for which the node has the truth that it has there: few variables rather than many.
    Box Implicant(NodeRef node, const Point& point);

   private:
    const ConditionGraph& graph_;
    uint64_t epoch_ = 1;
    std::vector<uint64_t> known_at_;  // by node: when its truth was found
    std::vector<bool> known_;
    std::unordered_map<NodeRef, Box> boxes_;  // of nodes that are named often, in boxes_epoch_
    uint64_t boxes_epoch_ = 0;
  };
  // Classes outside which the node surely does not hold: its conjuncts together. False: some variable has none left.
  bool Top(NodeRef node, Box* box) const;

 private:
  enum class Kind : uint8_t { kTrue, kFalse, kAll, kAny, kConstraint, kAtom };
  struct Node {
    Kind kind = Kind::kTrue;
    bool shared = false;       // named by several: looked at once for a point
    bool truth = true;         // kAtom: of the atom
    uint32_t first = 0;        // kAll, kAny: in children_; kAtom: the atom
    uint32_t count = 0;
    uint32_t variable = 0;     // kConstraint
    const ClassSet* set = nullptr;
  };

  static constexpr NodeRef kUnknown = UINT32_MAX;

  NodeRef AddNode(Node node);
  NodeRef Group(Kind kind, const std::vector<NodeRef>& nodes);
  NodeRef AddAtom(const dsl::Condition& condition, bool truth);
  void GiveMeaning(NodeRef node);
  Node ConstraintNode(const Constraint& constraint, bool truth);
  bool CollectTop(NodeRef node, Box* box) const;

  const dsl::Policy& policy_;
  const std::vector<dsl::Attribute>& slots_;
  evaluator::Atoms atoms_;
  std::unique_ptr<evaluator::AtomBuilder> builder_;
  std::vector<std::pair<uint32_t, const dsl::ClockTest*>> clocks_;
  std::vector<Node> nodes_;
  std::vector<NodeRef> children_;
  std::unordered_map<const dsl::Condition*, std::array<NodeRef, 2>> known_;  // by truth; kUnknown: not yet
  std::unordered_map<const dsl::Condition*, evaluator::Literal> literals_;
  std::unordered_map<uint64_t, NodeRef> atom_nodes_;  // by atom and truth
  std::vector<std::unique_ptr<ClassSet>> sets_;
  std::unordered_map<const ClassSet*, const ClassSet*> complements_;
  std::unique_ptr<Space> space_;
};

}  // namespace keyrule::analysis
