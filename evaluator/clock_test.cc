#include "evaluator/clock_test.h"

#include <cctz/civil_time.h>
#include <cctz/time_zone.h>

#include <algorithm>

namespace keyrule::evaluator {
namespace {

using Moment = cctz::time_point<cctz::seconds>;

constexpr int64_t kDayMs = 24 * 60 * 60 * 1000;

int64_t FloorDiv(int64_t a, int64_t b) noexcept { return a / b - (a % b < 0 ? 1 : 0); }

}  // namespace

std::unique_ptr<const Zone> Zone::Load(const std::string& name) {
  cctz::time_zone zone;
  // What the library takes besides the system's names: libc:localtime, Fixed/UTC+01:00:00, whole paths.
  if (name.empty() || name.front() == '/' || name.find(':') != std::string::npos) return nullptr;
  if (!cctz::load_time_zone(name, &zone)) return nullptr;
  auto result = std::make_unique<Zone>();
  const auto add = [&](const Moment& from) {
    const int64_t offset = int64_t{zone.lookup(from).offset} * 1000;
    if (!result->transitions_.empty() && result->transitions_.back().offset_ms == offset) return;
    result->transitions_.push_back({from.time_since_epoch().count() * 1000, offset});
  };
  Moment at = cctz::convert(cctz::civil_second(1900, 1, 1), cctz::utc_time_zone());
  const Moment last = cctz::convert(cctz::civil_second(2200, 1, 1), cctz::utc_time_zone());
  add(at);
  for (cctz::time_zone::civil_transition next; zone.next_transition(at, &next);) {
    // The first second that the new clock face shows: where it shows it again, the second time.
    const cctz::time_zone::civil_lookup after = zone.lookup(next.to);
    at = after.kind == cctz::time_zone::civil_lookup::UNIQUE ? after.pre : after.trans;
    if (at >= last) break;
    add(at);
  }
  return result;
}

int64_t Zone::LocalMs(int64_t unix_ms) const noexcept {
  auto after = std::upper_bound(transitions_.begin(), transitions_.end(), unix_ms,
                                [](int64_t ms, const Transition& t) { return ms < t.from_ms; });
  if (after != transitions_.begin()) --after;
  return unix_ms + after->offset_ms;
}

const Zone* ZoneCache::Get(const std::string& name) {
  auto [it, inserted] = zones_.try_emplace(name);
  if (inserted) it->second = Zone::Load(name);
  return it->second.get();
}

ClockCheck::ClockCheck(const dsl::ClockTest& test, const Zone* zone)
    : field_(test.field), compare_(test.compare ? static_cast<int>(*test.compare) : -1), zone_(zone) {
  for (const dsl::MomentRange& range : test.ranges) {
    ranges_.push_back({range.first.value, range.last.value});
  }
}

bool ClockCheck::Holds(int64_t unix_ms) const noexcept {
  if (zone_ == nullptr || ranges_.empty()) return false;
  const int64_t local = zone_->LocalMs(unix_ms);
  const int64_t day = FloorDiv(local, kDayMs);
  int64_t now = 0;
  switch (field_) {
    case dsl::ClockField::kTime: now = local - day * kDayMs; break;
    case dsl::ClockField::kWeekday: now = (day % 7 + 7 + 3) % 7; break;  // 1970-01-01: a thursday
    case dsl::ClockField::kDate: now = day; break;
  }
  if (compare_ >= 0) {
    const int64_t with = ranges_[0].first;
    switch (static_cast<dsl::CompareOp>(compare_)) {
      case dsl::CompareOp::kEqual: return now == with;
      case dsl::CompareOp::kNotEqual: return now != with;
      case dsl::CompareOp::kLess: return now < with;
      case dsl::CompareOp::kLessEqual: return now <= with;
      case dsl::CompareOp::kGreater: return now > with;
      case dsl::CompareOp::kGreaterEqual: return now >= with;
    }
    return false;
  }
  const bool half_open = field_ == dsl::ClockField::kTime;
  for (const Range& range : ranges_) {
    const bool before_end = half_open ? now < range.last : now <= range.last;
    const bool wraps = half_open ? range.first >= range.last : range.first > range.last;
    const bool inside = wraps ? (now >= range.first || before_end) : (now >= range.first && before_end);
    if (inside) return true;
  }
  return false;
}

}  // namespace keyrule::evaluator
