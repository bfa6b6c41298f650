#include "evaluator/clock_test.h"

#include <date/tz.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>

namespace keyrule::evaluator {
namespace {

constexpr int64_t kDayMs = 24 * 60 * 60 * 1000;

int64_t FloorDiv(int64_t a, int64_t b) noexcept { return a / b - (a % b < 0 ? 1 : 0); }

}  // namespace

std::unique_ptr<const Zone> Zone::Load(const std::string& name) {
  using std::chrono::duration_cast;
  using std::chrono::milliseconds;
  const date::time_zone* zone = nullptr;
  try {
    zone = date::locate_zone(name);
  } catch (const std::runtime_error&) {
    return nullptr;
  }
  auto result = std::make_unique<Zone>();
  date::sys_seconds at = date::sys_days{date::year{1900} / 1 / 1};
  const date::sys_seconds last = date::sys_days{date::year{2200} / 1 / 1};
  while (at < last) {
    const date::sys_info info = zone->get_info(at);
    const int64_t offset = duration_cast<milliseconds>(info.offset).count();
    const int64_t from = duration_cast<milliseconds>(at.time_since_epoch()).count();
    if (result->transitions_.empty() || result->transitions_.back().offset_ms != offset) {
      result->transitions_.push_back({from, offset});
    }
    if (info.end <= at) break;
    at = info.end;
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
