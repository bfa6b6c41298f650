#include "evaluator/analysis/scene_maker.h"

#include <algorithm>
#include <map>

#include "dsl/wording.h"
#include "evaluator/analysis/pool_entries.h"

namespace keyrule::analysis {

using dsl::Cat;
using Steps = SceneMaker::Steps;

namespace {

constexpr int64_t kMostCalls = 2'000;  // that a limit is used up by
constexpr int64_t kLengths[] = {2, 61, 3'601, 86'401, 32 * 86'400};  // seconds: just over each period of a limit, from a second on

int64_t LengthOf(dsl::LimitPeriod period) {
  return kLengths[static_cast<size_t>(period) - static_cast<size_t>(dsl::LimitPeriod::kSecond)];
}

}  // namespace

std::set<uint32_t> SceneMaker::SlotsOfEach() const {
  std::set<uint32_t> slots;
  for (const dsl::Meter& meter : policy_.meters) {
    if (meter.each) slots.insert(meter.each->slot);
  }
  return slots;
}

void SceneMaker::AddUnique(const Steps& base, const std::vector<uint32_t>& rules) {
  std::set<uint32_t> slots = SlotsOfEach();
  for (const uint32_t rule : rules) {
    for (const dsl::Action& action : RuleAt(rule).chain.actions) {
      const auto* use = std::get_if<dsl::Use>(&action.what);
      const auto* pool = use != nullptr ? std::get_if<dsl::UsePool>(&use->what) : nullptr;
      if (pool != nullptr && pool->strategy.on) slots.insert(pool->strategy.on->slot);
    }
  }
  std::map<int64_t, int64_t> counts = {{2 * kRounds, 0}};  // and after how many seconds there is room again; 0: at once
  for (const dsl::Meter& meter : policy_.meters) {
    for (const dsl::Limit& limit : meter.limits) {
      if (limit.unit != dsl::LimitUnit::kRequests || limit.amount >= kMostCalls) continue;
      counts[limit.amount + 1] = limit.period == dsl::LimitPeriod::kAtOnce ? 0 : LengthOf(limit.period);
    }
  }
  for (const uint32_t slot : slots) {
    for (const auto& [count, length] : counts) {
      for (const char* how : {" times", " times at once"}) {
        const std::string times = std::to_string(count) + how;
        Steps steps = base;
        if (MayBeUnique(slot)) {
          steps.back() = Times(With(base.back(), slot, "unique"), times);
        } else {
          steps.back() = Times(With(base.back(), slot, AnyValueOf(slot)), times);
          steps.push_back(With(base.back(), slot, OtherValueOf(slot)));
        }
        Add(steps);
        if (length == 0) continue;
        steps.push_back(Cat({"wait ", std::to_string(length), "s"}));
        steps.push_back("again");
        Add(std::move(steps));
      }
    }
  }
}

void SceneMaker::AddReports(const Steps& base, const std::vector<uint32_t>& rules) {
  for (const uint32_t rule : rules) {
    if (!RuleAt(rule).chain.retry) continue;
    for (const int64_t more : {1, -1}) {
      Steps late = base;
      late.push_back("report server_error");
      late.push_back(Cat({"wait ", std::to_string(RuleAt(rule).chain.retry->within.ms + more), "ms"}));
      late.push_back("next");
      Add(std::move(late));
    }
  }
  // All have to rest a while: who waits for them is told how long.
  for (const uint32_t rule : rules) {
    for (const dsl::Action& action : RuleAt(rule).chain.actions) {
      const auto* use = std::get_if<dsl::Use>(&action.what);
      if (use == nullptr || !use->waiting) continue;
      Steps steps = base;
      steps.push_back(Cat({"report rate_limited with retry_after = ", std::to_string(use->waiting->ms / 2), "ms"}));
      steps.push_back("again");
      Add(std::move(steps));
    }
  }
  for (const char* outcome : {"rate_limited", "server_error", "timed_out", "unauthorized", "out_of_credit"}) {
    Steps steps = base;
    steps.push_back(Cat({"report ", outcome}));
    Steps next = steps;
    steps.push_back("again 4 times");
    Add(steps);
    for (int i = 0; i < 3; ++i) {
      next.push_back("next");
      Add(next);
      next.push_back(Cat({"report ", outcome}));
    }
  }
  // A rest begins after some failures of a kind, and lasts as long as it is written.
  for (const dsl::Pool& pool : policy_.pools) {
    for (const dsl::Cooling& cooling : pool.coolings) {
      const std::string outcome(policy_.sources->TextOf(cooling.outcome_span));
      Steps steps = base;
      for (uint32_t i = 0; i < cooling.count && i < 5; ++i) {
        if (i > 0) steps.push_back("again");
        steps.push_back("report " + outcome);
      }
      Steps later = steps;
      steps.push_back("again");
      Add(std::move(steps));
      for (const int64_t ms : {cooling.first.ms - 1, cooling.first.ms + 1}) {
        Steps waited = later;
        waited.push_back(Cat({"wait ", std::to_string(ms), "ms"}));
        waited.push_back("again");
        Add(std::move(waited));
      }
    }
  }
}

void SceneMaker::AddLimits(const Steps& base) {
  const bool is_request = base.back().starts_with("request");
  const std::set<uint32_t> slots = is_request ? SlotsOfEach() : std::set<uint32_t>();
  for (const dsl::Meter& meter : policy_.meters) {
    for (const dsl::Limit& limit : meter.limits) {
      Steps used = base;
      if (limit.unit == dsl::LimitUnit::kRequests) {
        if (limit.amount >= kMostCalls) continue;
        const bool at_once = limit.period == dsl::LimitPeriod::kAtOnce;
        const std::string times = std::to_string(limit.amount + 1) + (at_once ? " times at once" : " times");
        used.back() = is_request ? Times(base.back(), times) : "again " + times;
      } else {
        const bool usd = limit.unit == dsl::LimitUnit::kUsd;
        const std::string amount = usd ? std::to_string(limit.amount / 1'000'000 + 1) : std::to_string(limit.amount + 1);
        used.push_back(Cat({"report ok with ", usd ? "cost = " : "tokens = ", amount}));
        used.push_back("again");
      }
      Add(used);
      if (limit.period == dsl::LimitPeriod::kAtOnce) continue;
      // Of somebody else too, whose own limits are not used up.
      for (const uint32_t slot : slots) {
        Steps others = used;
        others.push_back(With(base.back(), slot, OtherValueOf(slot)));
        Add(std::move(others));
      }
      for (const int64_t length : kLengths) {
        Steps later = used;
        later.push_back(Cat({"wait ", std::to_string(length), "s"}));
        for (const uint32_t slot : slots) {
          Steps others = later;
          others.push_back(With(base.back(), slot, OtherValueOf(slot)));
          Add(std::move(others));
        }
        later.push_back("again");
        Add(std::move(later));
      }
    }
  }
}

}  // namespace keyrule::analysis
