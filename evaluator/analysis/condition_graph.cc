#include "evaluator/analysis/condition_graph.h"

#include <algorithm>

namespace keyrule::analysis {

using dsl::Condition;

ConditionGraph::ConditionGraph(const dsl::Policy& policy, const std::vector<dsl::Attribute>& slots,
                               evaluator::AtomBuilder::SlotOf slot_of)
    : policy_(policy),
      slots_(slots),
      builder_(std::make_unique<evaluator::AtomBuilder>(&atoms_, policy, std::move(slot_of))) {
  // Most rules are a few comparisons together.
  known_.reserve(policy.rules.size());
  literals_.reserve(2 * policy.rules.size());
  atom_nodes_.reserve(2 * policy.rules.size());
  AddNode({Kind::kTrue, false, true, 0, 0, 0, nullptr});
  AddNode({Kind::kFalse, false, true, 0, 0, 0, nullptr});
}

NodeRef ConditionGraph::AddNode(Node node) {
  nodes_.push_back(node);
  return static_cast<NodeRef>(nodes_.size() - 1);
}

NodeRef ConditionGraph::Group(Kind kind, const std::vector<NodeRef>& nodes) {
  const NodeRef neutral = kind == Kind::kAll ? kAlways : kNever;
  const NodeRef settling = kind == Kind::kAll ? kNever : kAlways;
  std::vector<NodeRef> kept;
  for (const NodeRef node : nodes) {
    if (node == settling) return settling;
    if (node != neutral) kept.push_back(node);
  }
  if (kept.empty()) return neutral;
  if (kept.size() == 1) return kept.front();
  Node group;
  group.kind = kind;
  group.first = static_cast<uint32_t>(children_.size());
  group.count = static_cast<uint32_t>(kept.size());
  children_.insert(children_.end(), kept.begin(), kept.end());
  return AddNode(group);
}

NodeRef ConditionGraph::All(std::vector<NodeRef> nodes) { return Group(Kind::kAll, nodes); }
NodeRef ConditionGraph::Any(std::vector<NodeRef> nodes) { return Group(Kind::kAny, nodes); }

// The depth is bounded: the parser limits nesting, by parentheses and by name.
NodeRef ConditionGraph::Add(const Condition& condition, bool truth) {
  const auto* all = std::get_if<dsl::All>(&condition.node);
  const auto* any = std::get_if<dsl::Any>(&condition.node);
  const auto* negation = std::get_if<dsl::Not>(&condition.node);
  const auto* bare = std::get_if<dsl::Bare>(&condition.node);
  if (bare != nullptr && bare->let == dsl::kUnresolved) bare = nullptr;
  if (all == nullptr && any == nullptr && negation == nullptr && bare == nullptr) return AddAtom(condition, truth);
  NodeRef& node = known_.try_emplace(&condition, std::array{kUnknown, kUnknown}).first->second[truth ? 1 : 0];
  if (node != kUnknown) return node;
  if (all != nullptr || any != nullptr) {
    std::vector<NodeRef> terms;
    for (const Condition& term : all != nullptr ? all->terms : any->terms) terms.push_back(Add(term, truth));
    node = Group((all != nullptr) == truth ? Kind::kAll : Kind::kAny, terms);
  } else if (negation != nullptr) {
    node = Add(negation->term.front(), !truth);
  } else {
    node = Add(std::get<Condition>(policy_.lets[bare->let].value), truth);
    nodes_[node].shared = true;
  }
  return node;
}

NodeRef ConditionGraph::AddAtom(const Condition& condition, bool truth) {
  const auto [place, is_new] = literals_.try_emplace(&condition);
  if (is_new) {
    place->second = builder_->Add(condition);
    if (const auto* clock = std::get_if<dsl::ClockTest>(&condition.node)) {
      clocks_.emplace_back(place->second.atom, clock);
    }
  }
  const evaluator::Literal literal = place->second;
  const bool wanted = truth != literal.negated;
  const auto [node, unseen] = atom_nodes_.try_emplace(uint64_t{literal.atom} << 1 | (wanted ? 1 : 0), kUnknown);
  if (unseen) {
    Node atom;
    atom.kind = Kind::kAtom;
    atom.truth = wanted;
    atom.first = literal.atom;
    node->second = AddNode(atom);
    if (space_ != nullptr) GiveMeaning(node->second);
  }
  return node->second;
}

NodeRef ConditionGraph::Outside(uint32_t variable, const ClassSet& set, bool outside) {
  sets_.push_back(std::make_unique<ClassSet>(set));
  return AddNode(ConstraintNode({variable, sets_.back().get()}, !outside));
}

void ConditionGraph::Finish() {
  space_ = std::make_unique<Space>(slots_, atoms_, clocks_);
  const auto count = static_cast<NodeRef>(nodes_.size());
  for (NodeRef node = 0; node < count; ++node) {
    if (nodes_[node].kind == Kind::kAtom) GiveMeaning(node);
  }
}

ConditionGraph::Node ConditionGraph::ConstraintNode(const Constraint& constraint, bool truth) {
  Node node;
  node.kind = Kind::kConstraint;
  node.variable = constraint.variable;
  node.set = constraint.set;
  if (!truth) {
    const ClassSet*& complement = complements_[constraint.set];
    if (complement == nullptr) {
      sets_.push_back(std::make_unique<ClassSet>(constraint.set->Not((*space_)[constraint.variable].size)));
      complement = sets_.back().get();
    }
    node.set = complement;
  }
  if (node.set->empty()) node.kind = Kind::kFalse;
  if (node.set->IsAll((*space_)[constraint.variable].size)) node.kind = Kind::kTrue;
  return node;
}

// An atom about a list or a map as a whole is about several variables: one of them is enough for it to hold.
void ConditionGraph::GiveMeaning(NodeRef at) {
  const bool truth = nodes_[at].truth;
  const bool shared = nodes_[at].shared;
  const std::span<const Constraint> meaning = space_->Meaning(nodes_[at].first);
  if (meaning.size() == 1) {
    nodes_[at] = ConstraintNode(meaning[0], truth);
  } else {
    Node group;
    group.kind = truth ? Kind::kAny : Kind::kAll;
    std::vector<NodeRef> parts;
    for (const Constraint& constraint : meaning) parts.push_back(AddNode(ConstraintNode(constraint, truth)));
    group.first = static_cast<uint32_t>(children_.size());
    group.count = static_cast<uint32_t>(parts.size());
    children_.insert(children_.end(), parts.begin(), parts.end());
    nodes_[at] = group;
  }
  nodes_[at].shared = shared;
}

bool ConditionGraph::CollectTop(NodeRef at, Box* box) const {
  const Node& node = nodes_[at];
  switch (node.kind) {
    case Kind::kFalse: return false;
    case Kind::kConstraint: return box->Narrow(node.variable, *node.set);
    case Kind::kAll:
      for (uint32_t i = 0; i < node.count; ++i) {
        if (!CollectTop(children_[node.first + i], box)) return false;
      }
      return true;
    default: return true;
  }
}

bool ConditionGraph::Top(NodeRef node, Box* box) const { return CollectTop(node, box); }

void ConditionGraph::AddVariables(NodeRef at, std::vector<uint32_t>* variables) const {
  const Node& node = nodes_[at];
  if (node.kind == Kind::kConstraint) variables->push_back(node.variable);
  if (node.kind != Kind::kAll && node.kind != Kind::kAny) return;
  for (uint32_t i = 0; i < node.count; ++i) AddVariables(children_[node.first + i], variables);
}

bool ConditionGraph::View::Holds(NodeRef at, const Point& point) {
  const Node& node = graph_.nodes_[at];
  switch (node.kind) {
    case Kind::kTrue: return true;
    case Kind::kConstraint: return node.set->Has(point[node.variable]);
    case Kind::kAll:
    case Kind::kAny: break;
    default: return false;
  }
  if (node.shared) {
    if (known_at_.size() < graph_.nodes_.size()) {
      known_at_.resize(graph_.nodes_.size(), 0);
      known_.resize(graph_.nodes_.size());
    }
    if (known_at_[at] == epoch_) return known_[at];
  }
  const bool every = node.kind == Kind::kAll;
  bool truth = every;
  for (uint32_t i = 0; i < node.count && truth == every; ++i) {
    truth = Holds(graph_.children_[node.first + i], point);
  }
  if (node.shared) {
    known_at_[at] = epoch_;
    known_[at] = truth;
  }
  return truth;
}

Box ConditionGraph::View::Implicant(NodeRef at, const Point& point) {
  const Node& node = graph_.nodes_[at];
  Box box;
  if (node.kind == Kind::kConstraint) {
    const bool truth = node.set->Has(point[node.variable]);
    box.Put(node.variable, truth ? *node.set : node.set->Not(graph_.space()[node.variable].size));
    return box;
  }
  if (node.kind != Kind::kAll && node.kind != Kind::kAny) return box;
  if (node.shared) {
    if (boxes_epoch_ != epoch_) boxes_.clear();
    boxes_epoch_ = epoch_;
    if (const auto known = boxes_.find(at); known != boxes_.end()) return known->second;
  }
  const bool truth = Holds(at, point);
  if ((node.kind == Kind::kAll) == truth) {  // rests on every part
    for (uint32_t i = 0; i < node.count; ++i) {
      for (const Box::Side& side : Implicant(graph_.children_[node.first + i], point).sides) {
        box.Narrow(side.variable, side.set);
      }
    }
  } else {  // one of those that decide is enough
    bool first = true;
    for (uint32_t i = 0; i < node.count; ++i) {
      const NodeRef child = graph_.children_[node.first + i];
      if (Holds(child, point) != truth) continue;
      Box part = Implicant(child, point);
      if (first || part.sides.size() < box.sides.size()) box = std::move(part);
      first = false;
    }
  }
  if (node.shared) boxes_.emplace(at, box);
  return box;
}

}  // namespace keyrule::analysis
