// What a host may spend of limits that hosts share, with answers made by hand; tests/plugin_api/fleet has a real Redis.
#include "evaluator/fleet_round.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "evaluator/local_state.h"

namespace keyrule::evaluator {
namespace {

constexpr int64_t kNow = 1'800'000'000'000;
constexpr uint64_t kShared = 77;

class FleetTest : public testing::Test {
 protected:
  explicit FleetTest(FleetAlone alone = FleetAlone::kDeny) { fleet_.Begin({alone, 4, 0}); }

  bool Take(const MeterLimit& limit, int64_t need, int64_t now_ms, Reservation* made = nullptr) {
    Reservation own;
    uint32_t hint = 0;
    return counters_.Reserve({5, kShared}, limit, need, now_ms, {0, 1}, &hint, made != nullptr ? made : &own);
  }
  int TakeAll(const MeterLimit& limit, int64_t now_ms) {
    int count = 0;
    while (count < 10'000 && Take(limit, 1, now_ms)) ++count;
    return count;
  }
  // The one report of the round.
  FleetReport Report(int64_t now_ms) {
    round_.Collect(now_ms, now_ms, &reports_, &orders_);
    EXPECT_EQ(reports_.size(), 1u);
    return reports_.empty() ? FleetReport() : reports_.front();
  }
  void Answer(const FleetReport& report, const FleetAnswer& answer, int64_t now_ms) {
    round_.Apply(report, answer, now_ms, now_ms);
    round_.Begin(1, 4);
    round_.Hold(now_ms);
  }

  OwnBlock block_, second_;
  FleetShare fleet_{block_.get()};
  std::atomic<uint64_t> no_room_{0};
  Counters counters_{block_.get(), second_.get(), &no_room_, &fleet_};
  FleetRound round_{block_.get(), &fleet_, &counters_};
  std::vector<FleetReport> reports_;
  std::vector<FleetOrder> orders_;
  const MeterLimit per_hour_{.most = 100, .period = dsl::LimitPeriod::kHour};
};

class FleetShareTest : public FleetTest {
 protected:
  FleetShareTest() : FleetTest(FleetAlone::kShare) {}
};

TEST_F(FleetTest, NothingIsSpentThatWasNotGranted) {
  EXPECT_FALSE(Take(per_hour_, 1, kNow)) << "no answer has come";
  round_.Begin(1, 4);
  round_.Hold(kNow);
  EXPECT_FALSE(Take(per_hour_, 1, kNow)) << "nothing was granted";
  const FleetReport report = Report(kNow);
  EXPECT_EQ(report.needed, 1);
  EXPECT_EQ(report.held, 0);
  Answer(report, {.granted = 7, .target = 7}, kNow);
  EXPECT_EQ(TakeAll(per_hour_, kNow + 1), 7);
  const FleetReport next = Report(kNow + 2);
  EXPECT_EQ(next.spent - report.spent, 7);
  EXPECT_EQ(next.life, 1u);
}

TEST_F(FleetTest, AnAnswerHoldsForTwoSeconds) {
  round_.Begin(1, 4);
  round_.Hold(kNow);
  EXPECT_FALSE(Take(per_hour_, 1, kNow));
  Answer(Report(kNow), {.granted = 50, .target = 50}, kNow);
  EXPECT_TRUE(Take(per_hour_, 1, kNow + FleetShare::kHoldsMs - 1));
  EXPECT_FALSE(Take(per_hour_, 1, kNow + FleetShare::kHoldsMs));
  EXPECT_FALSE(Take(per_hour_, 1, kNow - 5'000)) << "a clock that was put back";
  // What it held then is not held any more once it speaks again.
  const FleetReport report = Report(kNow + 10'000);
  EXPECT_EQ(report.held, 0);
  EXPECT_EQ(report.spent, 1);
}

TEST_F(FleetTest, AnAnswerThatWasOvertakenGrantsNothing) {
  round_.Begin(1, 4);
  round_.Hold(kNow);
  EXPECT_FALSE(Take(per_hour_, 1, kNow));
  const FleetReport first = Report(kNow);
  EXPECT_FALSE(Take(per_hour_, 1, kNow));
  const FleetReport second = Report(kNow);
  Answer(first, {.granted = 40, .target = 40}, kNow);
  EXPECT_EQ(TakeAll(per_hour_, kNow), 0);
  Answer(second, {.granted = 3, .target = 3}, kNow);
  EXPECT_EQ(TakeAll(per_hour_, kNow), 3);
  Answer(second, {.is_stale = true, .granted = 30}, kNow);
  EXPECT_EQ(TakeAll(per_hour_, kNow), 0);
}

TEST_F(FleetTest, LowersWhatItHoldsBeforeItSaysSo) {
  round_.Begin(1, 4);
  round_.Hold(kNow);
  EXPECT_FALSE(Take(per_hour_, 1, kNow));
  Answer(Report(kNow), {.granted = 50, .target = 20}, kNow);
  EXPECT_TRUE(Take(per_hour_, 1, kNow));
  const FleetReport report = Report(kNow + 100);
  EXPECT_EQ(report.held, 20);
  Answer(report, {.granted = 0, .target = 20}, kNow + 100);
  EXPECT_EQ(TakeAll(per_hour_, kNow + 100), 20);
}

TEST_F(FleetTest, ASilentHostGivesBackAllItHolds) {
  round_.Begin(1, 4);
  round_.Hold(kNow);
  EXPECT_FALSE(Take(per_hour_, 1, kNow));
  Answer(Report(kNow), {.granted = 50, .target = 50}, kNow);
  Report(kNow + FleetRound::kRenewMs);
  const FleetReport report = Report(kNow + FleetRound::kSilentDenyMs);
  EXPECT_TRUE(report.leaves);
  EXPECT_EQ(report.held, 0);
  Answer(report, {.granted = 0, .used = 0}, kNow + FleetRound::kSilentDenyMs);
  EXPECT_EQ(TakeAll(per_hour_, kNow + FleetRound::kSilentDenyMs), 0);
}

TEST_F(FleetTest, WhatWasNotSpentComesBackWithItsAge) {
  const MeterLimit tokens{.most = 10'000, .unit = dsl::LimitUnit::kTokens, .period = dsl::LimitPeriod::kMinute};
  round_.Begin(1, 4);
  round_.Hold(kNow);
  Reservation made;
  EXPECT_FALSE(Take(tokens, 1'000, kNow, &made));
  Answer(Report(kNow), {.granted = 5'000, .target = 5'000}, kNow);
  ASSERT_TRUE(Take(tokens, 1'000, kNow, &made));
  counters_.Settle(tokens, made, -900);
  const FleetReport less = Report(kNow + 1'500);
  ASSERT_EQ(less.refunds.size(), 1u);
  EXPECT_EQ(less.refunds[0].amount, 900);
  EXPECT_GE(less.refunds[0].age_ms, 1'500);
  EXPECT_LE(less.refunds[0].age_ms, 2'500);
  EXPECT_EQ(less.spent, 1'000) << "the refund says it";
  ASSERT_TRUE(Take(tokens, 1'000, kNow + 1'500, &made));
  counters_.Settle(tokens, made, 300);
  EXPECT_EQ(Report(kNow + 1'600).spent, 2'300);
}

TEST_F(FleetTest, CallsAtOnceStayWithinTheCap) {
  const MeterLimit at_once{.most = 10, .period = dsl::LimitPeriod::kAtOnce};
  round_.Begin(1, 4);
  round_.Hold(kNow);
  Reservation made;
  EXPECT_FALSE(Take(at_once, 1, kNow, &made));
  Answer(Report(kNow), {.granted = 3, .target = 3}, kNow);
  ASSERT_TRUE(Take(at_once, 1, kNow, &made));
  EXPECT_EQ(TakeAll(at_once, kNow), 2);
  const FleetReport report = Report(kNow + 10);
  EXPECT_EQ(report.used, 3);
  EXPECT_EQ(report.needed, 1);
  counters_.Settle(at_once, made, -1);
  EXPECT_EQ(TakeAll(at_once, kNow + 20), 1);
}

TEST_F(FleetTest, TurnsAreThoseThatCame) {
  uint64_t turn = 0;
  EXPECT_FALSE(fleet_.Turn(kShared, 6, kNow, &turn));
  round_.Begin(1, 4);
  round_.Hold(kNow);
  EXPECT_FALSE(fleet_.Turn(kShared, 6, kNow, &turn));
  round_.Collect(kNow, kNow, &reports_, &orders_);
  ASSERT_EQ(orders_.size(), 2u);
  EXPECT_EQ(orders_[0].count % 6, 0u) << "whole cycles";
  round_.Deliver(orders_[0], 600);
  round_.Deliver(orders_[1], 6'000);
  for (uint64_t i = 0; i < orders_[0].count; ++i) {
    ASSERT_TRUE(fleet_.Turn(kShared, 6, kNow, &turn));
    EXPECT_EQ(turn, 600 + i);
  }
  ASSERT_TRUE(fleet_.Turn(kShared, 6, kNow, &turn));
  EXPECT_EQ(turn, 6'000u);
}

TEST_F(FleetShareTest, AloneItKeepsToItsShare) {
  EXPECT_EQ(TakeAll(per_hour_, kNow), 25) << "four hosts";
  EXPECT_EQ(Report(kNow).used, 25) << "and says so when it can";
}

TEST_F(FleetShareTest, AloneItLeavesToOthersWhatTheyHad) {
  round_.Begin(1, 4);
  round_.Hold(kNow);
  EXPECT_TRUE(Take(per_hour_, 1, kNow));
  Answer(Report(kNow), {.granted = 0, .used = 91}, kNow);  // 90 of them by others
  EXPECT_EQ(TakeAll(per_hour_, kNow + 3'000), 9);
  EXPECT_EQ(TakeAll(per_hour_, kNow + 2 * 3'600'000), 25) << "that is over an hour ago";
}

TEST_F(FleetShareTest, BeforeItHasSpokenItMaySpendALittle) {
  round_.Begin(1, 4);
  round_.Hold(kNow);
  const MeterLimit large{.most = 6'400, .period = dsl::LimitPeriod::kHour};
  EXPECT_EQ(TakeAll(large, kNow), 200) << "an eighth of a quarter";
}

// Takers, and one that lowers and raises at the same time: never is more spent than was granted and not taken back.
TEST_F(FleetTest, LoweringAndSpendingAtTheSameTimeIsExact) {
  const MeterLimit limit{.most = 1'000'000, .period = dsl::LimitPeriod::kHour};
  round_.Begin(1, 4);
  round_.Hold(kNow);
  EXPECT_FALSE(Take(limit, 1, kNow));
  std::atomic<bool> stop{false};
  std::atomic<int64_t> taken{0};
  std::vector<std::thread> takers;
  for (int t = 0; t < 2; ++t) {
    takers.emplace_back([&] {
      while (!stop.load()) {
        if (Take(limit, 1, kNow)) taken.fetch_add(1);
      }
    });
  }
  int64_t spent_before = 0;
  int64_t held_before = 0;
  // On a busy machine takers may hardly run: until they have, there was nothing to be exact about. That ends, or the test does.
  for (int i = 0; i < 20'000 || taken.load() <= 1'000; ++i) {
    round_.Collect(kNow, kNow + i, &reports_, &orders_);
    if (reports_.empty()) continue;
    const FleetReport report = reports_.front();
    // What was spent since the last report lay within what was held then.
    ASSERT_LE(report.spent - spent_before, held_before) << i;
    spent_before = report.spent;
    const int64_t granted = i % 7;
    Answer(report, {.granted = granted, .target = i % 3}, kNow);
    held_before = report.held + granted;
  }
  stop.store(true);
  for (std::thread& taker : takers) taker.join();
  EXPECT_LE(taken.load(), spent_before + held_before);
  EXPECT_GT(taken.load(), 1'000);
}

}  // namespace
}  // namespace keyrule::evaluator
