#include "evaluator/clock_test.h"

#include <gtest/gtest.h>

namespace keyrule::evaluator {
namespace {

constexpr int64_t kMinute = 60'000;
constexpr int64_t kHour = 60 * kMinute;
constexpr int64_t kDay = 24 * kHour;

// 2026-03-29, 01:00 UTC: Berlin goes from 02:00 to 03:00.
constexpr int64_t kSpring = 1774746000000;
// 2026-10-25, 01:00 UTC: Berlin goes from 03:00 back to 02:00.
constexpr int64_t kAutumn = 1792890000000;

TEST(Zone, KnowsDaylightSaving) {
  const auto berlin = Zone::Load("Europe/Berlin");
  ASSERT_NE(berlin, nullptr);
  EXPECT_EQ(berlin->LocalMs(kSpring - 1), kSpring - 1 + kHour);
  EXPECT_EQ(berlin->LocalMs(kSpring), kSpring + 2 * kHour);
  EXPECT_EQ(berlin->LocalMs(kAutumn - 1), kAutumn - 1 + 2 * kHour);
  EXPECT_EQ(berlin->LocalMs(kAutumn), kAutumn + kHour);
}

// 2150-07-01 and 2150-01-01, noon UTC: long after the last change that zone files write out.
TEST(Zone, SummerTimeGoesOn) {
  const auto berlin = Zone::Load("Europe/Berlin");
  const auto sydney = Zone::Load("Australia/Sydney");
  ASSERT_NE(berlin, nullptr);
  ASSERT_NE(sydney, nullptr);
  constexpr int64_t kJuly = 5695963200000;
  constexpr int64_t kJanuary = 5680324800000;
  EXPECT_EQ(berlin->LocalMs(kJuly), kJuly + 2 * kHour);
  EXPECT_EQ(berlin->LocalMs(kJanuary), kJanuary + kHour);
  EXPECT_EQ(sydney->LocalMs(kJuly), kJuly + 10 * kHour);
  EXPECT_EQ(sydney->LocalMs(kJanuary), kJanuary + 11 * kHour);
}

TEST(Zone, RefusesUnknownNames) {
  EXPECT_EQ(Zone::Load("libc:localtime"), nullptr);
  EXPECT_EQ(Zone::Load("Fixed/UTC+01:00:00"), nullptr);
  EXPECT_EQ(Zone::Load("/usr/share/zoneinfo/Europe/Berlin"), nullptr);
  EXPECT_EQ(Zone::Load("Europe/Berlim"), nullptr);
  EXPECT_EQ(Zone::Load("../etc/passwd"), nullptr);
  EXPECT_EQ(Zone::Load(""), nullptr);
}

dsl::ClockTest In(dsl::ClockField field, int64_t first, int64_t last) {
  dsl::ClockTest test;
  test.field = field;
  test.ranges.push_back({{first, {}}, {last, {}}});
  return test;
}

TEST(ClockCheck, TimeIsHalfOpenAndMayCrossMidnight) {
  const auto utc = Zone::Load("UTC");
  const ClockCheck noon(In(dsl::ClockField::kTime, 9 * kHour, 12 * kHour), utc.get());
  EXPECT_TRUE(noon.Holds(9 * kHour));
  EXPECT_FALSE(noon.Holds(12 * kHour));
  const ClockCheck night(In(dsl::ClockField::kTime, 22 * kHour, 6 * kHour), utc.get());
  EXPECT_TRUE(night.Holds(23 * kHour));
  EXPECT_TRUE(night.Holds(5 * kHour));
  EXPECT_FALSE(night.Holds(6 * kHour));
  const ClockCheck late(In(dsl::ClockField::kTime, 23 * kHour, 24 * kHour), utc.get());
  EXPECT_TRUE(late.Holds(24 * kHour - 1));
  EXPECT_FALSE(late.Holds(0));
}

TEST(ClockCheck, WeekdaysWrapAndCountBothEnds) {
  const auto utc = Zone::Load("UTC");
  const ClockCheck weekend(In(dsl::ClockField::kWeekday, 5, 0), utc.get());  // sat..mon
  EXPECT_FALSE(weekend.Holds(1 * kDay));  // 1970-01-02, a friday
  EXPECT_TRUE(weekend.Holds(2 * kDay));
  EXPECT_TRUE(weekend.Holds(4 * kDay));
  EXPECT_FALSE(weekend.Holds(5 * kDay));
  EXPECT_TRUE(weekend.Holds(-3 * kDay));  // before 1970: 1969-12-29, a monday
}

TEST(ClockCheck, DatesCountBothEndsInTheirZone) {
  const auto tokyo = Zone::Load("Asia/Tokyo");
  const ClockCheck day(In(dsl::ClockField::kDate, 10, 10), tokyo.get());
  EXPECT_TRUE(day.Holds(10 * kDay - 9 * kHour));
  EXPECT_FALSE(day.Holds(10 * kDay - 9 * kHour - 1));
  EXPECT_FALSE(day.Holds(11 * kDay - 9 * kHour));
}

}  // namespace
}  // namespace keyrule::evaluator
