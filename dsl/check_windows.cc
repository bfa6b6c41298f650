#include <algorithm>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "dsl/check.h"
#include "dsl/times_of_day.h"

namespace keyrule::dsl {
namespace {

// Names that bring many windows to many places would cost the product of the two: beyond this many
// windows brought by names, nothing more is said.
constexpr size_t kMostBrought = 1'000'000;
constexpr uint8_t kAllDays = 0x7F;
// What a negation leaves open is a window where it is shorter than what it shuts: `not in
// 06:00..22:00` is a night, `not in 12:00..13:00` is a day with a break.
constexpr int64_t kLongestWindow = kDayMs / 2;

uint8_t DaysOf(const ClockTest& clock) {
  uint8_t days = 0;
  for (const MomentRange& range : clock.ranges) {
    for (int64_t day = range.first.value;; day = (day + 1) % 7) {
      days |= static_cast<uint8_t>(1U << day);
      if (day == range.last.value) break;
    }
  }
  const bool turned = clock.compare ? *clock.compare == CompareOp::kNotEqual : clock.negated;
  return turned ? kAllDays & ~days : days;
}

// `weekday in mon..fri and time in 22:00..06:00`: after midnight it is another weekday.
class Windows {
 public:
  explicit Windows(Check& check) : check_(check) {}

  void Take(const Condition& condition, bool truth = true) {
    const Terms terms = TermsOf(condition, truth);
    if (terms.conjunction) {
      Found found;
      Collect(condition, truth, found);
      if (found.days != kAllDays && found.times.CrossesMidnight()) {
        for (const Span& window : found.windows) {
          check_.Warn(Code::KR0412, window, "the weekday changes at midnight inside this window");
        }
      }
    }
    if (terms.all != nullptr) {
      for (const Condition& term : *terms.all) Take(term, truth);
    } else if (const auto* negated = std::get_if<Not>(&condition.node)) {
      Take(negated->term.front(), !truth);
    }
  }

 private:
  // What is true together.
  struct Found {
    uint8_t days = kAllDays;          // bit 0: monday
    TimesOfDay times;                 // the whole day to begin with
    std::vector<Span> windows;        // those that cross midnight, in order of their places
  };
  struct Terms {
    const std::vector<Condition>* all = nullptr;
    bool conjunction = false;
  };

  static Terms TermsOf(const Condition& condition, bool truth) {
    if (const auto* all = std::get_if<All>(&condition.node)) return {&all->terms, truth};
    if (const auto* any = std::get_if<Any>(&condition.node)) return {&any->terms, !truth};
    return {};
  }

  // What holds together with the other terms of an `and`, through names, negations and nested `and`.
  void Collect(const Condition& condition, bool truth, Found& found) {
    if (const Terms terms = TermsOf(condition, truth); terms.conjunction) {
      for (const Condition& term : *terms.all) Collect(term, truth, found);
    } else if (terms.all != nullptr) {
      if (const auto times = TimesOf(condition, truth)) AddTimes(*times, condition.span, found);
    } else if (const auto* negated = std::get_if<Not>(&condition.node)) {
      Collect(negated->term.front(), !truth, found);
    } else if (const auto* bare = std::get_if<Bare>(&condition.node)) {
      if (bare->let == kUnresolved) return;
      const Found& named = InLet(bare->let, truth);
      found.days &= named.days;
      found.times = Both(found.times, named.times);
      if ((brought_ += named.windows.size()) > kMostBrought) return;
      found.windows.insert(found.windows.end(), named.windows.begin(), named.windows.end());
    } else if (const auto* clock = std::get_if<ClockTest>(&condition.node)) {
      AddClock(*clock, condition.span, truth, found);
    }
  }

  static void AddClock(const ClockTest& clock, const Span& span, bool truth, Found& found) {
    if (clock.field == ClockField::kWeekday) {
      const uint8_t days = DaysOf(clock);
      found.days &= truth ? days : kAllDays & ~days;
    }
    if (clock.field != ClockField::kTime) return;
    if (clock.compare || clock.negated == truth) {
      const TimesOfDay times = TimesOfDay::Of(clock);
      return AddTimes(truth ? times : times.Turned(), span, found);
    }
    const TimesOfDay times = TimesOfDay::Of(clock);
    found.times = Both(found.times, clock.negated ? times.Turned() : times);
    for (const MomentRange& range : clock.ranges) {
      const bool crosses = range.first.value > range.last.value && range.last.value > 0 &&
                           range.first.value < kDayMs;
      if (!crosses) continue;
      found.windows.push_back(
          {range.first.span.source, range.first.span.begin, range.last.span.end});
    }
  }

  // Times that no single range names.
  static void AddTimes(const TimesOfDay& times, const Span& span, Found& found) {
    found.times = Both(found.times, times);
    if (times.CrossesMidnight() && times.Length() <= kLongestWindow) found.windows.push_back(span);
  }

  // Where only times are asked for; none where anything else plays a part.
  std::optional<TimesOfDay> TimesOf(const Condition& condition, bool truth) {
    if (const Terms terms = TermsOf(condition, truth); terms.all != nullptr) {
      std::optional<TimesOfDay> times;
      for (const Condition& term : *terms.all) {
        const std::optional<TimesOfDay> one = TimesOf(term, truth);
        if (!one) return std::nullopt;
        times = !times ? *one : terms.conjunction ? Both(*times, *one) : Either(*times, *one);
      }
      return times;
    }
    if (const auto* negated = std::get_if<Not>(&condition.node)) {
      return TimesOf(negated->term.front(), !truth);
    }
    const auto* clock = std::get_if<ClockTest>(&condition.node);
    if (clock == nullptr || clock->field != ClockField::kTime) return std::nullopt;
    const TimesOfDay times = TimesOfDay::Of(*clock);
    return truth ? times : times.Turned();
  }

  const Found& InLet(uint32_t let, bool truth) {
    const uint64_t key = uint64_t{let} << 1 | (truth ? 1U : 0U);
    if (const auto at = lets_.find(key); at != lets_.end()) return at->second;
    Found found;
    const auto* condition = std::get_if<Condition>(&check_.policy.lets[let].value);
    if (condition != nullptr) Collect(*condition, truth, found);
    // Each once: a name that stands twice in each of many names must not double what is found.
    const auto place = [](const Span& span) { return std::pair(span.source, span.begin); };
    auto& spans = found.windows;
    std::sort(spans.begin(), spans.end(),
              [&](const Span& a, const Span& b) { return place(a) < place(b); });
    spans.erase(std::unique(spans.begin(), spans.end(),
                            [&](const Span& a, const Span& b) { return place(a) == place(b); }),
                spans.end());
    return lets_.emplace(key, std::move(found)).first->second;
  }

  Check& check_;
  size_t brought_ = 0;
  std::unordered_map<uint64_t, Found> lets_;  // by let and truth
};

}  // namespace

void CheckWindows(Check& check) {
  Windows windows(check);
  for (const Let& let : check.policy.lets) {
    if (const auto* condition = std::get_if<Condition>(&let.value)) windows.Take(*condition);
  }
  for (const Rule& rule : check.policy.rules) windows.Take(*rule.when);
}

}  // namespace keyrule::dsl
