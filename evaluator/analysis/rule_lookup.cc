#include "evaluator/analysis/rule_lookup.h"

#include <algorithm>
#include <map>

#include "evaluator/hash.h"

namespace keyrule::analysis {
namespace {

constexpr size_t kMostVariables = 3;
constexpr uint64_t kMostKeys = 64;        // of a rule
constexpr uint64_t kMostWideKeys = 4'096;  // of one that has no better key, while all have few together
constexpr uint64_t kMostEntries = 4'000'000;

uint64_t Extend(uint64_t key, uint32_t id) { return evaluator::Mix(key ^ id); }

}  // namespace

RuleLookup::RuleLookup(const ConditionGraph& graph, const std::vector<NodeRef>& rules) : rules_(rules) {
  std::map<std::vector<uint32_t>, Shape> shapes;
  struct Candidate {
    uint64_t count;
    const Box::Side* side;
  };
  for (uint32_t rule = 0; rule < rules.size(); ++rule) {
    Box top;
    if (!graph.Top(rules[rule], &top)) continue;  // never holds
    std::vector<Candidate> candidates;
    for (const Box::Side& side : top.sides) candidates.push_back({side.set.count(), &side});
    std::stable_sort(candidates.begin(), candidates.end(),
                     [](const Candidate& a, const Candidate& b) { return a.count < b.count; });
    std::vector<const Box::Side*> chosen;
    uint64_t keys = 1;
    for (const Candidate& candidate : candidates) {
      if (chosen.size() == kMostVariables) break;
      const bool wide = chosen.empty() && candidate.count > kMostKeys;
      if (wide ? candidate.count > kMostWideKeys || entries_ + candidate.count > kMostEntries
               : keys * candidate.count > kMostKeys) {
        break;
      }
      keys *= candidate.count;
      chosen.push_back(candidate.side);
      if (wide) break;
    }
    if (chosen.empty()) {
      loose_.push_back(rule);
      continue;
    }
    entries_ += keys;
    std::sort(chosen.begin(), chosen.end(),
              [](const Box::Side* a, const Box::Side* b) { return a->variable < b->variable; });
    std::vector<uint32_t> variables;
    for (const Box::Side* side : chosen) variables.push_back(side->variable);
    Shape& shape = shapes[variables];
    if (shape.variables.empty()) {
      shape.variables = variables;
      shape.least = rule;
    }
    std::vector<uint64_t> all = {0};
    for (const Box::Side* side : chosen) {
      std::vector<uint64_t> longer;
      for (const uint64_t key : all) {
        for (const ClassSet::Run& run : side->set.runs()) {
          for (uint32_t id = run.first; id <= run.last; ++id) longer.push_back(Extend(key, id));
        }
      }
      all = std::move(longer);
    }
    for (const uint64_t key : all) shape.entries.push_back({key, rule});
  }
  for (auto& [variables, shape] : shapes) {
    std::sort(shape.entries.begin(), shape.entries.end());
    shapes_.push_back(std::move(shape));
  }
  std::sort(shapes_.begin(), shapes_.end(), [](const Shape& a, const Shape& b) { return a.least < b.least; });
}

uint32_t RuleLookup::FirstHolding(const Point& point, uint32_t below, ConditionGraph::View* view) const {
  uint32_t best = kNone;
  for (const uint32_t rule : loose_) {
    if (rule >= below) break;
    if (!view->Holds(rules_[rule], point)) continue;
    best = below = rule;
    break;
  }
  for (const Shape& shape : shapes_) {
    if (shape.least >= below) break;
    uint64_t key = 0;
    for (const uint32_t variable : shape.variables) key = Extend(key, point[variable]);
    auto at = std::lower_bound(shape.entries.begin(), shape.entries.end(), Entry{key, 0});
    for (; at != shape.entries.end() && at->key == key && at->rule < below; ++at) {
      if (!view->Holds(rules_[at->rule], point)) continue;
      best = below = at->rule;
      break;
    }
  }
  return best;
}

}  // namespace keyrule::analysis
