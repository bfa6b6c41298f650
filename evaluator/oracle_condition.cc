#include "evaluator/oracle_condition.h"

#include <cctz/civil_time.h>
#include <cctz/time_zone.h>
#include <re2/re2.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "evaluator/oracle_math.h"

namespace keyrule::evaluator::oracle {
namespace {

// Tries every way to cut the text; patterns in tests are short.
bool Like(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern.front() == '*') {
    for (size_t i = 0; i <= text.size(); ++i) {
      if (Like(pattern.substr(1), text.substr(i))) return true;
    }
    return false;
  }
  if (pattern.size() > 1 && pattern[0] == '\\' && pattern[1] == '*') pattern.remove_prefix(1);
  return !text.empty() && text.front() == pattern.front() &&
         Like(pattern.substr(1), text.substr(1));
}

bool Compare(int64_t a, dsl::CompareOp op, int64_t b) {
  switch (op) {
    case dsl::CompareOp::kEqual: return a == b;
    case dsl::CompareOp::kNotEqual: return a != b;
    case dsl::CompareOp::kLess: return a < b;
    case dsl::CompareOp::kLessEqual: return a <= b;
    case dsl::CompareOp::kGreater: return a > b;
    case dsl::CompareOp::kGreaterEqual: return a >= b;
  }
  return false;
}

bool IsIn(const Value& value, const dsl::TextList& list) {
  return std::any_of(list.items.begin(), list.items.end(),
                     [&](const dsl::Text& item) { return item.value == value.text(); });
}

bool IsIn(const Value& value, const dsl::IntegerList& list) {
  return std::any_of(list.items.begin(), list.items.end(),
                     [&](const dsl::Integer& item) { return item.value == value.number(); });
}

bool IsMember(const dsl::Membership& member, const Value& value, const dsl::Policy& policy) {
  if (value.absent()) return false;
  if (const auto* share = std::get_if<dsl::Share>(&member.set)) {
    const std::string text = value.is_number() ? std::to_string(value.number())
                                               : std::string(value.text());
    const uint64_t bucket = Share(Hash({"share", std::string(member.path.text), std::string(share->salt), text}), 10'000);
    return share->from <= bucket && bucket < share->to;
  }
  if (const auto* texts = std::get_if<dsl::TextList>(&member.set)) return IsIn(value, *texts);
  if (const auto* numbers = std::get_if<dsl::IntegerList>(&member.set)) return IsIn(value, *numbers);
  const auto& name = std::get<dsl::ListName>(member.set);
  if (name.table != dsl::kUnresolved) {
    const auto& entries = policy.tables[name.table].entries();
    return std::any_of(entries.begin(), entries.end(), [&](const dsl::TableEntry& entry) {
      return entry.key.value == value.text();
    });
  }
  const auto& list = policy.lets[name.let].value;
  if (const auto* texts = std::get_if<dsl::TextList>(&list)) return IsIn(value, *texts);
  if (const auto* numbers = std::get_if<dsl::IntegerList>(&list)) return IsIn(value, *numbers);
  return false;
}

bool Passes(const dsl::TextTest& test, const Value& value) {
  const std::string wanted(test.text.value);
  if (value.kind() == ValueKind::kList) {
    return std::find(value.list().begin(), value.list().end(), wanted) != value.list().end();
  }
  const std::string text(value.text());
  if (text.empty()) return false;
  switch (test.op) {
    case dsl::TextOp::kStartsWith: return text.rfind(wanted, 0) == 0;
    case dsl::TextOp::kEndsWith:
      return text.size() >= wanted.size() && text.substr(text.size() - wanted.size()) == wanted;
    case dsl::TextOp::kContains: return text.find(wanted) != std::string::npos;
    case dsl::TextOp::kLike: return Like(wanted, text);
    case dsl::TextOp::kMatches: return RE2::PartialMatch(text, RE2(wanted, RE2::Quiet));
  }
  return false;
}

bool Ticks(const dsl::ClockTest& test, int64_t now_ms) {
  const int64_t second = now_ms / 1000 - (now_ms % 1000 < 0 ? 1 : 0);
  cctz::time_zone zone;
  cctz::load_time_zone(std::string(test.zone.value), &zone);
  const cctz::civil_second local = cctz::convert(cctz::time_point<cctz::seconds>(cctz::seconds(second)), zone);
  const cctz::civil_day day(local);
  int64_t now = 0;
  if (test.field == dsl::ClockField::kTime) now = (local - cctz::civil_second(day)) * 1000 + (now_ms - second * 1000);
  if (test.field == dsl::ClockField::kWeekday) now = static_cast<int64_t>(cctz::get_weekday(day));
  if (test.field == dsl::ClockField::kDate) now = day - cctz::civil_day(1970, 1, 1);
  if (test.compare) return Compare(now, *test.compare, test.ranges.front().first.value);
  const bool half_open = test.field == dsl::ClockField::kTime;
  const bool inside = std::any_of(
      test.ranges.begin(), test.ranges.end(), [&](const dsl::MomentRange& range) {
        const int64_t first = range.first.value;
        const int64_t last = range.last.value;
        const bool before_end = half_open ? now < last : now <= last;
        const bool wraps = half_open ? first >= last : first > last;
        return wraps ? now >= first || before_end : now >= first && before_end;
      });
  return inside != test.negated;
}

// What named conditions were found to be: each is looked at once.
using Known = std::map<uint32_t, bool>;

bool Holds(const dsl::Condition& condition, const dsl::Policy& policy, const Lookup& lookup,
           int64_t now_ms, Known& known) {
  const auto holds = [&](const dsl::Condition& term) {
    return Holds(term, policy, lookup, now_ms, known);
  };
  return std::visit(
      dsl::Overloaded{
          [&](const dsl::All& all) {
            return std::all_of(all.terms.begin(), all.terms.end(), holds);
          },
          [&](const dsl::Any& any) {
            return std::any_of(any.terms.begin(), any.terms.end(), holds);
          },
          [&](const dsl::Not& negation) { return !holds(negation.term.front()); },
          [&](const dsl::Bare& bare) {
            if (bare.let == dsl::kUnresolved) return lookup(bare.path).number() == 1;
            const auto found = known.find(bare.let);
            if (found != known.end()) return found->second;
            return known[bare.let] = holds(std::get<dsl::Condition>(policy.lets[bare.let].value));
          },
          [&](const dsl::Presence& presence) {
            return lookup(presence.path).absent() != presence.set;
          },
          [&](const dsl::Comparison& comparison) {
            const Value value = lookup(comparison.path);
            if (value.absent()) return comparison.op == dsl::CompareOp::kNotEqual;
            if (const auto* text = std::get_if<dsl::Text>(&comparison.constant)) {
              const bool equal = value.text() == text->value;
              return equal == (comparison.op == dsl::CompareOp::kEqual);
            }
            const auto* number = std::get_if<dsl::Integer>(&comparison.constant);
            return Compare(value.number(), comparison.op,
                           number != nullptr
                               ? number->value
                               : std::get<dsl::Timestamp>(comparison.constant).unix_ms);
          },
          [&](const dsl::Membership& member) {
            return IsMember(member, lookup(member.path), policy) != member.negated;
          },
          [&](const dsl::TextTest& test) { return Passes(test, lookup(test.path)); },
          [&](const dsl::ClockTest& test) { return Ticks(test, now_ms); }},
      condition.node);
}

}  // namespace

bool Holds(const dsl::Condition& condition, const dsl::Policy& policy, const Lookup& lookup,
           int64_t now_ms) {
  Known known;
  return Holds(condition, policy, lookup, now_ms, known);
}

}  // namespace keyrule::evaluator::oracle
