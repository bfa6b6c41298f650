#include <algorithm>
#include <unordered_map>
#include <utility>
#include <vector>

#include "dsl/check.h"

namespace keyrule::dsl {
namespace {

constexpr int64_t kDayMs = 86'400'000;
// Names that bring many windows to many places would cost the product of the two: beyond this many
// windows brought by names, nothing more is said.
constexpr size_t kMostBrought = 1'000'000;

// `weekday in mon..fri and time in 22:00..06:00`: after midnight it is another weekday.
class Windows {
 public:
  explicit Windows(Check& check) : check_(check) {}

  void Take(const Condition& condition) {
    if (const auto* all = std::get_if<All>(&condition.node)) {
      Found found;
      for (const Condition& term : all->terms) Collect(term, found);
      if (found.weekday) {
        for (const Span& window : found.over_midnight) {
          check_.Warn(Code::KR0412, window, "the weekday changes at midnight inside this window");
        }
      }
      for (const Condition& term : all->terms) Take(term);
    } else if (const auto* any = std::get_if<Any>(&condition.node)) {
      for (const Condition& term : any->terms) Take(term);
    } else if (const auto* negated = std::get_if<Not>(&condition.node)) {
      Take(negated->term.front());
    }
  }

 private:
  struct Found {
    bool weekday = false;
    std::vector<Span> over_midnight;
  };

  // What holds together with the other terms of an `and`, through names and nested `and`.
  void Collect(const Condition& condition, Found& found) {
    if (const auto* all = std::get_if<All>(&condition.node)) {
      for (const Condition& term : all->terms) Collect(term, found);
    } else if (const auto* bare = std::get_if<Bare>(&condition.node)) {
      if (bare->let == kUnresolved) return;
      const Found& named = InLet(bare->let);
      found.weekday = found.weekday || named.weekday;
      if ((brought_ += named.over_midnight.size()) > kMostBrought) return;
      found.over_midnight.insert(found.over_midnight.end(), named.over_midnight.begin(),
                                 named.over_midnight.end());
    } else if (const auto* clock = std::get_if<ClockTest>(&condition.node)) {
      if (clock->field == ClockField::kWeekday) found.weekday = true;
      if (clock->field != ClockField::kTime || clock->compare) return;
      for (const MomentRange& range : clock->ranges) {
        const bool crosses = range.first.value > range.last.value && range.last.value > 0 &&
                             range.first.value < kDayMs;
        if (!crosses) continue;
        found.over_midnight.push_back(
            {range.first.span.source, range.first.span.begin, range.last.span.end});
      }
    }
  }

  const Found& InLet(uint32_t let) {
    if (const auto at = lets_.find(let); at != lets_.end()) return at->second;
    Found found;
    const auto* condition = std::get_if<Condition>(&check_.policy.lets[let].value);
    if (condition != nullptr) Collect(*condition, found);
    // Each once: a name that stands twice in each of many names must not double what is found.
    const auto place = [](const Span& span) { return std::pair(span.source, span.begin); };
    auto& spans = found.over_midnight;
    std::sort(spans.begin(), spans.end(),
              [&](const Span& a, const Span& b) { return place(a) < place(b); });
    spans.erase(std::unique(spans.begin(), spans.end(),
                            [&](const Span& a, const Span& b) { return place(a) == place(b); }),
                spans.end());
    return lets_.emplace(let, std::move(found)).first->second;
  }

  Check& check_;
  size_t brought_ = 0;
  std::unordered_map<uint32_t, Found> lets_;
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
