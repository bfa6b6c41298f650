#include "evaluator/oracle_meters.h"

#include <cctz/time_zone.h>

#include <chrono>

namespace keyrule::evaluator::oracle {
namespace {

using dsl::LimitPeriod;

// "2026-01-05" in the zone; a month is its first seven characters.
std::string DayOf(const dsl::Limit& limit, int64_t at_ms) {
  cctz::time_zone zone;
  cctz::load_time_zone(std::string(limit.zone ? limit.zone->value.view() : "UTC"), &zone);
  return cctz::format("%F", std::chrono::system_clock::time_point(std::chrono::milliseconds(at_ms)), zone);
}

// Whether what was charged at `then` still counts at `now`.
bool Counts(const dsl::Limit& limit, int64_t then, int64_t now) {
  const auto slots = [&](int64_t slots_per_second, int64_t seconds_per_slot) {
    const auto slot = [&](int64_t ms) { return ms * slots_per_second / (1000 * seconds_per_slot); };
    return slot(now) - slot(then) <= 60;
  };
  switch (limit.period) {
    case LimitPeriod::kAtOnce: return true;
    case LimitPeriod::kSecond: return slots(60, 1);
    case LimitPeriod::kMinute: return slots(1, 1);
    case LimitPeriod::kHour: return slots(1, 60);
    case LimitPeriod::kDay: return DayOf(limit, then) == DayOf(limit, now);
    case LimitPeriod::kMonth:
      return DayOf(limit, then).substr(0, 7) == DayOf(limit, now).substr(0, 7);
  }
  return false;
}

}  // namespace

int64_t Ledger::Used(const dsl::Limit& limit, const std::string& key, int64_t now_ms) const {
  int64_t used = 0;  // or the most that a number can say
  for (const Entry& entry : entries_) {
    if (entry.key != key || !Counts(limit, entry.at_ms, now_ms)) continue;
    if (__builtin_add_overflow(used, entry.amount, &used)) return INT64_MAX;
  }
  return used;
}

bool Ledger::Fits(const dsl::Limit& limit, const std::string& key, int64_t need,
                  int64_t now_ms) const {
  const int64_t used = Used(limit, key, now_ms);
  if (need == 0) return used < limit.amount;
  int64_t then = 0;
  return !__builtin_add_overflow(used, need, &then) && then <= limit.amount;
}

size_t Ledger::Charge(const dsl::Limit& limit, const std::string& key, int64_t amount,
                      int64_t now_ms) {
  entries_.push_back({limit.unit, limit.period == LimitPeriod::kAtOnce, key, amount, now_ms});
  return entries_.size() - 1;
}

void Ledger::Settle(size_t number, const Report& report) {
  Entry& entry = entries_[number];
  if (entry.at_once) {
    entry.amount = 0;
  } else if (entry.unit == dsl::LimitUnit::kUsd) {
    entry.amount = report.cost_micro_usd;
  } else if (entry.unit == dsl::LimitUnit::kTokens) {
    if (report.outcome == Outcome::kCallerError) entry.amount = 0;
    if (report.tokens > 0) entry.amount = report.tokens;
  }
}

}  // namespace keyrule::evaluator::oracle
