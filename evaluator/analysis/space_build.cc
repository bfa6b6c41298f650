// From the atoms of conditions to variables and classes.
#include <algorithm>

#include "evaluator/analysis/space.h"
#include "evaluator/analysis/space_slot.h"
#include "evaluator/request_builder.h"
#include "evaluator/session.h"

namespace keyrule::analysis {

using evaluator::Atom;
using evaluator::TestKind;
using evaluator::Value;

namespace {

// Shorter intervals of an int that a share is about are one class a number: what share it falls into is settled then.
constexpr int64_t kNarrow = 1'000;

}  // namespace

class Space::Builder {
 public:
  Builder(Space* space, std::vector<std::pair<uint32_t, const dsl::ClockTest*>> clocks)
      : space_(*space), clocks_(std::move(clocks)), atoms_of_(space->attributes_.size()) {}

  void Run() {
    const evaluator::Atoms& atoms = space_.atoms_;
    space_.meanings_.resize(atoms.size());
    for (uint32_t atom = 0; atom < atoms.size(); ++atom) {
      if (atoms[atom].kind != TestKind::kClock) atoms_of_[atoms[atom].slot].push_back(atom);
    }
    std::vector<bool> wanted(atoms_of_.size());
    for (uint32_t slot = 0; slot < atoms_of_.size(); ++slot) wanted[slot] = !atoms_of_[slot].empty();
    // Whether a map is set goes by its entries, whichever of them the policy names.
    for (uint32_t slot = 0; slot < atoms_of_.size(); ++slot) {
      const dsl::Attribute& map = space_.attributes_[slot];
      if (!wanted[slot] || map.type != dsl::Type::kMapOfString) continue;
      const std::string stem = std::string(map.path.text) + ".";
      for (uint32_t entry = 0; entry < atoms_of_.size(); ++entry) {
        if (space_.attributes_[entry].path.text.starts_with(stem)) wanted[entry] = true;
      }
    }
    for (uint32_t slot = 0; slot < atoms_of_.size(); ++slot) {
      if (wanted[slot]) AddSlot(slot);
    }
    for (const std::unique_ptr<Slot>& slot : space_.slots_) GiveMeaning(*slot);
    AddClock();
    space_.group_count_ = group_;
  }

 private:
  uint32_t AddVariable(Variable variable) {
    space_.plain_.push_back(variable.plain);
    space_.groups_.push_back(group_);
    space_.variables_.push_back(std::move(variable));
    return static_cast<uint32_t>(space_.variables_.size() - 1);
  }

  const ClassSet* Keep(ClassSet set) {
    return space_.sets_.emplace_back(std::make_unique<ClassSet>(std::move(set))).get();
  }

  void AddSlot(uint32_t index) {
    Slot& slot = *space_.slots_.emplace_back(std::make_unique<Slot>());
    const dsl::Attribute& attribute = space_.attributes_[index];
    slot.slot = index;
    slot.attribute = &attribute;
    slot.has_absent = attribute.optional;
    using Kind = Variable::Kind;
    switch (attribute.type) {
      case dsl::Type::kString: AddText(&slot); break;
      case dsl::Type::kInt:
      case dsl::Type::kTimestamp: AddNumber(&slot); break;
      case dsl::Type::kBool: {
        slot.variable = AddVariable({Kind::kBool, index, {}, slot.has_absent ? 3U : 2U, 0, slot.has_absent});
        break;
      }
      case dsl::Type::kEnum: {
        const auto size = static_cast<uint32_t>(attribute.values.size()) + (slot.has_absent ? 1 : 0);
        slot.variable = AddVariable({Kind::kEnum, index, {}, size, 0, slot.has_absent});
        break;
      }
      case dsl::Type::kListOfString: {
        for (const uint32_t atom : atoms_of_[index]) {
          if (space_.atoms_[atom].kind != TestKind::kContains) continue;
          const std::string_view text = space_.atoms_.text(space_.atoms_[atom].operand);
          slot.items.push_back({AddVariable({Kind::kItem, index, std::string(text), 2, 0, false}), text});
        }
        slot.others = AddVariable({Kind::kOtherItems, index, {}, 2, 0, false});
        break;
      }
      case dsl::Type::kMapOfString:
        slot.others = AddVariable({Kind::kOtherEntries, index, {}, 2, 0, false});
        break;
    }
    ++group_;
    if (!slot.buckets.empty() || !slot.patterns.empty() || !slot.globs.empty()) space_.split_slots_.push_back(&slot);
  }

  // The shares about this slot, one set of buckets for each salt (and path: a field that is bound to it keeps its own).
  void FindBuckets(Slot* slot) {
    for (const uint32_t atom : atoms_of_[slot->slot]) {
      if (space_.atoms_[atom].kind != TestKind::kShare) continue;
      const evaluator::Atoms::ShareTest& share = space_.atoms_.share(space_.atoms_[atom].operand);
      auto at = std::find_if(slot->buckets.begin(), slot->buckets.end(),
                             [&](const Buckets& buckets) { return buckets.salt == share.salt && buckets.path == share.path; });
      if (at == slot->buckets.end()) at = slot->buckets.insert(at, Buckets{0, share.path, share.salt, {0}});
      for (const uint32_t bound : {share.from, share.to}) {
        if (bound < 10'000) at->begins.push_back(bound);
      }
    }
    for (Buckets& buckets : slot->buckets) {
      std::sort(buckets.begins.begin(), buckets.begins.end());
      buckets.begins.erase(std::unique(buckets.begins.begin(), buckets.begins.end()), buckets.begins.end());
    }
  }

  void AddBuckets(Slot* slot, const std::optional<Value>& plain) {
    for (Buckets& buckets : slot->buckets) {
      const auto parts = static_cast<uint32_t>(buckets.begins.size());
      const uint32_t at = plain ? slot->PartClass(buckets.PartOf(*plain)) : 0;
      buckets.variable = AddVariable({Variable::Kind::kBucket, slot->slot, buckets.salt,
                                      parts + (slot->has_absent ? 1 : 0), at, slot->has_absent});
    }
  }

  void AddText(Slot* slot) {
    FindBuckets(slot);
    std::vector<TextClasses::Split> splits;
    for (const Buckets& buckets : slot->buckets) {
      splits.push_back({[buckets](std::string_view text) { return buckets.PartOf(Value::Text(text)); }});
    }
    std::vector<Atom> patterns;
    for (const uint32_t atom : atoms_of_[slot->slot]) {
      if (space_.atoms_[atom].kind == TestKind::kMatches) patterns.push_back(space_.atoms_[atom]);
    }
    for (const Atom& pattern : patterns) {
      splits.push_back({[this, pattern](std::string_view text) {
        return space_.atoms_.Holds(pattern, Value::Text(text), 0) ? 1U : 0U;
      }});
    }
    slot->texts = std::make_unique<TextClasses>(space_.atoms_, atoms_of_[slot->slot], slot->has_absent,
                                                std::vector<std::string_view>{}, std::move(splits),
                                                slot->attribute->path.text);
    const std::string_view any = evaluator::kAnyText;
    const uint32_t plain = slot->has_absent ? 0 : slot->texts->ClassOf(any);
    slot->variable =
        AddVariable({Variable::Kind::kText, slot->slot, {}, slot->texts->size(), plain, slot->has_absent});
    AddBuckets(slot, slot->has_absent ? std::nullopt : std::optional(Value::Text(any)));
    for (const Atom& pattern : patterns) {
      const bool found = !slot->has_absent && space_.atoms_.Holds(pattern, Value::Text(any), 0);
      const uint32_t variable = AddVariable({Variable::Kind::kPattern, slot->slot,
                                             space_.atoms_.pattern(pattern.operand), 2, found ? 1U : 0U, false});
      slot->patterns.push_back({variable, pattern});
    }
    if (!slot->texts->globs_apart()) return;
    for (size_t glob = 0; glob < slot->texts->globs().size(); ++glob) {
      const std::string_view pattern = slot->texts->globs()[glob];
      const bool fits = !slot->has_absent && evaluator::Glob(pattern).Matches(any);
      const uint32_t variable = AddVariable(
          {Variable::Kind::kGlob, slot->slot, std::string(pattern), 2, fits ? 1U : 0U, false});
      slot->globs.push_back({variable, glob});
    }
  }

  void AddNumber(Slot* slot) {
    const bool time = slot->attribute->type == dsl::Type::kTimestamp;
    FindBuckets(slot);
    slot->numbers = std::make_unique<NumberClasses>(space_.atoms_, atoms_of_[slot->slot], slot->has_absent,
                                                    slot->buckets.empty() ? 0 : kNarrow);
    const int64_t any = time ? evaluator::kTestStartMs : 0;
    const uint32_t plain = slot->has_absent ? 0 : slot->numbers->ClassOf(any);
    slot->variable = AddVariable({time ? Variable::Kind::kTimestamp : Variable::Kind::kInteger, slot->slot, {},
                                  slot->numbers->size(), plain, slot->has_absent});
    AddBuckets(slot, slot->has_absent ? std::nullopt : std::optional(Value::Integer(any)));
  }

  // ---- what each atom comes to

  void Mean(uint32_t atom, uint32_t variable, ClassSet set) {
    space_.meanings_[atom].push_back({variable, Keep(std::move(set))});
  }

  void GiveMeaning(const Slot& slot) {
    for (const uint32_t atom : atoms_of_[slot.slot]) {
      const Atom& test = space_.atoms_[atom];
      if (slot.attribute->type == dsl::Type::kEnum && test.kind != TestKind::kPresent) {
        MeanEnum(slot, atom);  // whatever is asked: a credential's field that is bound to it is asked as a text is
      } else if (test.kind == TestKind::kShare) {
        MeanShare(slot, atom);
      } else if (test.kind == TestKind::kMatches) {
        for (const PatternVariable& pattern : slot.patterns) {
          if (pattern.atom == test) Mean(atom, pattern.variable, ClassSet::One(1));
        }
      } else if (test.kind == TestKind::kPresent) {
        MeanPresent(slot, atom);
      } else if (!slot.items.empty() && test.kind == TestKind::kContains) {
        for (const ItemVariable& item : slot.items) {
          if (item.text == space_.atoms_.text(test.operand)) Mean(atom, item.variable, ClassSet::One(1));
        }
      } else if (slot.texts != nullptr) {
        MeanText(slot, atom);
      } else if (slot.numbers != nullptr) {
        Mean(atom, slot.variable, slot.numbers->Holding(test));
      } else if (slot.attribute->type == dsl::Type::kBool) {
        Mean(atom, slot.variable, ClassSet::One(slot.PartClass(1)));
      }
    }
  }

  void MeanShare(const Slot& slot, uint32_t atom) {
    const evaluator::Atoms::ShareTest& share = space_.atoms_.share(space_.atoms_[atom].operand);
    for (const Buckets& buckets : slot.buckets) {
      if (buckets.salt != share.salt || buckets.path != share.path) continue;
      std::vector<uint32_t> ids;
      for (uint32_t part = 0; part < buckets.begins.size(); ++part) {
        if (buckets.begins[part] >= share.from && buckets.begins[part] < share.to) ids.push_back(slot.PartClass(part));
      }
      Mean(atom, buckets.variable, ClassSet::Of(std::move(ids)));
    }
  }

  void MeanPresent(const Slot& slot, uint32_t atom) {
    if (slot.variable != dsl::kUnresolved) {
      const uint32_t size = space_.variables_[slot.variable].size;
      const ClassSet none = slot.has_absent ? ClassSet::One(0) : ClassSet();
      return Mean(atom, slot.variable, none.Not(size));
    }
    for (const ItemVariable& item : slot.items) Mean(atom, item.variable, ClassSet::One(1));
    for (const std::unique_ptr<Slot>& entry : space_.slots_) {
      if (space_.IsEntryOf(*entry, slot)) {
        Mean(atom, entry->variable, ClassSet::One(0).Not(space_.variables_[entry->variable].size));
      }
    }
    Mean(atom, slot.others, ClassSet::One(1));
  }

  void MeanText(const Slot& slot, uint32_t atom) {
    const Atom& test = space_.atoms_[atom];
    if (slot.texts->globs_apart()) {
      const std::optional<size_t> glob = slot.texts->GlobIndex(test);
      if (glob) return Mean(atom, slot.globs[*glob].variable, ClassSet::One(1));
    }
    Mean(atom, slot.variable, slot.texts->Holding(test));
  }

  void MeanEnum(const Slot& slot, uint32_t atom) {
    const Atom& test = space_.atoms_[atom];
    std::vector<uint32_t> ids;
    const auto& names = slot.attribute->values;
    for (uint32_t i = 0; i < names.size(); ++i) {
      if (space_.atoms_.Holds(test, Value::Text(names[i].value), 0)) ids.push_back(slot.PartClass(i));
    }
    Mean(atom, slot.variable, ClassSet::Of(std::move(ids)));
  }

  void AddClock() {
    if (clocks_.empty()) return;
    std::vector<const dsl::ClockTest*> tests;
    for (const auto& [atom, test] : clocks_) tests.push_back(test);
    space_.clock_ = std::make_unique<ClockClasses>(tests);
    const uint32_t plain = space_.clock_->ClassOf(evaluator::kTestStartMs);
    space_.now_ = AddVariable({Variable::Kind::kNow, dsl::kUnresolved, {}, space_.clock_->size(), plain, false});
    ++group_;
    for (size_t i = 0; i < clocks_.size(); ++i) Mean(clocks_[i].first, space_.now_, space_.clock_->Holding(i));
  }

  Space& space_;
  const std::vector<std::pair<uint32_t, const dsl::ClockTest*>> clocks_;
  std::vector<std::vector<uint32_t>> atoms_of_;  // by slot
  uint32_t group_ = 0;
};

Space::Space(const std::vector<dsl::Attribute>& slots, const evaluator::Atoms& atoms,
             std::vector<std::pair<uint32_t, const dsl::ClockTest*>> clocks)
    : attributes_(slots), atoms_(atoms) {
  Builder(this, std::move(clocks)).Run();
}

}  // namespace keyrule::analysis
