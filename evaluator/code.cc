#include "evaluator/code.h"

#include <re2/re2.h>

#include <algorithm>

#include "evaluator/hash.h"

namespace keyrule::evaluator {

using dsl::CompareOp;
using dsl::Condition;

namespace {

// A named condition of more tests than this stands once in the code; smaller ones are written out
// where they are named. So the code grows with the text, however conditions name each other.
constexpr size_t kMostWrittenOut = 8;

const std::vector<Condition>* TermsOf(const Condition& condition) {
  if (const auto* all = std::get_if<dsl::All>(&condition.node)) return &all->terms;
  if (const auto* any = std::get_if<dsl::Any>(&condition.node)) return &any->terms;
  if (const auto* negation = std::get_if<dsl::Not>(&condition.node)) return &negation->term;
  return nullptr;
}

}  // namespace

Code::Code() = default;
Code::~Code() = default;
Code::Code(Code&&) noexcept = default;
Code& Code::operator=(Code&&) noexcept = default;

Jump Code::Add(const Condition& condition, const dsl::Policy& policy, const SlotOf& slot_of) {
  policy_ = &policy;
  slot_of_ = &slot_of;
  const Jump entry = Emit(condition, kJumpTrue, kJumpFalse);
  policy_ = nullptr;
  slot_of_ = nullptr;
  return entry;
}

uint32_t Code::AddText(std::string_view text) {
  texts_.push_back(text);
  return static_cast<uint32_t>(texts_.size() - 1);
}

// How many tests `condition` is written as; a little more than the most is enough to know.
size_t Code::Weigh(const Condition& condition) {
  if (const std::vector<Condition>* terms = TermsOf(condition)) {
    size_t tests = 0;
    for (const Condition& term : *terms) {
      tests += Weigh(term);
      if (tests > kMostWrittenOut) break;
    }
    return tests;
  }
  const auto* bare = std::get_if<dsl::Bare>(&condition.node);
  return bare == nullptr || bare->let == dsl::kUnresolved ? 1 : WeighLet(bare->let);
}

size_t Code::WeighLet(uint32_t let) {
  if (const auto known = let_weights_.find(let); known != let_weights_.end()) return known->second;
  const size_t tests = Weigh(std::get<Condition>(policy_->lets[let].value));
  return let_weights_[let] = tests > kMostWrittenOut ? 1 : tests;
}

// Tests are emitted last to first, so that each knows where its successors start; the depth of the recursion is bounded
// by the parser's limit on nesting and by the acyclic lets.
Jump Code::EmitLet(uint32_t let, Jump yes, Jump no) {
  const auto& condition = std::get<Condition>(policy_->lets[let].value);
  auto known = let_named_.find(let);
  if (known == let_named_.end()) {
    if (Weigh(condition) <= kMostWrittenOut) return Emit(condition, yes, no);
    const Jump begin = Emit(condition, kJumpTrue, kJumpFalse);
    named_.push_back(begin);
    known = let_named_.emplace(let, static_cast<uint32_t>(named_.size() - 1)).first;
  }
  Test test{.kind = TestKind::kNamed, .operand = known->second};
  test.then_to = yes;
  test.else_to = no;
  tests_.push_back(test);
  return static_cast<Jump>(tests_.size() - 1);
}

Jump Code::Emit(const Condition& condition, Jump yes, Jump no) {
  if (const auto known = atoms_.find(&condition); known != atoms_.end()) {
    return EmitAtom(condition, tests_[known->second.first], known->second.second, yes, no);
  }
  if (const auto* all = std::get_if<dsl::All>(&condition.node)) {
    Jump entry = yes;
    for (auto term = all->terms.rbegin(); term != all->terms.rend(); ++term) {
      entry = Emit(*term, entry, no);
    }
    return entry;
  }
  if (const auto* any = std::get_if<dsl::Any>(&condition.node)) {
    Jump entry = no;
    for (auto term = any->terms.rbegin(); term != any->terms.rend(); ++term) {
      entry = Emit(*term, yes, entry);
    }
    return entry;
  }
  if (const auto* negation = std::get_if<dsl::Not>(&condition.node)) {
    return Emit(negation->term.front(), no, yes);
  }
  if (const auto* bare = std::get_if<dsl::Bare>(&condition.node)) {
    if (bare->let != dsl::kUnresolved) {
      return EmitLet(bare->let, yes, no);
    }
    return EmitAtom(condition, {.kind = TestKind::kTrue, .slot = (*slot_of_)(bare->path)}, false,
                    yes, no);
  }
  if (const auto* presence = std::get_if<dsl::Presence>(&condition.node)) {
    return EmitAtom(condition, {.kind = TestKind::kPresent, .slot = (*slot_of_)(presence->path)},
                    !presence->set, yes, no);
  }
  if (const auto* comparison = std::get_if<dsl::Comparison>(&condition.node)) {
    Test test{.kind = TestKind::kNumberEqual, .slot = (*slot_of_)(comparison->path)};
    if (const auto* text = std::get_if<dsl::Text>(&comparison->constant)) {
      test.kind = TestKind::kTextEqual;
      test.operand = AddText(text->value);
      return EmitAtom(condition, test, comparison->op == CompareOp::kNotEqual, yes, no);
    }
    const auto* integer = std::get_if<dsl::Integer>(&comparison->constant);
    const int64_t number =
        integer ? integer->value : std::get<dsl::Timestamp>(comparison->constant).unix_ms;
    numbers_.push_back(number);
    test.operand = static_cast<uint32_t>(numbers_.size() - 1);
    switch (comparison->op) {
      case CompareOp::kEqual:
      case CompareOp::kNotEqual: break;
      case CompareOp::kLess: test.kind = TestKind::kNumberLess; break;
      case CompareOp::kLessEqual: test.kind = TestKind::kNumberLessEqual; break;
      case CompareOp::kGreater: test.kind = TestKind::kNumberGreater; break;
      case CompareOp::kGreaterEqual: test.kind = TestKind::kNumberGreaterEqual; break;
    }
    return EmitAtom(condition, test, comparison->op == CompareOp::kNotEqual, yes, no);
  }
  if (const auto* member = std::get_if<dsl::Membership>(&condition.node)) {
    return EmitMembership(condition, *member, yes, no);
  }
  if (const auto* text_test = std::get_if<dsl::TextTest>(&condition.node)) {
    return EmitTextTest(condition, *text_test, yes, no);
  }
  const auto& clock = std::get<dsl::ClockTest>(condition.node);
  clocks_.emplace_back(clock, zones_.Get(clock.zone.value));
  return EmitAtom(condition,
                  {.kind = TestKind::kClock, .operand = static_cast<uint32_t>(clocks_.size() - 1)},
                  clock.negated, yes, no);
}

Jump Code::EmitMembership(const Condition& condition, const dsl::Membership& member, Jump yes,
                          Jump no) {
  Test test{.kind = TestKind::kTextIn, .slot = (*slot_of_)(member.path)};
  const auto* set = &member.set;
  const dsl::TextList* texts = std::get_if<dsl::TextList>(set);
  const dsl::IntegerList* integers = std::get_if<dsl::IntegerList>(set);
  std::vector<std::pair<std::string_view, std::string_view>> keys;
  if (const auto* share = std::get_if<dsl::Share>(set)) {
    shares_.push_back({member.path.text, share->salt, share->from, share->to});
    test.kind = TestKind::kShare;
    test.operand = static_cast<uint32_t>(shares_.size() - 1);
    return EmitAtom(condition, test, member.negated, yes, no);
  }
  uint32_t* operand = nullptr;  // of a named set: many conditions may name a large one
  if (const auto* name = std::get_if<dsl::ListName>(set)) {
    const bool is_table = name->table != dsl::kUnresolved;
    const auto [known, is_new] = (is_table ? table_sets_ : list_sets_)
                                     .try_emplace(is_table ? name->table : name->let, 0);
    operand = &known->second;
    if (!is_new) {
      const bool numbers =
          !is_table && std::holds_alternative<dsl::IntegerList>(policy_->lets[name->let].value);
      if (numbers) test.kind = TestKind::kNumberIn;
      test.operand = *operand;
      return EmitAtom(condition, test, member.negated, yes, no);
    }
    if (is_table) {
      for (const dsl::TableEntry& entry : policy_->tables[name->table].entries()) {
        keys.emplace_back(entry.key.value, std::string_view());
      }
    } else {
      const auto& value = policy_->lets[name->let].value;
      texts = std::get_if<dsl::TextList>(&value);
      integers = std::get_if<dsl::IntegerList>(&value);
    }
  }
  if (integers != nullptr) {
    std::vector<int64_t> numbers;
    for (const dsl::Integer& item : integers->items) numbers.push_back(item.value);
    std::sort(numbers.begin(), numbers.end());
    number_sets_.push_back(std::move(numbers));
    test.kind = TestKind::kNumberIn;
    test.operand = static_cast<uint32_t>(number_sets_.size() - 1);
    if (operand != nullptr) *operand = test.operand;
    return EmitAtom(condition, test, member.negated, yes, no);
  }
  if (texts != nullptr) {
    for (const dsl::Text& item : texts->items) keys.emplace_back(item.value, std::string_view());
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  }
  text_sets_.emplace_back(keys);
  test.operand = static_cast<uint32_t>(text_sets_.size() - 1);
  if (operand != nullptr) *operand = test.operand;
  return EmitAtom(condition, test, member.negated, yes, no);
}

Jump Code::EmitTextTest(const Condition& condition, const dsl::TextTest& text_test, Jump yes,
                        Jump no) {
  Test test{.kind = TestKind::kStartsWith, .slot = (*slot_of_)(text_test.path)};
  const std::string& text = text_test.text.value;
  switch (text_test.op) {
    case dsl::TextOp::kStartsWith: test.operand = AddText(text); break;
    case dsl::TextOp::kEndsWith:
      test.kind = TestKind::kEndsWith;
      test.operand = AddText(text);
      break;
    case dsl::TextOp::kContains:
      // One kind serves both types: a list is asked for an item, a text for a part.
      test.kind = TestKind::kContains;
      test.operand = AddText(text);
      break;
    case dsl::TextOp::kLike:
      test.kind = TestKind::kLike;
      globs_.emplace_back(text);
      test.operand = static_cast<uint32_t>(globs_.size() - 1);
      break;
    case dsl::TextOp::kMatches: {
      RE2::Options options;
      options.set_log_errors(false);
      patterns_.push_back(std::make_unique<RE2>(text, options));
      test.kind = TestKind::kMatches;
      test.operand = static_cast<uint32_t>(patterns_.size() - 1);
      break;
    }
  }
  return EmitAtom(condition, test, false, yes, no);
}

Jump Code::EmitAtom(const Condition& condition, Test test, bool negated, Jump yes, Jump no) {
  test.then_to = negated ? no : yes;
  test.else_to = negated ? yes : no;
  tests_.push_back(test);
  const auto index = static_cast<uint32_t>(tests_.size() - 1);
  atoms_.try_emplace(&condition, index, negated);
  return static_cast<Jump>(index);
}

bool Code::AtomHolds(const Condition& atom, std::span<const Value> values,
                     int64_t now_ms) const noexcept {
  auto it = atoms_.find(&atom);
  if (it == atoms_.end()) return false;
  const auto [index, negated] = it->second;
  const Test& test = tests_[index];
  return Holds(test, values[test.slot], now_ms) != negated;
}

bool Code::Holds(const Test& test, const Value& value, int64_t now_ms) const noexcept {
  if (test.kind == TestKind::kClock) return clocks_[test.operand].Holds(now_ms);
  if (value.absent()) return false;
  switch (test.kind) {
    case TestKind::kPresent: return true;
    case TestKind::kTextEqual: return value.text() == texts_[test.operand];
    case TestKind::kTextIn: return text_sets_[test.operand].Has(value.text());
    case TestKind::kStartsWith: return value.text().starts_with(texts_[test.operand]);
    case TestKind::kEndsWith: return value.text().ends_with(texts_[test.operand]);
    case TestKind::kContains:
      if (value.kind() == ValueKind::kList) {
        const auto items = value.list();
        return std::find(items.begin(), items.end(), texts_[test.operand]) != items.end();
      }
      return value.text().find(texts_[test.operand]) != std::string_view::npos;
    case TestKind::kLike: return globs_[test.operand].Matches(value.text());
    case TestKind::kMatches: {
      const std::string_view text = value.text();
      return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *patterns_[test.operand]);
    }
    case TestKind::kNumberEqual: return value.number() == numbers_[test.operand];
    case TestKind::kNumberLess: return value.number() < numbers_[test.operand];
    case TestKind::kNumberLessEqual: return value.number() <= numbers_[test.operand];
    case TestKind::kNumberGreater: return value.number() > numbers_[test.operand];
    case TestKind::kNumberGreaterEqual: return value.number() >= numbers_[test.operand];
    case TestKind::kNumberIn: {
      const std::vector<int64_t>& set = number_sets_[test.operand];
      return std::binary_search(set.begin(), set.end(), value.number());
    }
    case TestKind::kTrue: return value.number() == 1;
    case TestKind::kShare: {
      const ShareTest& share = shares_[test.operand];
      const uint64_t hash =
          value.is_number()
              ? Hash({"share", share.path, share.salt, Decimal(value.number()).view()})
              : Hash({"share", share.path, share.salt, value.text()});
      const uint64_t bucket = Scale(hash, 10'000);
      return share.from <= bucket && bucket < share.to;
    }
    case TestKind::kClock:  // answered above
    case TestKind::kNamed: break;  // by Run
  }
  return false;
}

}  // namespace keyrule::evaluator
