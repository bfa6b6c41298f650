#include "evaluator/analysis/shown_request.h"

#include <set>
#include <utility>

namespace keyrule::analysis {
namespace {

constexpr int kMostTries = 12;  // of each way to look for another point

bool IsOfText(Variable::Kind kind) {
  return kind == Variable::Kind::kPattern || kind == Variable::Kind::kGlob || kind == Variable::Kind::kBucket;
}

std::optional<Example> ShowIn(const Space& space, const Point& point, const std::vector<uint32_t>* groups) {
  return groups == nullptr ? space.Show(point) : space.ShowGroups(point, *groups);
}

}  // namespace

std::vector<uint32_t> StuckVariables(const Space& space, const Point& point, const std::vector<uint32_t>* groups) {
  std::set<uint32_t> open;
  for (uint32_t variable = 0; variable < point.size(); ++variable) {
    if (groups == nullptr && point[variable] != space.plain()[variable]) open.insert(space.GroupOf(variable));
  }
  if (groups != nullptr) open.insert(groups->begin(), groups->end());
  std::vector<uint32_t> stuck;
  for (const uint32_t group : open) {
    if (space.ShowGroups(point, {group})) continue;
    for (uint32_t variable = 0; variable < point.size(); ++variable) {
      if (space.GroupOf(variable) == group) stuck.push_back(variable);
    }
    break;
  }
  return stuck;
}

ShownRequest ShowOrFind(Reached reached, Reach* reach, const std::vector<NodeRef>& required, uint32_t below,
                        const Box& region, uint32_t others_below, const std::vector<uint32_t>* groups) {
  ShownRequest shown{std::move(reached), std::nullopt};
  if (shown.reached.answer != Reached::Answer::kFound) return shown;
  const Space& space = reach->space();
  shown.example = ShowIn(space, shown.reached.point, groups);
  if (shown.example) return shown;
  // Other outcomes of its patterns and shares, whatever else; then anything else of the attribute.
  for (const bool only_of_text : {true, false}) {
    std::vector<NodeRef> elsewhere = required;
    Point point = shown.reached.point;
    for (int tries = 0; tries < kMostTries; ++tries) {
      std::vector<NodeRef> moved;
      for (const uint32_t variable : StuckVariables(space, point, groups)) {
        if (only_of_text && !IsOfText(space[variable].kind)) continue;
        moved.push_back(reach->graph().Outside(variable, ClassSet::One(point[variable]), true));
      }
      if (moved.empty()) break;
      elsewhere.push_back(reach->graph().Any(std::move(moved)));
      Reached other = reach->Find(elsewhere, below, region, others_below);
      if (other.answer != Reached::Answer::kFound) break;
      point = other.point;
      shown.example = ShowIn(space, point, groups);
      if (!shown.example) continue;
      shown.reached = std::move(other);
      return shown;
    }
  }
  return shown;
}

ShownRequest FindShown(Reach* reach, const std::vector<NodeRef>& required, uint32_t below, const Box& region,
                       uint32_t others_below, const std::vector<uint32_t>* groups) {
  return ShowOrFind(reach->Find(required, below, region, others_below), reach, required, below, region, others_below, groups);
}

}  // namespace keyrule::analysis
