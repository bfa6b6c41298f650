#include "evaluator/analysis/nearest.h"

#include <algorithm>
#include <chrono>
#include <deque>
#include <iterator>
#include <set>
#include <string>

namespace keyrule::analysis {
namespace {

using evaluator::Value;

constexpr int kMostTries = 300;  // sets of attributes for one rule
constexpr size_t kMostOpen = 200'000;  // sets that are still to be looked at

struct Earlier {  // of those of the least size, the first in the order of the schema
  bool operator()(const std::vector<uint32_t>& a, const std::vector<uint32_t>& b) const {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  }
};

bool Has(const std::vector<uint32_t>& groups, uint32_t group) {
  return std::binary_search(groups.begin(), groups.end(), group);
}

bool Meet(const std::vector<uint32_t>& a, const std::vector<uint32_t>& b) {
  return std::any_of(a.begin(), a.end(), [&](uint32_t group) { return Has(b, group); });
}

}  // namespace

NearestFinder::NearestFinder(PolicyModel* model, const evaluator::Program& program, std::span<const Value> values,
                             int64_t now_ms, Clock::time_point end)
    : model_(*model),
      program_(program),
      values_(values.begin(), values.end()),
      now_ms_(now_ms),
      point_(model_.space().PointOf(values_, now_ms)),
      end_(end) {}

Box NearestFinder::RegionOf(const Groups& free) const {
  Box region;
  const Space& space = model_.space();
  region.sides.reserve(space.variables().size());
  for (uint32_t variable = 0; variable < space.variables().size(); ++variable) {
    if (!Has(free, space.GroupOf(variable))) region.sides.push_back({variable, ClassSet::One(point_[variable])});
  }
  return region;
}

NearestFinder::Groups NearestFinder::Others(const Groups& free) const {
  std::set<uint32_t> others;
  for (uint32_t variable = 0; variable < point_.size(); ++variable) {
    const uint32_t group = model_.space().GroupOf(variable);
    if (!Has(free, group)) others.insert(group);
  }
  return {others.begin(), others.end()};
}

NearestFinder::Attempt NearestFinder::Try(std::span<const NodeRef> required, uint32_t rule, const Groups& free) {
  Attempt attempt;
  attempt.reached = model_.reach().FindAny(required, rule, RegionOf(free));
  std::set<uint32_t> core;
  for (const Box::Side& side : attempt.reached.box.sides) {
    const uint32_t group = model_.space().GroupOf(side.variable);
    if (!Has(free, group)) core.insert(group);
  }
  attempt.core.assign(core.begin(), core.end());
  return attempt;
}

NearestChange NearestFinder::Find(uint32_t rule) {
  NearestChange result;
  std::vector<NodeRef> required;
  if (rule < model_.rule_count()) required.push_back(model_.reach().rule(rule));
  // What the rule plainly asks for and the request does not have has to change, whatever else does.
  Box top;
  std::set<uint32_t> must_set;
  if (!required.empty() && !model_.graph().Top(required[0], &top)) {
    result.answer = NearestChange::Answer::kNone;
    return result;
  }
  for (const Box::Side& side : top.sides) {
    if (!side.set.Has(point_[side.variable])) must_set.insert(model_.space().GroupOf(side.variable));
  }
  const Groups must(must_set.begin(), must_set.end());

  // Smallest sets first that meet every core found so far: each attempt that fails tells of what more has to change.
  std::vector<Groups> cores;
  std::set<Groups, Earlier> open = {must};
  std::set<Groups> seen = {must};
  int tries = 0;
  bool is_shown = true;  // what was found so far, none
  while (!open.empty()) {
    const Clock::time_point now = Clock::now();
    if (now >= end_ || open.size() > kMostOpen) return result;
    model_.reach().LeaveTime(end_ - now);
    const Groups free = std::move(open.extract(open.begin()).value());
    const auto missed = std::find_if(cores.begin(), cores.end(), [&](const Groups& core) { return !Meet(core, free); });
    Groups core;
    if (missed != cores.end()) {
      core = *missed;
    } else {
      if (++tries > kMostTries) return result;
      Attempt attempt = Try(required, rule, free);
      if (attempt.reached.answer == Reached::Answer::kNotDecided) return result;
      if (attempt.reached.answer == Reached::Answer::kFound) {
        NearestChange shown = Show(required, rule, free, Prefer(required, rule, free, std::move(attempt.reached.point)));
        if (shown.answer == NearestChange::Answer::kFound) return shown;
        is_shown = false;
        core = Others(free);
      } else if (attempt.core.empty()) {  // nothing else would help: it is out of reach
        if (is_shown) result.answer = NearestChange::Answer::kNone;
        return result;
      } else {
        core = attempt.core;
        cores.push_back(core);
      }
    }
    for (const uint32_t group : core) {
      Groups more = free;
      more.insert(std::upper_bound(more.begin(), more.end(), group), group);
      if (seen.insert(more).second) open.insert(std::move(more));
    }
  }
  return result;
}

// A text that the rules name reads better than any other, and any other better than none.
Point NearestFinder::Prefer(std::span<const NodeRef> required, uint32_t rule, const Groups& free, Point point) {
  const Space& space = model_.space();
  Box region = RegionOf(free);
  for (uint32_t variable = 0; variable < point.size(); ++variable) {
    const Variable& about = space[variable];
    if (!Has(free, space.GroupOf(variable)) || about.kind == Variable::Kind::kBucket) continue;
    const ClassSet present = about.has_absent ? ClassSet::One(0).Not(about.size) : ClassSet();
    for (const ClassSet& wanted : {space.NamedClasses(variable), present}) {
      if (wanted.empty() || wanted.Has(point[variable])) break;
      Box attempt = region;
      if (!attempt.Narrow(variable, wanted)) continue;
      Reached there = model_.reach().FindAny(required, rule, attempt);
      if (there.answer != Reached::Answer::kFound) continue;
      point = std::move(there.point);
      region = std::move(attempt);
      break;
    }
  }
  return point;
}

// What the request's list has and no rule asks about stays.
void NearestFinder::KeepItems(Assignment* list) const {
  auto* items = std::get_if<std::vector<std::string>>(&list->value);
  std::vector<std::string> kept;
  for (const std::string_view item : values_[list->slot].list()) {
    if (items != nullptr && std::find(items->begin(), items->end(), item) != items->end()) {
      kept.emplace_back(item);
    } else if (!model_.space().IsNamedItem(list->slot, item) && items != nullptr &&
               std::find(items->begin(), items->end(), "other") != items->end()) {
      kept.emplace_back(item);
    }
  }
  if (items == nullptr) return;
  const bool others = std::any_of(kept.begin(), kept.end(), [&](const std::string& item) {
    return !model_.space().IsNamedItem(list->slot, item);
  });
  for (const std::string& item : *items) {
    if (others && !model_.space().IsNamedItem(list->slot, item)) continue;
    if (std::find(kept.begin(), kept.end(), item) == kept.end()) kept.push_back(item);
  }
  list->value = std::move(kept);
}

NearestChange NearestFinder::Show(const std::vector<NodeRef>& required, uint32_t rule, const Groups& free, Point point) {
  NearestChange result;
  std::optional<Example> example = ShowOrFind({Reached::Answer::kFound, std::move(point), {}, {}}, &model_.reach(), required, rule,
                                              RegionOf(free), 0, &free).example;
  if (!example) return result;
  std::vector<Value> changed = values_;
  std::deque<std::vector<std::string_view>> lists;
  for (Assignment& assignment : example->assignments) {
    if (assignment.type == dsl::Type::kListOfString) KeepItems(&assignment);
    if (assignment.slot == dsl::kUnresolved) continue;
    Value& value = changed[assignment.slot];
    value = std::visit(dsl::Overloaded{[](std::monostate) { return Value(); },
                                       [](const std::string& text) { return Value::Text(text); },
                                       [&](int64_t number) {
                                         return assignment.type == dsl::Type::kTimestamp ? Value::Timestamp(number)
                                                                                         : Value::Integer(number);
                                       },
                                       [](bool truth) { return Value::Bool(truth); },
                                       [&](const std::vector<std::string>& items) {
                                         lists.emplace_back(items.begin(), items.end());
                                         return Value::List(lists.back());
                                       }},
                       assignment.value);
  }
  evaluator::MatchScratch scratch;
  const bool map_moved = std::any_of(example->assignments.begin(), example->assignments.end(),
                                     [](const Assignment& a) { return a.slot == dsl::kUnresolved; });
  if (!map_moved && program_.Match(changed, example->clock_ms.value_or(now_ms_), &scratch) != rule) return result;
  result.answer = NearestChange::Answer::kFound;
  result.changes = std::move(example->assignments);
  result.clock_ms = example->clock_ms;
  return result;
}

}  // namespace keyrule::analysis
