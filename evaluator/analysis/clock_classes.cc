#include "evaluator/analysis/clock_classes.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>

#include "evaluator/session.h"

namespace keyrule::analysis {
namespace {

constexpr int64_t kMinuteMs = 60'000;
constexpr int64_t kDayMs = 24 * 60 * kMinuteMs;
constexpr int64_t kYears = 40;
constexpr int64_t kFirstDay = 20'454;  // 2026-01-01, the year in which the edition was settled

// What a test says, without where it stands.
auto KeyOf(const dsl::ClockTest& test) {
  std::vector<int64_t> ranges;
  for (const dsl::MomentRange& range : test.ranges) {
    ranges.push_back(range.first.value);
    ranges.push_back(range.last.value);
  }
  return std::tuple(test.field, test.compare ? static_cast<int>(*test.compare) : -1, std::string(test.zone.value),
                    std::move(ranges));
}

// Where within the day [begin, begin + a day) the offset of a zone changes, to the millisecond; the zone's offset is
// constant between two of them. Found by halving, from samples an hour apart: no zone has changed twice within an hour.
void AddChanges(const evaluator::Zone& zone, int64_t begin, std::set<int64_t>* cuts) {
  const auto offset = [&](int64_t at) { return zone.LocalMs(at) - at; };
  for (int64_t at = begin; at < begin + kDayMs; at += 60 * kMinuteMs) {
    int64_t low = at;
    int64_t high = at + 60 * kMinuteMs;
    if (offset(low) == offset(high)) continue;
    while (high - low > 1) {
      const int64_t middle = low + (high - low) / 2;
      (offset(middle) == offset(low) ? low : high) = middle;
    }
    cuts->insert(high);
  }
}

}  // namespace

ClockClasses::ClockClasses(const std::vector<const dsl::ClockTest*>& tests) {
  std::map<decltype(KeyOf(*tests[0])), size_t> known;
  std::map<std::string, std::set<int64_t>> times;  // by zone: bounds of times of day
  std::set<int64_t> dates;                         // bounds: the first day on which a test is otherwise
  std::set<std::string> names;
  for (const dsl::ClockTest* test : tests) {
    const auto [place, is_new] = known.try_emplace(KeyOf(*test), kinds_.size());
    kind_of_.push_back(place->second);
    if (!is_new) continue;
    const std::string zone(test->zone.value);
    kinds_.emplace_back(*test, zones_.Get(zone));
    names.insert(zone);
    for (const dsl::MomentRange& range : test->ranges) {
      for (const int64_t value : {range.first.value, range.last.value}) {
        if (test->field == dsl::ClockField::kTime) {
          times[zone].insert({value, value + 1});  // `==` and `>` change a millisecond later
        } else if (test->field == dsl::ClockField::kDate) {
          dates.insert({value, value + 1});
        }
      }
    }
  }
  std::vector<const evaluator::Zone*> zones;
  std::vector<std::set<int64_t>> bounds;
  for (const std::string& name : names) {
    const evaluator::Zone* zone = zones_.Get(name);
    if (zone == nullptr) continue;
    zones.push_back(zone);
    bounds.push_back(times[name]);
    bounds.back().insert({0, kDayMs});
  }

  const int64_t tests_begin = evaluator::kTestStartMs / kDayMs;
  int64_t first = kFirstDay;
  int64_t last = first + kYears * 366;
  if (!dates.empty()) {
    first = std::min(first, *dates.begin() - 366);
    last = std::max(last, *dates.rbegin() + 366);
  }
  // First the days from which examples are taken, so that the earliest of them are, then those before.
  std::vector<int64_t> days;
  for (int64_t day = tests_begin; day <= last; ++day) days.push_back(day);
  for (int64_t day = tests_begin - 1; day >= first; --day) days.push_back(day);

  std::map<std::vector<bool>, int64_t> found;
  const auto look = [&](int64_t at) { found.try_emplace(Truth(at), at); };
  look(evaluator::kTestStartMs);
  std::set<std::vector<int64_t>> types;
  const std::vector<int64_t> date_list(dates.begin(), dates.end());
  for (const int64_t day : days) {
    const int64_t begin = day * kDayMs;
    std::vector<int64_t> type = {(day % 7 + 7) % 7};
    bool changes = false;
    for (const evaluator::Zone* zone : zones) {
      const int64_t before = zone->LocalMs(begin - kDayMs) - (begin - kDayMs);
      const int64_t now = zone->LocalMs(begin) - begin;
      const int64_t after = zone->LocalMs(begin + kDayMs) - (begin + kDayMs);
      changes = changes || before != now || now != after;
      type.insert(type.end(), {before, now, after});
    }
    // A zone's own day is this one, the one before or the one after: a date tells it apart from others only nearby.
    const auto near = std::lower_bound(date_list.begin(), date_list.end(), day - 1);
    type.push_back(near - date_list.begin());
    for (auto at = near; at != date_list.end() && *at <= day + 2; ++at) type.push_back(*at - day);
    // On a day on which an offset changes, when it does counts as well.
    std::set<int64_t> cuts = {begin};
    if (changes) {
      for (const evaluator::Zone* zone : zones) AddChanges(*zone, begin, &cuts);
      for (const int64_t cut : cuts) type.push_back(cut - begin);
    }
    if (!types.insert(type).second) continue;
    const std::set<int64_t> turns = cuts;
    for (size_t z = 0; z < zones.size(); ++z) {
      for (const int64_t turn : turns) {  // the offset from there on
        const int64_t offset = zones[z]->LocalMs(turn) - turn;
        for (int64_t local = day - 1; local <= day + 1; ++local) {
          for (const int64_t bound : bounds[z]) {
            const int64_t at = local * kDayMs + bound - offset;
            if (at > begin && at < begin + kDayMs) cuts.insert(at);
          }
        }
      }
    }
    for (const int64_t cut : cuts) look(cut);
  }
  for (const auto& [truth, at] : found) {
    truths_.push_back(truth);
    witnesses_.push_back(at);
  }
  for (size_t kind = 0; kind < kinds_.size(); ++kind) {
    std::vector<uint32_t> ids;
    for (uint32_t id = 0; id < truths_.size(); ++id) {
      if (truths_[id][kind]) ids.push_back(id);
    }
    holding_.push_back(ClassSet::Of(std::move(ids)));
  }
}

std::vector<bool> ClockClasses::Truth(int64_t unix_ms) const {
  std::vector<bool> truth;
  truth.reserve(kinds_.size());
  for (const evaluator::ClockCheck& kind : kinds_) truth.push_back(kind.Holds(unix_ms));
  return truth;
}

uint32_t ClockClasses::ClassOf(int64_t unix_ms) const {
  const std::vector<bool> truth = Truth(unix_ms);
  const auto at = std::lower_bound(truths_.begin(), truths_.end(), truth);
  if (at == truths_.end() || *at != truth) return size();
  return static_cast<uint32_t>(at - truths_.begin());
}

}  // namespace keyrule::analysis
