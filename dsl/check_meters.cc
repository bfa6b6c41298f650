#include "dsl/check.h"
#include "dsl/wording.h"

namespace keyrule::dsl {
namespace {

bool IsCalendar(LimitPeriod period) {
  return period == LimitPeriod::kDay || period == LimitPeriod::kMonth;
}

void CheckLimits(Check& check, const Meter& meter, bool& said_tokens) {
  for (const Limit& limit : meter.limits) {
    if (limit.zone && check.ZoneIsKnown(*limit.zone) && !IsCalendar(limit.period)) {
      check.Error(Code::KR0204, limit.zone->span,
                  Cat({"a zone does not apply to a ", check.sources.TextOf(limit.period_span)}),
                  "days and months begin by a clock; leave out the zone of shorter periods");
    }
    if (limit.unit == LimitUnit::kUsd && !meter.is_budget) {
      check.Error(Code::KR0307, limit.span, "a quota counts requests and tokens, not usd",
                  "write `budget`");
    }
    if (limit.unit == LimitUnit::kUsd && limit.period == LimitPeriod::kAtOnce) {
      // What a call costs is known when it is over, so that such a limit would never hold.
      check.Error(Code::KR0010, limit.period_span, "expected `per`, found `at once`",
                  "usd are counted over a time: `limit 50.00 usd per month`; at once count requests");
    }
    if (limit.unit == LimitUnit::kTokens && !said_tokens) {
      said_tokens = true;
      check.Warn(Code::KR0309, limit.span,
                 "the schema has no `request.tokens`; tokens count only after the call");
    }
  }
}

}  // namespace

void CheckMeters(Check& check) {
  const Policy& policy = check.policy;
  bool said_tokens =
      check.loading.lost.schema() || policy.FindSlot("request.tokens") != kUnresolved;
  for (const Meter& meter : policy.meters) {
    if (!meter.is_budget && meter.members.empty()) {
      check.Error(Code::KR0305, meter.name.span, "a quota names the credentials that share it",
                  "add members, or write `budget` for a limit of your own");
    }
    if (meter.limits.empty()) {
      check.Error(Code::KR0306, meter.name.span, Cat({Tick(meter.name.text), " has no limit"}),
                  "add `limit 100 requests per minute`");
    }
    if (meter.each) check.HasOneValue(*meter.each);
    CheckLimits(check, meter, said_tokens);
  }
}

}  // namespace keyrule::dsl
