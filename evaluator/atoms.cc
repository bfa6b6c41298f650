#include "evaluator/atoms.h"

#include <re2/re2.h>

#include <algorithm>

#include "evaluator/hash.h"

namespace keyrule::evaluator {

using dsl::CompareOp;
using dsl::Condition;

Atoms::Atoms(std::pmr::memory_resource* memory) : texts_(memory) {}
Atoms::~Atoms() = default;
Atoms::Atoms(Atoms&&) noexcept = default;
Atoms& Atoms::operator=(Atoms&&) noexcept = default;

bool Atoms::is_named(TestKind kind, uint32_t operand) const {
  if (kind == TestKind::kTextIn) return text_set_named_[operand];
  return kind == TestKind::kNumberIn && number_set_named_[operand];
}

const std::string& Atoms::pattern(uint32_t operand) const { return patterns_[operand]->pattern(); }

bool Atoms::Holds(TestKind kind, uint32_t operand, const Value& value, int64_t now_ms) const noexcept {
  if (kind == TestKind::kClock) return clocks_[operand].Holds(now_ms);
  if (value.absent()) return false;
  switch (kind) {
    case TestKind::kPresent: return true;
    case TestKind::kTextEqual: return value.text_is(text(operand));
    case TestKind::kTextIn: return text_sets_[operand].Has(value.text());
    case TestKind::kStartsWith: return value.text().starts_with(text(operand));
    case TestKind::kEndsWith: return value.text().ends_with(text(operand));
    case TestKind::kContains:
      if (value.kind() == ValueKind::kList) {
        const auto items = value.list();
        return std::find(items.begin(), items.end(), text(operand)) != items.end();
      }
      return value.text().find(text(operand)) != std::string_view::npos;
    case TestKind::kLike: return globs_[operand].Matches(value.text());
    case TestKind::kMatches: {
      const std::string_view whole = value.text();
      return RE2::PartialMatch(re2::StringPiece(whole.data(), whole.size()), *patterns_[operand]);
    }
    case TestKind::kNumberEqual: return value.number() == numbers_[operand];
    case TestKind::kNumberLess: return value.number() < numbers_[operand];
    case TestKind::kNumberLessEqual: return value.number() <= numbers_[operand];
    case TestKind::kNumberGreater: return value.number() > numbers_[operand];
    case TestKind::kNumberGreaterEqual: return value.number() >= numbers_[operand];
    case TestKind::kNumberIn: {
      const std::vector<int64_t>& set = number_sets_[operand];
      return std::binary_search(set.begin(), set.end(), value.number());
    }
    case TestKind::kTrue: return value.number() == 1;
    case TestKind::kShare: {
      const ShareTest& share = shares_[operand];
      const uint64_t hash = value.is_number()
                                ? Hash({"share", share.path, share.salt, Decimal(value.number()).view()})
                                : Hash({"share", share.path, share.salt, value.text()});
      const uint64_t bucket = Scale(hash, 10'000);
      return share.from <= bucket && bucket < share.to;
    }
    case TestKind::kClock:  // answered above
    case TestKind::kNamed: break;  // by Code::Run
  }
  return false;
}

size_t AtomBuilder::AtomHash::operator()(const Atom& atom) const noexcept {
  const uint64_t key = uint64_t{atom.slot} << 40 ^ uint64_t{atom.operand} << 8 ^ static_cast<uint64_t>(atom.kind);
  return key * 0x9E3779B97F4A7C15u ^ (key >> 31);
}

AtomBuilder::AtomBuilder(Atoms* atoms, const dsl::Policy& policy, SlotOf slot_of)
    : atoms_(*atoms), policy_(policy), slot_of_(std::move(slot_of)) {}

uint32_t AtomBuilder::Intern(const Atom& atom) {
  const auto [known, is_new] = known_.try_emplace(atom, static_cast<uint32_t>(atoms_.atoms_.size()));
  if (is_new) atoms_.atoms_.push_back(atom);
  return known->second;
}

uint32_t AtomBuilder::TextOperand(std::string_view text) {
  const auto [known, is_new] = texts_.try_emplace(text, static_cast<uint32_t>(atoms_.texts_.size()));
  if (is_new) {
    const auto size = static_cast<uint32_t>(text.size());
    atoms_.texts_.append(reinterpret_cast<const char*>(&size), sizeof size);
    atoms_.texts_.append(text);
  }
  return known->second;
}

uint32_t AtomBuilder::NumberOperand(int64_t number) {
  const auto [known, is_new] = numbers_.try_emplace(number, static_cast<uint32_t>(atoms_.numbers_.size()));
  if (is_new) atoms_.numbers_.push_back(number);
  return known->second;
}

Literal AtomBuilder::Add(const Condition& condition) {
  if (const auto* bare = std::get_if<dsl::Bare>(&condition.node)) {
    return {Intern({TestKind::kTrue, slot_of_(bare->path), 0}), false};
  }
  if (const auto* presence = std::get_if<dsl::Presence>(&condition.node)) {
    return {Intern({TestKind::kPresent, slot_of_(presence->path), 0}), !presence->set};
  }
  if (const auto* comparison = std::get_if<dsl::Comparison>(&condition.node)) {
    return {Intern(Compare(*comparison)), comparison->op == CompareOp::kNotEqual};
  }
  if (const auto* member = std::get_if<dsl::Membership>(&condition.node)) {
    return {Intern(Member(*member)), member->negated};
  }
  if (const auto* test = std::get_if<dsl::TextTest>(&condition.node)) return {Intern(TextTest(*test)), false};
  const auto& clock = std::get<dsl::ClockTest>(condition.node);
  atoms_.clocks_.emplace_back(clock, atoms_.zones_.Get(std::string(clock.zone.value)));
  return {Intern({TestKind::kClock, 0, static_cast<uint32_t>(atoms_.clocks_.size() - 1)}), clock.negated};
}

Atom AtomBuilder::Compare(const dsl::Comparison& comparison) {
  const uint32_t slot = slot_of_(comparison.path);
  if (const auto* text = std::get_if<dsl::Text>(&comparison.constant)) {
    return {TestKind::kTextEqual, slot, TextOperand(text->value)};
  }
  const auto* integer = std::get_if<dsl::Integer>(&comparison.constant);
  const uint32_t operand =
      NumberOperand(integer != nullptr ? integer->value : std::get<dsl::Timestamp>(comparison.constant).unix_ms);
  switch (comparison.op) {
    case CompareOp::kEqual:
    case CompareOp::kNotEqual: break;
    case CompareOp::kLess: return {TestKind::kNumberLess, slot, operand};
    case CompareOp::kLessEqual: return {TestKind::kNumberLessEqual, slot, operand};
    case CompareOp::kGreater: return {TestKind::kNumberGreater, slot, operand};
    case CompareOp::kGreaterEqual: return {TestKind::kNumberGreaterEqual, slot, operand};
  }
  return {TestKind::kNumberEqual, slot, operand};
}

Atom AtomBuilder::Texts(const std::vector<std::string_view>& items, uint32_t slot, bool named) {
  std::vector<std::string_view> sorted = items;
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  std::vector<std::pair<std::string_view, std::string_view>> keys;
  keys.reserve(sorted.size());
  for (std::string_view text : sorted) keys.emplace_back(text, std::string_view());
  atoms_.text_sets_.emplace_back(keys);
  atoms_.text_set_named_.push_back(named);
  return {TestKind::kTextIn, slot, static_cast<uint32_t>(atoms_.text_sets_.size() - 1)};
}

Atom AtomBuilder::Numbers(const dsl::IntegerList& list, uint32_t slot, bool named) {
  std::vector<int64_t> numbers;
  numbers.reserve(list.items.size());
  for (const dsl::Integer& item : list.items) numbers.push_back(item.value);
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  atoms_.number_sets_.push_back(std::move(numbers));
  atoms_.number_set_named_.push_back(named);
  return {TestKind::kNumberIn, slot, static_cast<uint32_t>(atoms_.number_sets_.size() - 1)};
}

Atom AtomBuilder::NamedSet(const dsl::ListName& name, uint32_t slot) {
  const bool is_table = name.table != dsl::kUnresolved;
  const auto [known, is_new] = (is_table ? tables_ : lists_).try_emplace(is_table ? name.table : name.let);
  if (is_new) {
    std::vector<std::string_view> texts;
    if (is_table) {
      for (const dsl::TableEntry& entry : policy_.tables[name.table].entries()) texts.push_back(entry.key.value);
      known->second = Texts(texts, slot, true);
    } else if (const auto* integers = std::get_if<dsl::IntegerList>(&policy_.lets[name.let].value)) {
      known->second = Numbers(*integers, slot, true);
    } else {
      for (const dsl::Text& item : std::get<dsl::TextList>(policy_.lets[name.let].value).items) {
        texts.push_back(item.value);
      }
      known->second = Texts(texts, slot, true);
    }
  }
  Atom atom = known->second;
  atom.slot = slot;
  return atom;
}

Atom AtomBuilder::Member(const dsl::Membership& member) {
  const uint32_t slot = slot_of_(member.path);
  if (const auto* share = std::get_if<dsl::Share>(&member.set)) {
    const Atoms::ShareTest test{std::string(member.path.text), std::string(share->salt), share->from, share->to};
    if (atoms_.shares_.empty() || !(atoms_.shares_.back() == test)) atoms_.shares_.push_back(test);
    return {TestKind::kShare, slot, static_cast<uint32_t>(atoms_.shares_.size() - 1)};
  }
  if (const auto* name = std::get_if<dsl::ListName>(&member.set)) return NamedSet(*name, slot);
  if (const auto* integers = std::get_if<dsl::IntegerList>(&member.set)) return Numbers(*integers, slot, false);
  std::vector<std::string_view> texts;
  for (const dsl::Text& item : std::get<dsl::TextList>(member.set).items) texts.push_back(item.value);
  return Texts(texts, slot, false);
}

Atom AtomBuilder::TextTest(const dsl::TextTest& test) {
  const uint32_t slot = slot_of_(test.path);
  const std::string_view text = test.text.value;
  switch (test.op) {
    case dsl::TextOp::kStartsWith: break;
    case dsl::TextOp::kEndsWith: return {TestKind::kEndsWith, slot, TextOperand(text)};
    // One kind serves both types: a list is asked for an item, a text for a part.
    case dsl::TextOp::kContains: return {TestKind::kContains, slot, TextOperand(text)};
    case dsl::TextOp::kLike: {
      const auto [known, is_new] = globs_.try_emplace(text, static_cast<uint32_t>(atoms_.globs_.size()));
      if (is_new) atoms_.globs_.emplace_back(text);
      return {TestKind::kLike, slot, known->second};
    }
    case dsl::TextOp::kMatches: {
      const auto [known, is_new] = patterns_.try_emplace(text, static_cast<uint32_t>(atoms_.patterns_.size()));
      if (is_new) {
        RE2::Options options;
        options.set_log_errors(false);
        atoms_.patterns_.push_back(std::make_unique<RE2>(re2::StringPiece(text.data(), text.size()), options));
      }
      return {TestKind::kMatches, slot, known->second};
    }
  }
  return {TestKind::kStartsWith, slot, TextOperand(text)};
}

}  // namespace keyrule::evaluator
