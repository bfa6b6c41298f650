#include "evaluator/analysis/region_words.h"

#include <algorithm>
#include <map>
#include <unordered_set>

#include "dsl/wording.h"
#include "evaluator/analysis/example_text.h"
#include "evaluator/condition_walk.h"
#include "evaluator/typeset.h"

namespace keyrule::analysis {
namespace {

using dsl::Cat;
using dsl::CompareOp;
using dsl::Tick;
using evaluator::OneLine;

constexpr size_t kMostValues = 6;   // beyond, values are counted
constexpr size_t kFirstValues = 3;  // and so many of them named

std::string Joined(const std::vector<std::string>& parts, std::string_view last) {
  std::string text;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) text += i + 1 == parts.size() ? Cat({" ", last, " "}) : ", ";
    text += parts[i];
  }
  return text;
}

// What is said of one attribute.
class AttributeWords {
 public:
  AttributeWords(const dsl::Policy& policy, std::string path) : policy_(policy), path_(std::move(path)) {}

  void Add(const Saying& saying) {
    std::visit([&](const auto& node) { Say(node, saying); }, saying.atom->node);
  }
  void AddPresence(bool set) {
    (set ? is_set_ : is_not_set_) = true;
  }
  // Absent requests are among them although what is said sounds as if there were a value.
  void AddAbsent() { or_absent_ = true; }

  // "whose environment is `a`", "without environment".
  std::string Text() const {
    if (is_not_set_) return Cat({"without ", path_});
    std::vector<std::string> verbs = verbs_;
    if (!not_values_.empty()) verbs.insert(verbs.begin(), NoneOf());
    if (verbs.empty()) return Cat({"with ", path_});
    if (verbs.size() > kMostValues) {
      const size_t more = verbs.size() - kFirstValues;
      verbs.resize(kFirstValues);
      verbs.push_back(Cat({dsl::Thousands(more), " more such"}));
    }
    return Cat({"whose ", path_, " ", Joined(verbs, "and"), or_absent_ && !is_set_ ? " (or not set)" : ""});
  }

  void AddConditions(std::vector<std::string>* conditions) const {
    if (is_not_set_) conditions->push_back(path_ + " is not set");
    if (is_not_set_) return;
    if (is_set_) conditions->push_back(path_ + " is set");
    if (not_values_.size() == 1) conditions->push_back(Cat({path_, " != ", not_values_[0].written}));
    if (not_values_.size() > 1) {
      std::string list;
      for (const NamedValue& value : not_values_) list += (list.empty() ? "" : ", ") + value.written;
      conditions->push_back(Cat({path_, " not in [", list, "]"}));
    }
    conditions->insert(conditions->end(), conditions_.begin(), conditions_.end());
  }

 private:
  struct NamedValue {
    std::string written;  // as in a policy
    std::string shown;
  };

  std::string Source(const dsl::Span& span) const { return OneLine(policy_.sources->TextOf(span)); }
  NamedValue Of(const dsl::Text& text) const { return {dsl::InQuotes(text.value), Tick(evaluator::Printable(text.value))}; }
  NamedValue Of(const dsl::Integer& number) const { return {std::to_string(number.value), std::to_string(number.value)}; }
  NamedValue Of(const dsl::Timestamp& time) const { return {TimestampText(time.unix_ms), TimestampText(time.unix_ms)}; }

  void AddVerb(std::string verb, const Saying& saying) {
    verbs_.push_back(std::move(verb));
    const std::string atom = Source(saying.atom->span);
    conditions_.push_back(saying.truth ? atom : Cat({"not (", atom, ")"}));
  }
  void AddValues(std::vector<NamedValue> values, bool are, const Saying& saying) {
    if (!are) {
      for (NamedValue& value : values) {
        if (not_written_.insert(value.written).second) not_values_.push_back(std::move(value));
      }
      return;
    }
    std::vector<std::string> shown;
    for (const NamedValue& value : values) shown.push_back(value.shown);
    AddVerb(Several(shown, "is ", "is one of ", "or"), saying);
  }

  static std::string Several(const std::vector<std::string>& shown, std::string_view one, std::string_view more,
                             std::string_view last) {
    if (shown.size() == 1) return Cat({one, shown[0]});
    if (shown.size() <= kMostValues) return Cat({more, Joined(shown, last)});
    const std::vector<std::string> few(shown.begin(), shown.begin() + kFirstValues);
    return Cat({more, dsl::Thousands(shown.size()), " values (", few[0], ", ", few[1], ", ", few[2], ", …)"});
  }

  std::string NoneOf() const {
    std::vector<std::string> shown;
    for (const NamedValue& value : not_values_) shown.push_back(value.shown);
    if (shown.size() == 2) return Cat({"is neither ", shown[0], " nor ", shown[1]});
    return Several(shown, "is not ", "is none of ", "or");
  }

  void Say(const dsl::Comparison& node, const Saying& saying) {
    const NamedValue value = std::visit([&](const auto& constant) { return Of(constant); }, node.constant);
    const bool equal = node.op == CompareOp::kEqual;
    if (equal || node.op == CompareOp::kNotEqual) return AddValues({value}, equal == saying.truth, saying);
    const bool time = std::holds_alternative<dsl::Timestamp>(node.constant);
    std::string_view words = time ? "later than " : "more than ";
    if (node.op == CompareOp::kLess) words = time ? "earlier than " : "less than ";
    if (node.op == CompareOp::kLessEqual) words = time ? "at the latest " : "at most ";
    if (node.op == CompareOp::kGreaterEqual) words = time ? "at the earliest " : "at least ";
    AddVerb(Cat({saying.truth ? "is " : "is not ", words, value.shown}), saying);
  }

  void Say(const dsl::Membership& node, const Saying& saying) {
    const bool inside = node.negated != saying.truth;
    std::vector<NamedValue> values;
    if (const auto* texts = std::get_if<dsl::TextList>(&node.set)) {
      for (const dsl::Text& item : texts->items) values.push_back(Of(item));
      return AddValues(std::move(values), inside, saying);
    }
    if (const auto* numbers = std::get_if<dsl::IntegerList>(&node.set)) {
      for (const dsl::Integer& item : numbers->items) values.push_back(Of(item));
      return AddValues(std::move(values), inside, saying);
    }
    const std::string_view begin = inside ? "is " : "is not ";
    if (const auto* share = std::get_if<dsl::Share>(&node.set)) {
      return AddVerb(Cat({begin, "in ", Source(share->span)}), saying);
    }
    const auto& name = std::get<dsl::ListName>(node.set);
    if (name.table != dsl::kUnresolved) {
      return AddVerb(Cat({inside ? "is a key of " : "is no key of ", Tick(name.name.text)}), saying);
    }
    AddVerb(Cat({begin, "in ", Tick(name.name.text)}), saying);
  }

  void Say(const dsl::TextTest& node, const Saying& saying) {
    const bool pattern = node.op == dsl::TextOp::kMatches;
    const std::string text = pattern ? Source(node.text.span) : Tick(evaluator::Printable(node.text.value));
    constexpr std::string_view kIs[] = {"starts with ", "ends with ", "contains ", "is like ", "matches "};
    constexpr std::string_view kIsNot[] = {"does not start with ", "does not end with ", "does not contain ",
                                           "is not like ", "does not match "};
    const auto op = static_cast<size_t>(node.op);
    AddVerb(Cat({saying.truth ? kIs[op] : kIsNot[op], text}), saying);
  }

  void Say(const dsl::Presence& node, const Saying& saying) { AddPresence(node.set == saying.truth); }
  void Say(const dsl::Bare&, const Saying& saying) { AddVerb(saying.truth ? "is true" : "is not true", saying); }
  void Say(const dsl::ClockTest&, const Saying& saying) {
    AddVerb(saying.truth ? "holds" : "does not hold", saying);  // said elsewhere
  }
  void Say(const dsl::All&, const Saying&) {}  // no atoms
  void Say(const dsl::Any&, const Saying&) {}
  void Say(const dsl::Not&, const Saying&) {}

  const dsl::Policy& policy_;
  const std::string path_;
  std::vector<std::string> verbs_;
  std::vector<std::string> conditions_;
  std::vector<NamedValue> not_values_;
  std::unordered_set<std::string> not_written_;  // of those
  bool is_set_ = false;
  bool is_not_set_ = false;
  bool or_absent_ = false;
};

// What is said of a list, item by item, or of a map.
struct ItemWords {
  std::vector<std::string> has, has_not;
  std::optional<bool> others;
  bool map = false;
};

class RegionWords {
 public:
  RegionWords(const dsl::Policy& policy, const Space& space, const DefaultRegion& region)
      : policy_(policy), space_(space), region_(region) {}

  void Put(DefaultRegion* region) {
    for (const DefaultRegion::Side& side : region_.sides) Take(side);
    std::vector<std::string> parts;
    for (const auto& [slot, words] : attributes_) {
      parts.push_back(words.Text());
      words.AddConditions(&conditions_);
    }
    for (const auto& [slot, words] : lists_) AddList(slot, words, &parts);
    parts.insert(parts.end(), moments_.begin(), moments_.end());
    conditions_.insert(conditions_.end(), moment_conditions_.begin(), moment_conditions_.end());
    region->text = parts.empty() ? "every request" : Cat({"requests ", Joined(parts, "and")});
    if (!region->sayable) region->text = "requests like the example";
    region->condition.clear();
    if (!writable_ || !region->sayable) return;
    for (const std::string& condition : conditions_) {
      region->condition += (region->condition.empty() ? "" : " and ") + condition;
    }
  }

 private:
  // Writes `weekday != wed` as `weekday == wed`. False: it has no negation of its own.
  static bool TakeNegation(const dsl::Condition& atom, std::string* text) {
    const auto* clock = std::get_if<dsl::ClockTest>(&atom.node);
    if (clock == nullptr) return false;
    const bool differs = clock->compare == dsl::CompareOp::kNotEqual;
    const std::string_view from = differs ? "!=" : "not in";
    const size_t at = text->find(from);
    if ((!differs && !clock->negated) || at == std::string::npos) return false;
    text->replace(at, from.size(), differs ? "==" : "in");
    return true;
  }
  std::string PathOf(uint32_t slot) const { return PathText(policy_.slots[slot].path.text); }

  void Take(const DefaultRegion::Side& side) {
    const Variable& about = space_[side.variable];
    const ClassSet& set = *region_.box.Find(side.variable);
    switch (about.kind) {
      case Variable::Kind::kNow:
        for (const Saying& saying : side.sayings) {
          std::string atom = OneLine(policy_.sources->TextOf(saying.atom->span));
          const bool truth = saying.truth || TakeNegation(*saying.atom, &atom);
          moments_.push_back(Cat({"while ", Tick(atom), truth ? " holds" : " does not hold"}));
          moment_conditions_.push_back(truth ? atom : Cat({"not (", atom, ")"}));
        }
        return;
      case Variable::Kind::kItem:
        (set.Has(1) ? lists_[about.slot].has : lists_[about.slot].has_not).push_back(about.detail);
        return;
      case Variable::Kind::kOtherItems:
      case Variable::Kind::kOtherEntries:
        lists_[about.slot].others = set.Has(1);
        lists_[about.slot].map = about.kind == Variable::Kind::kOtherEntries;
        return;
      default: break;
    }
    AttributeWords& words = attributes_.try_emplace(about.slot, policy_, PathOf(about.slot)).first->second;
    for (const Saying& saying : side.sayings) {
      if (saying.atom == nullptr) {
        words.AddPresence(saying.truth);
      } else {
        words.Add(saying);
      }
    }
    // Shares and patterns of what is absent do not hold either; the value's own classes tell whether it may be.
    if (about.has_absent && set.Has(0)) words.AddAbsent();
  }

  void AddList(uint32_t slot, const ItemWords& words, std::vector<std::string>* parts) {
    const std::string path = PathOf(slot);
    if (words.map) {
      parts->push_back(Cat({*words.others ? "with other entries of " : "without other entries of ", path}));
      writable_ = false;
      return;
    }
    const auto ticked = [](const std::vector<std::string>& items) {
      std::vector<std::string> all;
      for (const std::string& item : items) all.push_back(Tick(evaluator::Printable(item)));
      return all;
    };
    std::vector<std::string> verbs;
    if (!words.has.empty()) verbs.push_back(Cat({"has ", Joined(ticked(words.has), "and")}));
    if (!words.has_not.empty() && words.others != false) verbs.push_back(Cat({"has no ", Joined(ticked(words.has_not), "or")}));
    if (words.others == true) verbs.push_back("has other items");
    for (const std::string& item : words.has) conditions_.push_back(Cat({path, " contains ", dsl::InQuotes(item)}));
    if (words.others == false && words.has.empty()) {
      parts->push_back(Cat({"without ", path}));
      conditions_.push_back(path + " is not set");
      writable_ = writable_ && words.has_not.size() == NamedItems(slot);
      if (!writable_) parts->back() = Cat({"whose ", path, " has nothing but named items"});
      return;
    }
    if (words.others) writable_ = false;
    if (words.others == false) verbs.push_back("has nothing else that matters");
    for (const std::string& item : words.has_not) {
      conditions_.push_back(Cat({"not (", path, " contains ", dsl::InQuotes(item), ")"}));
    }
    parts->push_back(Cat({"whose ", path, " ", Joined(verbs, "and")}));
  }

  size_t NamedItems(uint32_t slot) const {
    return static_cast<size_t>(std::count_if(space_.variables().begin(), space_.variables().end(), [&](const Variable& v) {
      return v.slot == slot && v.kind == Variable::Kind::kItem;
    }));
  }

  const dsl::Policy& policy_;
  const Space& space_;
  const DefaultRegion& region_;
  std::map<uint32_t, AttributeWords> attributes_;  // by slot: in the order of the schema
  std::map<uint32_t, ItemWords> lists_;
  std::vector<std::string> moments_;
  std::vector<std::string> moment_conditions_;
  std::vector<std::string> conditions_;
  bool writable_ = true;
};

}  // namespace

void PutIntoWords(const dsl::Policy& policy, const Space& space, DefaultRegion* region) {
  RegionWords(policy, space, *region).Put(region);
}

}  // namespace keyrule::analysis
