// From a point back to a request that a person can read.
#include <algorithm>
#include <set>

#include "evaluator/analysis/pattern_words.h"
#include "evaluator/analysis/space.h"
#include "evaluator/analysis/space_slot.h"
#include "evaluator/glob.h"

namespace keyrule::analysis {

using evaluator::Value;

namespace {

// How many values of a class are tried until all shares and patterns about it are as they should be.
constexpr uint64_t kMostTries = 2'000'000;
constexpr uint64_t kMostTriesOfPatterns = 100'000;  // alone: what they ask of a text does not go by chance
constexpr int64_t kSecondMs = 1'000;

}  // namespace

bool Space::ShowText(const Slot& slot, const Point& point, const std::set<std::string>& taken, Assignment* assignment) const {
  const auto fits = [&](std::string_view text) {
    if (taken.contains(std::string(text))) return false;
    const Value value = Value::Text(text);
    for (const Buckets& buckets : slot.buckets) {
      if (slot.PartClass(buckets.PartOf(value)) != point[buckets.variable]) return false;
    }
    for (const PatternVariable& pattern : slot.patterns) {
      if (atoms_.Holds(pattern.atom, value, 0) != (point[pattern.variable] != 0)) return false;
    }
    for (const GlobVariable& glob : slot.globs) {
      const bool like = evaluator::Glob(slot.texts->globs()[glob.glob]).Matches(text);
      if (like != (point[glob.variable] != 0)) return false;
    }
    assignment->value = std::string(text);
    return true;
  };
  const uint32_t id = point[slot.variable];
  const bool split = !slot.buckets.empty() || !slot.patterns.empty() || !slot.globs.empty();
  // A pattern that is nothing but a text says itself what is found by it.
  for (const PatternVariable& pattern : slot.patterns) {
    if (point[pattern.variable] == 0 || slot.texts->IsNamed(id)) continue;
    for (const std::string& text : TextsOfPattern(atoms_.pattern(pattern.atom.operand), slot.texts->PrefixOf(id))) {
      if (slot.texts->ClassOf(text) == id && fits(text)) return true;
    }
  }
  if (!slot.globs.empty() && !slot.texts->IsNamed(id)) {
    std::vector<bool> wanted;
    for (const GlobVariable& glob : slot.globs) wanted.push_back(point[glob.variable] != 0);
    const GlobWord word = FindGlobWord(*slot.texts, id, wanted);
    if (word.answer == GlobWord::Answer::kFound && fits(word.word)) return true;
  }
  return slot.texts->Offer(id, !slot.buckets.empty() ? kMostTries : split ? kMostTriesOfPatterns : 1'000, fits);
}

bool Space::ShowAnyText(const Slot& slot, const Point& point, Assignment* assignment) const {
  std::vector<uint32_t> classes = {point[slot.variable]};
  for (const Buckets& buckets : slot.buckets) classes.push_back(point[buckets.variable]);
  for (const PatternVariable& pattern : slot.patterns) classes.push_back(point[pattern.variable]);
  for (const GlobVariable& glob : slot.globs) classes.push_back(point[glob.variable]);
  if (slot.textless.contains(classes)) return false;
  if (ShowText(slot, point, {}, assignment)) return true;
  slot.textless.insert(std::move(classes));
  return false;
}

bool Space::ShowNumber(const Slot& slot, const Point& point, Assignment* assignment) const {
  const uint32_t id = point[slot.variable];
  const bool time = slot.attribute->type == dsl::Type::kTimestamp;
  const auto fits = [&](int64_t number) {
    for (const Buckets& buckets : slot.buckets) {
      if (slot.PartClass(buckets.PartOf(Value::Integer(number))) != point[buckets.variable]) return false;
    }
    assignment->value = number;
    return true;
  };
  if (time) {  // whole seconds, as a policy writes them
    if (slot.numbers->Offer(id, kSecondMs, [&](int64_t ms) { return ms % kSecondMs == 0 && fits(ms); })) return true;
  }
  return slot.numbers->Offer(id, slot.buckets.empty() ? 1 : kMostTries, fits);
}

bool Space::ShowSlot(const Slot& slot, const Point& point, std::vector<Assignment>* assignments) const {
  Assignment assignment;
  assignment.path = std::string(slot.attribute->path.text);
  assignment.type = slot.attribute->type;
  assignment.slot = slot.slot;
  switch (slot.attribute->type) {
    case dsl::Type::kString:
      if (!slot.IsAbsent(point[slot.variable]) && !ShowAnyText(slot, point, &assignment)) return false;
      break;
    case dsl::Type::kInt:
    case dsl::Type::kTimestamp:
      if (!slot.IsAbsent(point[slot.variable]) && !ShowNumber(slot, point, &assignment)) return false;
      break;
    case dsl::Type::kBool:
      if (!slot.IsAbsent(point[slot.variable])) assignment.value = point[slot.variable] == slot.PartClass(1);
      break;
    case dsl::Type::kEnum:
      if (!slot.IsAbsent(point[slot.variable])) {
        const uint32_t index = point[slot.variable] - slot.PartClass(0);
        assignment.value = std::string(slot.attribute->values[index].value);
      }
      break;
    case dsl::Type::kListOfString: {
      std::vector<std::string> items;
      for (const ItemVariable& item : slot.items) {
        if (point[item.variable] != 0) items.emplace_back(item.text);
      }
      if (point[slot.others] != 0) {
        std::string other = "other";
        while (std::any_of(slot.items.begin(), slot.items.end(),
                           [&](const ItemVariable& item) { return item.text == other; })) {
          other += "-1";
        }
        items.push_back(std::move(other));
      }
      if (!items.empty()) assignment.value = std::move(items);
      break;
    }
    case dsl::Type::kMapOfString: {
      if (point[slot.others] == 0) return true;  // its entries are attributes of their own
      std::string path = assignment.path + ".other";
      while (std::any_of(attributes_.begin(), attributes_.end(),
                         [&](const dsl::Attribute& attribute) { return attribute.path.text == path; })) {
        path += "_1";
      }
      assignment.path = std::move(path);
      assignment.slot = dsl::kUnresolved;
      assignment.type = dsl::Type::kString;
      assignment.value = std::string("other");
      break;
    }
  }
  assignments->push_back(std::move(assignment));
  return true;
}

std::optional<Example> Space::Show(const Point& point) const {
  std::set<uint32_t> moved;
  for (uint32_t variable = 0; variable < variables_.size(); ++variable) {
    if (point[variable] != plain_[variable]) moved.insert(groups_[variable]);
  }
  return ShowGroups(point, {moved.begin(), moved.end()});
}

std::optional<Example> Space::ShowGroups(const Point& point, const std::vector<uint32_t>& groups) const {
  Example example;
  const auto wanted = [&](uint32_t variable) {
    return std::binary_search(groups.begin(), groups.end(), groups_[variable]);
  };
  for (const std::unique_ptr<Slot>& slot : slots_) {
    const uint32_t first = slot->variable != dsl::kUnresolved ? slot->variable : slot->others;
    if (wanted(first) && !ShowSlot(*slot, point, &example.assignments)) return std::nullopt;
  }
  if (now_ != dsl::kUnresolved && wanted(now_)) example.clock_ms = clock_->Witness(point[now_]);
  return example;
}

const Space::Slot* Space::SlotOf(uint32_t slot) const {
  const auto known =
      std::find_if(slots_.begin(), slots_.end(), [&](const std::unique_ptr<Slot>& one) { return one->slot == slot; });
  return known == slots_.end() ? nullptr : known->get();
}

std::string_view Space::PathOf(uint32_t variable) const {
  const uint32_t slot = variables_[variable].slot;
  return slot == dsl::kUnresolved ? std::string_view("now") : std::string_view(attributes_[slot].path.text);
}

std::optional<uint32_t> Space::VariableOf(uint32_t slot) const {
  const Slot* known = SlotOf(slot);
  if (known == nullptr || known->variable == dsl::kUnresolved) return std::nullopt;
  return known->variable;
}

std::optional<std::string> Space::TextApart(const Point& point, uint32_t slot, const std::set<std::string>& taken) const {
  const dsl::Attribute& attribute = attributes_[slot];
  const Slot* known = SlotOf(slot);
  if (attribute.type == dsl::Type::kEnum && known == nullptr) {
    for (const dsl::Text& value : attribute.values) {
      if (!taken.contains(std::string(value.value))) return std::string(value.value);
    }
  }
  if (attribute.type != dsl::Type::kString) return std::nullopt;
  if (known == nullptr) {
    const std::string_view path = attribute.path.text;
    const std::string stem = std::string(path.substr(0, path.find('.'))) + "-";
    for (size_t number = 1;; ++number) {
      if (std::string text = stem + std::to_string(number); !taken.contains(text)) return text;
    }
  }
  Assignment assignment;
  if (known->IsAbsent(point[known->variable]) || !ShowText(*known, point, taken, &assignment)) return std::nullopt;
  return std::get<std::string>(assignment.value);
}

bool Space::IsNamedItem(uint32_t slot, std::string_view item) const {
  return std::any_of(slots_.begin(), slots_.end(), [&](const std::unique_ptr<Slot>& other) {
    return other->slot == slot && std::any_of(other->items.begin(), other->items.end(),
                                              [&](const ItemVariable& named) { return named.text == item; });
  });
}

}  // namespace keyrule::analysis
