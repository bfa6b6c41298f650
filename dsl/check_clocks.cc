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
  const auto [at, is_new] = zones_.try_emplace(zone.value, true);
  if (is_new) at->second = IsKnownZone(zone.value);
  if (at->second) return true;
  Error(Code::KR0016, zone.span, Cat({Tick(zone.value), " is not a time zone"}),
        GuessZone(zone.value));
  return false;
}

void AtomCheck::CheckRange(ClockField field, const MomentRange& range) {
  const bool one = range.first.span.begin == range.last.span.begin;
  // A weekday or date alone is a whole day; a time of day alone is a moment that no call meets. (What
  // is no time of day has been said.)
  const bool moment = one && MsSinceMidnight(check_.sources.TextOf(range.first.span)).has_value();
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
  check_.Error(Code::KR0204, clock.ranges.front().first.span,
               Cat({Tick(Spelling(*clock.compare)), " does not apply to a weekday"}),
               "operators of a weekday: ==, !=, in, not in");
}

}  // namespace keyrule::dsl
