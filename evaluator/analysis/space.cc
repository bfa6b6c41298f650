#include "evaluator/analysis/space.h"

#include <algorithm>

#include "evaluator/analysis/space_slot.h"
#include "evaluator/hash.h"
#include "evaluator/session.h"

namespace keyrule::analysis {

using evaluator::Value;
using evaluator::ValueKind;

uint32_t Buckets::PartOf(const Value& value) const {
  const uint64_t hash = value.is_number()
                            ? evaluator::Hash({"share", path, salt, evaluator::Decimal(value.number()).view()})
                            : evaluator::Hash({"share", path, salt, value.text()});
  const auto bucket = static_cast<uint32_t>(evaluator::Scale(hash, 10'000));
  return static_cast<uint32_t>(std::upper_bound(begins.begin(), begins.end(), bucket) - begins.begin()) - 1;
}

Space::~Space() = default;

Point Space::PointOf(std::span<const Value> values, int64_t now_ms) const {
  Point point = plain_;
  for (const std::unique_ptr<Slot>& slot : slots_) {
    const Value& value = values[slot->slot];
    for (const ItemVariable& item : slot->items) {
      const auto items = value.list();
      point[item.variable] = std::find(items.begin(), items.end(), item.text) != items.end() ? 1 : 0;
    }
    if (slot->attribute->type == dsl::Type::kListOfString && slot->others != dsl::kUnresolved) {
      const auto items = value.list();
      point[slot->others] = std::any_of(items.begin(), items.end(), [&](std::string_view text) {
        return std::none_of(slot->items.begin(), slot->items.end(),
                            [&](const ItemVariable& item) { return item.text == text; });
      });
    }
    if (slot->attribute->type == dsl::Type::kMapOfString && slot->others != dsl::kUnresolved) {
      // That the map is there while no entry that is named is: it has others.
      bool named = false;
      for (const std::unique_ptr<Slot>& entry : slots_) {
        named = named || (IsEntryOf(*entry, *slot) && !values[entry->slot].absent());
      }
      point[slot->others] = !value.absent() && !named ? 1 : 0;
    }
    if (slot->variable == dsl::kUnresolved) continue;
    uint32_t& id = point[slot->variable];
    if (value.absent()) {
      if (!slot->has_absent) continue;  // no request of this schema; what is plain stands for it
      id = 0;
      for (const Buckets& buckets : slot->buckets) point[buckets.variable] = 0;
      for (const PatternVariable& pattern : slot->patterns) point[pattern.variable] = 0;
      for (const GlobVariable& glob : slot->globs) point[glob.variable] = 0;
      continue;
    }
    if (slot->texts != nullptr) {
      id = slot->texts->ClassOf(value.text());
    } else if (slot->numbers != nullptr) {
      id = slot->numbers->ClassOf(value.number());
    } else if (slot->attribute->type == dsl::Type::kBool) {
      id = slot->PartClass(value.number() != 0 ? 1 : 0);
    } else {
      const auto& names = slot->attribute->values;
      for (uint32_t i = 0; i < names.size(); ++i) {
        if (names[i].value == value.text()) id = slot->PartClass(i);
      }
    }
    for (const Buckets& buckets : slot->buckets) {
      point[buckets.variable] = slot->PartClass(buckets.PartOf(value));
    }
    for (const PatternVariable& pattern : slot->patterns) {
      point[pattern.variable] = atoms_.Holds(pattern.atom, value, now_ms) ? 1 : 0;
    }
    for (const GlobVariable& glob : slot->globs) {
      point[glob.variable] = evaluator::Glob(slot->texts->globs()[glob.glob]).Matches(value.text()) ? 1 : 0;
    }
  }
  if (now_ != dsl::kUnresolved) {
    const uint32_t id = clock_->ClassOf(now_ms);
    if (id < clock_->size()) point[now_] = id;
  }
  return point;
}

bool Space::IsEntryOf(const Slot& entry, const Slot& map) const {
  if (map.attribute->type != dsl::Type::kMapOfString) return false;
  const std::string_view path = entry.attribute->path.text;
  const std::string_view stem = map.attribute->path.text;
  return path.size() > stem.size() && path.starts_with(stem) && path[stem.size()] == '.';
}

bool Space::Impossible(const Point& point, std::vector<std::pair<uint32_t, ClassSet>>* box) const {
  box->clear();
  for (const Slot* slot : split_slots_) {
    const uint32_t id = point[slot->variable];
    const uint32_t size = variables_[slot->variable].size;
    // What does not go together, seen from the value and from what splits it.
    const auto say = [&](ClassSet value, uint32_t variable, ClassSet part) {
      box->emplace_back(slot->variable, std::move(value));
      box->emplace_back(variable, std::move(part));
      return true;
    };
    const bool absent = slot->IsAbsent(id);
    for (const Buckets& buckets : slot->buckets) {
      const uint32_t part = point[buckets.variable];
      const uint32_t parts = variables_[buckets.variable].size;
      if (slot->has_absent && absent != (part == 0)) {
        const ClassSet none = ClassSet::One(0);
        return absent ? say(none, buckets.variable, none.Not(parts)) : say(none.Not(size), buckets.variable, none);
      }
      if (absent) continue;
      std::optional<uint32_t> must;
      if (slot->texts != nullptr && slot->texts->IsNamed(id)) {
        must = slot->PartClass(slot->texts->PartOf(id, SplitOf(*slot, buckets.variable)));
      } else if (slot->numbers != nullptr && slot->numbers->IsSingle(id)) {
        must = slot->PartClass(buckets.PartOf(Value::Integer(slot->numbers->First(id))));
      }
      if (must && *must != part) {
        return say(ClassSet::One(id), buckets.variable, ClassSet::One(*must).Not(parts));
      }
    }
    for (const PatternVariable& pattern : slot->patterns) {
      const uint32_t found = point[pattern.variable];
      if (absent) {
        if (found != 0) return say(ClassSet::One(0), pattern.variable, ClassSet::One(1));
      } else if (slot->texts->IsNamed(id)) {
        const uint32_t must = slot->texts->PartOf(id, SplitOf(*slot, pattern.variable));
        if (found != must) return say(ClassSet::One(id), pattern.variable, ClassSet::One(found));
      }
    }
    if (slot->globs.empty()) continue;
    std::vector<bool> wanted;
    for (const GlobVariable& glob : slot->globs) wanted.push_back(point[glob.variable] != 0);
    if (absent || slot->texts->IsNamed(id)) {
      for (size_t i = 0; i < wanted.size(); ++i) {
        const bool must = !absent && slot->texts->GlobHolds(id, i);
        if (wanted[i] == must) continue;
        return say(ClassSet::One(id), slot->globs[i].variable, ClassSet::One(wanted[i] ? 1 : 0));
      }
      continue;
    }
    const GlobWord word = FindGlobWord(*slot->texts, id, wanted);
    if (word.answer != GlobWord::Answer::kImpossible) continue;
    box->emplace_back(slot->variable, ClassSet::One(id));
    for (const size_t glob : word.core) {
      box->emplace_back(slot->globs[glob].variable, ClassSet::One(wanted[glob] ? 1 : 0));
    }
    return true;
  }
  return false;
}

const ClassSet* Space::SingleClass(uint32_t id) const {
  std::unique_ptr<ClassSet>& set = singles_[id];
  if (set == nullptr) set = std::make_unique<ClassSet>(ClassSet::One(id));
  return set.get();
}

std::optional<Constraint> Space::ClassOfText(uint32_t slot, std::string_view text) const {
  for (const std::unique_ptr<Slot>& other : slots_) {
    if (other->slot != slot || other->variable == dsl::kUnresolved) continue;
    if (other->texts != nullptr) return Constraint{other->variable, SingleClass(other->texts->ClassOf(text))};
    const auto& names = other->attribute->values;
    for (uint32_t i = 0; i < names.size(); ++i) {
      if (names[i].value == text) return Constraint{other->variable, SingleClass(other->PartClass(i))};
    }
  }
  return std::nullopt;
}

std::optional<Constraint> Space::ClassOfNumber(uint32_t slot, int64_t number) const {
  for (const std::unique_ptr<Slot>& other : slots_) {
    if (other->slot != slot || other->numbers == nullptr) continue;
    return Constraint{other->variable, SingleClass(other->numbers->ClassOf(number))};
  }
  return std::nullopt;
}

ClassSet Space::NamedClasses(uint32_t variable) const {
  std::vector<uint32_t> ids;
  for (const std::unique_ptr<Slot>& slot : slots_) {
    if (slot->variable != variable || slot->texts == nullptr) continue;
    for (uint32_t id = 0; id < slot->texts->size(); ++id) {
      if (slot->texts->IsNamed(id)) ids.push_back(id);
    }
  }
  return ClassSet::Of(std::move(ids));
}

size_t Space::SplitOf(const Slot& slot, uint32_t variable) {
  for (size_t i = 0; i < slot.buckets.size(); ++i) {
    if (slot.buckets[i].variable == variable) return i;
  }
  for (size_t i = 0; i < slot.patterns.size(); ++i) {
    if (slot.patterns[i].variable == variable) return slot.buckets.size() + i;
  }
  return 0;
}

}  // namespace keyrule::analysis
