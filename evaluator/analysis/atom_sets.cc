#include "evaluator/analysis/atom_sets.h"

#include "evaluator/condition_walk.h"

namespace keyrule::analysis {
namespace {

std::string KeyOfSet(const ClassSet& set) {
  std::string key;
  for (const ClassSet::Run& run : set.runs()) {
    key.append(reinterpret_cast<const char*>(&run.first), sizeof(run.first));
    key.append(reinterpret_cast<const char*>(&run.last), sizeof(run.last));
  }
  return key;
}

}  // namespace

AtomSets::AtomSets(const dsl::Policy& policy, ConditionGraph* graph)
    : graph_(*graph), variables_(graph->space().variables().size()) {
  for (uint32_t variable = 0; variable < variables_.size(); ++variable) {
    const Variable& about = graph_.space()[variable];
    if (!about.has_absent) continue;
    AddSaying(variable, {nullptr, false, ClassSet::One(0)});
    AddSaying(variable, {nullptr, true, ClassSet::One(0).Not(about.size)});
  }
  for (const dsl::Rule& rule : policy.rules) {
    if (rule.when) AddAtoms(*rule.when);
  }
  for (const dsl::Let& let : policy.lets) {
    if (const auto* named = std::get_if<dsl::Condition>(&let.value)) AddAtoms(*named);
  }
}

void AtomSets::AddSaying(uint32_t variable, Saying saying) {
  About& about = variables_[variable];
  if (!about.by_set.try_emplace(KeyOfSet(saying.set), about.sayings.size()).second) return;
  about.sayings.push_back(std::move(saying));
}

void AtomSets::AddAtoms(const dsl::Condition& condition) {
  if (const auto* terms = evaluator::TermsOf(condition)) {
    for (const dsl::Condition& term : *terms) AddAtoms(term);
    return;
  }
  const auto* bare = std::get_if<dsl::Bare>(&condition.node);
  if (bare != nullptr && bare->let != dsl::kUnresolved) return;  // looked at where it is declared
  for (const bool truth : {true, false}) {
    Box box;
    // What is about a list or a map as a whole is about several variables; those speak for themselves.
    if (!graph_.Top(graph_.Add(condition, truth), &box) || box.sides.size() != 1) continue;
    AddSaying(box.sides[0].variable, {&condition, truth, box.sides[0].set});
  }
}

const Saying* AtomSets::Telling(uint32_t variable, const ClassSet& inside, uint32_t outside) const {
  const About& about = variables_[variable];
  if (const auto exact = about.by_set.find(KeyOfSet(inside)); exact != about.by_set.end()) {
    return inside.Has(outside) ? nullptr : &about.sayings[exact->second];
  }
  const Saying* best = nullptr;
  for (const Saying& saying : about.sayings) {
    if (saying.set.Has(outside) || !saying.set.Holds(inside)) continue;
    if (best == nullptr || saying.set.count() < best->set.count()) best = &saying;
  }
  return best;
}

Saying AtomSets::Contrary(uint32_t variable, const Saying& saying) const {
  return {saying.atom, !saying.truth, saying.set.Not(graph_.space()[variable].size)};
}

std::vector<Saying> AtomSets::Of(uint32_t variable, uint32_t id) const {
  std::vector<Saying> all;
  for (const Saying& saying : variables_[variable].sayings) {
    if (saying.set.Has(id)) all.push_back(saying);
  }
  return all;
}

}  // namespace keyrule::analysis
