#include <utility>

#include "dsl/literal.h"
#include "dsl/lowering.h"
#include "dsl/wording.h"

namespace keyrule::dsl {
namespace {

struct FieldWords {
  std::string_view name;
  std::string_view help;
};

FieldWords WordsOf(ClockField field) {
  switch (field) {
    case ClockField::kTime:
      return {"a time of day", "times run from 00:00 to 24:00"};
    case ClockField::kWeekday:
      return {"a weekday", "days are mon tue wed thu fri sat sun"};
    case ClockField::kDate:
      break;
  }
  return {"a date", "dates are days of the calendar, such as 2026-12-24"};
}

std::optional<int64_t> MomentValue(NodeView node, ClockField field) {
  const TokenKind kind = node.token();
  switch (field) {
    case ClockField::kTime:
      if (kind == TokenKind::kClockTime) return MsSinceMidnight(node.text());
      break;
    case ClockField::kWeekday:
      if (IsWord(kind)) {
        return static_cast<int64_t>(kind) - static_cast<int64_t>(TokenKind::word_mon);
      }
      break;
    case ClockField::kDate:
      if (kind == TokenKind::kCalendar) return DaysSinceEpoch(node.text());
      break;
  }
  return std::nullopt;
}

}  // namespace

ClockTest Lowering::LowerClock(NodeView node) {
  Children children = node.children();
  ClockTest test;
  switch (children.Take(NodeKind::kClockField).token()) {
    case TokenKind::word_weekday:
      test.field = ClockField::kWeekday;
      break;
    case TokenKind::word_date:
      test.field = ClockField::kDate;
      break;
    default:
      test.field = ClockField::kTime;
  }
  test.negated = node.Has(TokenKind::word_not);
  if (children.Is(NodeKind::kCompare)) {
    test.compare = LowerCompare(children.Take());
    const Moment moment = LowerMoment(children.Take(NodeKind::kMoment), test.field);
    test.ranges.push_back({moment, moment});
  }
  while (children.Is(NodeKind::kSpan)) {
    test.ranges.push_back(LowerSpan(children.Take(), test.field));
  }
  test.zone = LowerText(children.Take(NodeKind::kZone).children().Take(NodeKind::kText));
  return test;
}

MomentRange Lowering::LowerSpan(NodeView node, ClockField field) {
  Children children = node.children();
  const size_t errors = diagnostics_.errors();
  const Moment first = LowerMoment(children.Take(NodeKind::kMoment), field);
  // A range of the wrong kind is one mistake, not two.
  const bool alone = children.done() || diagnostics_.errors() > errors;
  return {first, alone ? first : LowerMoment(children.Take(), field)};
}

Moment Lowering::LowerMoment(NodeView node, ClockField field) {
  const std::optional<int64_t> value = MomentValue(node, field);
  if (!value) {
    const FieldWords words = WordsOf(field);
    diagnostics_.Add(Code::KR0016, node.span(), Cat({Tick(node.text()), " is not ", words.name}),
                     std::string(words.help));
  }
  return {value.value_or(0), node.span(), value.has_value()};
}

}  // namespace keyrule::dsl
