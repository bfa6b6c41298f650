#include <algorithm>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "dsl/check.h"
#include "dsl/wording.h"

namespace keyrule::dsl {
namespace {

using SlotSet = std::set<uint32_t>;

// Names that bring large conditions to many places would cost the product of the two: beyond this
// many attributes brought by names, nothing more is said.
constexpr size_t kMostBrought = 1'000'000;

// An atom that is true where its attribute is absent.
struct Open {
  uint32_t slot;
  Span span;
  std::string_view attribute;  // as it is written
  std::optional<Span> by;      // the `not` that makes it so, where that stands outside the name

  bool operator<(const Open& other) const {
    return std::tie(span.source, span.begin, slot) <
           std::tie(other.span.source, other.span.begin, other.slot);
  }
};

// The attributes whose absence a condition's surroundings speak of, group by group from the inside.
struct Covered {
  SlotSet slots;
  const Covered* around = nullptr;

  bool Has(uint32_t slot) const {
    return slots.contains(slot) || (around != nullptr && around->Has(slot));
  }
};

// The terms of an `and` or `or`, or null.
const std::vector<Condition>* TermsOf(const Condition& condition) {
  if (const auto* all = std::get_if<All>(&condition.node)) return &all->terms;
  if (const auto* any = std::get_if<Any>(&condition.node)) return &any->terms;
  return nullptr;
}

// The attribute of an atom, and whether the atom is true where that is absent; null for all else.
std::pair<const Path*, bool> AbsentTruth(const Condition& condition) {
  if (const auto* comparison = std::get_if<Comparison>(&condition.node)) {
    return {&comparison->path, comparison->op == CompareOp::kNotEqual};
  }
  if (const auto* membership = std::get_if<Membership>(&condition.node)) {
    return {&membership->path, membership->negated};
  }
  if (const auto* test = std::get_if<TextTest>(&condition.node)) return {&test->path, false};
  if (const auto* presence = std::get_if<Presence>(&condition.node)) {
    return {&presence->path, !presence->set};
  }
  const auto* bare = std::get_if<Bare>(&condition.node);
  return {bare != nullptr && bare->let == kUnresolved ? &bare->path : nullptr, false};
}

class Absence {
 public:
  explicit Absence(Check& check) : check_(check) {}

  void Take(const Condition& when) {
    if (brought_ > kMostBrought || !MayBeOpen(when, true)) return;
    std::set<Open> open;
    Collect(when, true, {}, open);
    if (brought_ > kMostBrought) return;  // what was found is not complete
    for (const Open& atom : open) {
      std::vector<Note> notes;
      if (atom.by) notes.push_back({"what is negated here", atom.span});
      check_.Warn(Code::KR0410, atom.by.value_or(atom.span),
                  Cat({"this is also true when ", Tick(atom.attribute), " is absent"}),
                  Cat({"write `", atom.attribute, " is set and …`, or `", atom.attribute,
                       " is not set or …`"}),
                  std::move(notes));
    }
  }

 private:
  // Most conditions negate nothing; the sets are not built for them.
  bool MayBeOpen(const Condition& condition, bool truth) {
    if (const auto* negated = std::get_if<Not>(&condition.node)) {
      return MayBeOpen(negated->term.front(), !truth);
    }
    if (const auto* terms = TermsOf(condition)) {
      return std::any_of(terms->begin(), terms->end(),
                         [&](const Condition& term) { return MayBeOpen(term, truth); });
    }
    const auto* bare = std::get_if<Bare>(&condition.node);
    if (bare != nullptr && bare->let != kUnresolved) return !OpenIn(bare->let, truth).empty();
    const auto [path, absent_truth] = AbsentTruth(condition);
    return path != nullptr && absent_truth == truth;
  }

  // Adds the atoms of `condition`, wanted to be `truth`, that absence of an attribute not in
  // `covered` makes so.
  // `negation`: the nearest `not` around it here, or null.
  void Collect(const Condition& condition, bool truth, const Covered& covered, std::set<Open>& open,
               const Span* negation = nullptr) {
    if (const auto* negated = std::get_if<Not>(&condition.node)) {
      return Collect(negated->term.front(), !truth, covered, open, &condition.span);
    }
    if (const auto* terms = TermsOf(condition)) {
      const bool conjunction = std::holds_alternative<All>(condition.node) == truth;
      const Covered inside{conjunction ? Forced(condition, truth) : SaidAbsent(condition, truth),
                           &covered};
      for (const Condition& term : *terms) Collect(term, truth, inside, open, negation);
      return;
    }
    const auto* bare = std::get_if<Bare>(&condition.node);
    if (bare != nullptr && bare->let != kUnresolved) {
      for (Open atom : OpenIn(bare->let, truth)) {
        if (covered.Has(atom.slot)) continue;
        if (!truth && !atom.by && negation != nullptr) atom.by = *negation;
        open.insert(std::move(atom));
      }
      return;
    }
    const auto [path, absent_truth] = AbsentTruth(condition);
    if (path == nullptr || absent_truth != truth) return;
    const Attribute* attribute = check_.AttributeOf(*path);
    const bool counts = attribute != nullptr && attribute->optional &&
                        attribute->type != Type::kBool && attribute->type != Type::kListOfString;
    if (!counts || std::holds_alternative<Presence>(condition.node)) return;
    if (!covered.Has(path->slot)) {
      open.insert({path->slot, condition.span, check_.sources.TextOf(path->span), {}});
    }
  }

  // The attributes that must be present for `condition` to be `truth`.
  SlotSet Forced(const Condition& condition, bool truth) {
    if (const auto* negated = std::get_if<Not>(&condition.node)) {
      return Forced(negated->term.front(), !truth);
    }
    if (const auto* terms = TermsOf(condition)) {
      const bool conjunction = std::holds_alternative<All>(condition.node) == truth;
      SlotSet slots = Forced(terms->front(), truth);
      for (size_t i = 1; i < terms->size(); ++i) {
        SlotSet term = Forced((*terms)[i], truth);
        if (conjunction) {
          slots.merge(term);
        } else {
          std::erase_if(slots, [&](uint32_t slot) { return !term.contains(slot); });
        }
      }
      return slots;
    }
    const auto* bare = std::get_if<Bare>(&condition.node);
    if (bare != nullptr && bare->let != kUnresolved) {
      return InLet(forced_, bare->let, truth, &Absence::Forced);
    }
    const auto [path, absent_truth] = AbsentTruth(condition);
    if (path == nullptr || path->slot == kUnresolved || absent_truth == truth) return {};
    return {path->slot};
  }

  // The attributes whose absence an `is not set` of this `or` names.
  SlotSet SaidAbsent(const Condition& condition, bool truth) {
    if (const auto* negated = std::get_if<Not>(&condition.node)) {
      return SaidAbsent(negated->term.front(), !truth);
    }
    if (const auto* terms = TermsOf(condition)) {
      SlotSet slots;
      if (std::holds_alternative<All>(condition.node) == truth) return slots;
      for (const Condition& term : *terms) slots.merge(SaidAbsent(term, truth));
      return slots;
    }
    const auto* bare = std::get_if<Bare>(&condition.node);
    if (bare != nullptr && bare->let != kUnresolved) {
      return InLet(said_, bare->let, truth, &Absence::SaidAbsent);
    }
    const auto* presence = std::get_if<Presence>(&condition.node);
    if (presence == nullptr || presence->set == truth) return {};
    return {presence->path.slot};
  }

  using Memo = std::unordered_map<uint64_t, SlotSet>;
  const SlotSet& InLet(Memo& memo, uint32_t let, bool truth,
                       SlotSet (Absence::*of)(const Condition&, bool)) {
    const uint64_t key = uint64_t{let} << 1 | (truth ? 1U : 0U);
    if (const auto at = memo.find(key); at != memo.end()) return Brought(at->second);
    const auto* condition = std::get_if<Condition>(&check_.policy.lets[let].value);
    SlotSet slots = condition != nullptr && brought_ <= kMostBrought ? (this->*of)(*condition, truth)
                                                                     : SlotSet();
    return Brought(memo.emplace(key, std::move(slots)).first->second);
  }

  const std::set<Open>& OpenIn(uint32_t let, bool truth) {
    const uint64_t key = uint64_t{let} << 1 | (truth ? 1U : 0U);
    if (const auto at = open_.find(key); at != open_.end()) return Brought(at->second);
    std::set<Open> open;
    const auto* condition = std::get_if<Condition>(&check_.policy.lets[let].value);
    if (condition != nullptr && brought_ <= kMostBrought) Collect(*condition, truth, {}, open);
    return Brought(open_.emplace(key, std::move(open)).first->second);
  }

  template <class Set>
  const Set& Brought(const Set& set) {
    brought_ += set.size();
    return set;
  }

  Check& check_;
  size_t brought_ = 0;
  Memo forced_, said_;
  std::unordered_map<uint64_t, std::set<Open>> open_;
};

}  // namespace

void CheckAbsence(Check& check) {
  Absence absence(check);
  for (const Rule& rule : check.policy.rules) absence.Take(*rule.when);
}

}  // namespace keyrule::dsl
