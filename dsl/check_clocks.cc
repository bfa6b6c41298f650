#include <date/tz.h>

#include <cstdint>

#include "dsl/check_atoms.h"
#include "dsl/literal.h"
#include "dsl/suggest.h"
#include "dsl/wording.h"

namespace keyrule::dsl {
namespace {

bool IsKnownZone(const std::string& name) {
  try {
    return date::locate_zone(name) != nullptr;
  } catch (const std::exception&) {
    return false;
  }
}

// The comparison that stands in front of `operand`.
Span OperatorBefore(const Sources& sources, const Span& operand) {
  const std::string_view text = sources.at(operand.source).text().substr(0, operand.begin);
  const size_t last = text.find_last_of("<>=");
  if (last == std::string_view::npos) return operand;
  const bool two = last > 0 && std::string_view("<>=!").find(text[last - 1]) != text.npos;
  return {operand.source, static_cast<uint32_t>(last - (two ? 1 : 0)),
          static_cast<uint32_t>(last + 1)};
}

std::string GuessZone(std::string_view name) {
  try {
    std::vector<std::string_view> names;
    for (const date::time_zone& zone : date::get_tzdb().zones) names.push_back(zone.name());
    const std::string_view nearest = Nearest(name, names);
    if (!nearest.empty()) return Cat({"did you mean `", nearest, "`?"});
  } catch (const std::exception&) {
    return "this system has no time zone data";
  }
  return "write an IANA name such as `Europe/Berlin`";
}

}  // namespace

bool Check::ZoneIsKnown(const Text& zone) {
  const auto [at, is_new] = zones_.try_emplace(std::string(zone.value), true);
  if (is_new) at->second = IsKnownZone(std::string(zone.value));
  if (at->second) return true;
  Error(Code::KR0016, zone.span, Cat({Tick(zone.value), " is not a time zone"}),
        GuessZone(zone.value));
  return false;
}

void AtomCheck::CheckRange(ClockField field, const MomentRange& range) {
  const bool one = range.first.span.begin == range.last.span.begin;
  if (!range.first.valid || !range.last.valid) return;  // that has been said
  // A weekday or date alone is a whole day; a time of day alone is a moment that no call meets.
  const bool moment = one && field == ClockField::kTime;
  const bool empty = field == ClockField::kTime   ? moment || (!one && range.first.value == range.last.value)
                     : field == ClockField::kDate ? range.first.value > range.last.value
                                                  : false;
  if (!empty) return;
  Span span = range.first.span;
  span.end = range.last.span.end;
  check_.Error(Code::KR0206, span,
               Cat({"`", check_.sources.TextOf(range.first.span), "..",
                    check_.sources.TextOf(range.last.span), "` is empty"}),
               moment ? "write a range such as `09:00..17:00`" : "");
}

void AtomCheck::Take(const ClockTest& clock) {
  check_.ZoneIsKnown(clock.zone);
  if (!clock.compare) {
    for (const MomentRange& range : clock.ranges) CheckRange(clock.field, range);
    return;
  }
  if (clock.field != ClockField::kWeekday || KindOf(*clock.compare) == OperatorKind::kEquality) {
    return;
  }
  check_.Error(Code::KR0204, OperatorBefore(check_.sources, clock.ranges.front().first.span),
               Cat({Tick(Spelling(*clock.compare)), " does not apply to a weekday"}),
               "operators of a weekday: ==, !=, in, not in");
}

}  // namespace keyrule::dsl
