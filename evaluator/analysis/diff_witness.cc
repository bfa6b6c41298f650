#include "evaluator/analysis/diff_witness.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "evaluator/analysis/shown_request.h"

namespace keyrule::analysis {

// Attributes that the answers go by themselves.
std::vector<uint32_t> DiffWitness::AnswerSlots(uint32_t old_rule, uint32_t new_rule) const {
  std::set<uint32_t> slots;
  const auto add = [&](size_t side, const std::vector<AnswerPart>& parts) {
    for (const AnswerPart& part : parts) {
      const auto* path = part.value == nullptr ? nullptr : std::get_if<dsl::Path>(&part.value->what);
      if (path != nullptr) slots.insert(joint_.slot(side, path->slot));
    }
  };
  for (const size_t side : {kOld, kNew}) {
    const RuleText& text = joint_.text(side, side == kOld ? old_rule : new_rule);
    add(side, text.credentials);
    add(side, text.tags);
  }
  return {slots.begin(), slots.end()};
}

void DiffWitness::SetApart(const Point& point, const std::vector<uint32_t>& slots, Example* example) const {
  std::set<std::string> taken;
  for (const uint32_t slot : slots) {
    const std::optional<std::string> text = graph_.space().TextApart(point, slot, taken);
    if (!text) continue;
    taken.insert(*text);
    auto place = std::lower_bound(example->assignments.begin(), example->assignments.end(), slot,
                                  [](const Assignment& one, uint32_t of) { return one.slot < of; });
    if (place == example->assignments.end() || place->slot != slot) place = example->assignments.insert(place, Assignment{});
    const dsl::Attribute& attribute = joint_.vocabulary().slots[slot];
    *place = {std::string(attribute.path.text), *text, attribute.type, slot};
  }
}

std::optional<Example> DiffWitness::Find(const std::vector<NodeRef>& required, uint32_t old_rule, uint32_t new_rule,
                                         ChangeKind kind) {
  const std::vector<uint32_t> slots = AnswerSlots(old_rule, new_rule);
  const auto look = [&](const std::vector<NodeRef>& nodes, Point* point) -> std::optional<Example> {
    ShownRequest shown = FindShown(&reach_, nodes, old_rule, {}, new_rule);
    if (shown.reached.answer != Reached::Answer::kFound) return std::nullopt;
    *point = shown.reached.point;
    std::optional<Example>& example = shown.example;
    if (!example) return std::nullopt;
    if (examples_.Confirm(*example, old_rule, new_rule, kind)) return example;
    SetApart(*point, slots, &*example);
    if (examples_.Confirm(*example, old_rule, new_rule, kind)) return example;
    return std::nullopt;
  };
  Point point;
  if (std::optional<Example> example = look(required, &point)) return example;
  if (point.empty()) return std::nullopt;
  // Two attributes were the same there: with one of them another.
  for (const uint32_t slot : slots) {
    const std::optional<uint32_t> variable = graph_.space().VariableOf(slot);
    if (!variable) continue;
    std::vector<NodeRef> another = required;
    another.push_back(graph_.Outside(*variable, ClassSet::One(point[*variable]), true));
    Point other;
    if (std::optional<Example> example = look(another, &other)) return example;
  }
  return std::nullopt;
}

}  // namespace keyrule::analysis
