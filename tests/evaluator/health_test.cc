#include "evaluator/health.h"

#include <gtest/gtest.h>

namespace keyrule::evaluator {
namespace {

constexpr int64_t kStart = 1'000'000'000;

class Health : public testing::Test {
 protected:
  void Count(Outcome outcome, int64_t now, int64_t retry_after = 0, bool probe = false) {
    CountOutcome(&state_, {.outcome = outcome, .retry_after_ms = retry_after}, probe, coolings_, now);
  }
  int64_t RestsUntil(int64_t now) {
    int64_t until = 0;
    return Resting(state_, now, &until) ? until : -1;
  }
  RestState state_;
  std::vector<dsl::Cooling> coolings_;
};

TEST_F(Health, RateLimitedRestsAndDoubles) {
  Count(Outcome::kRateLimited, kStart);
  EXPECT_EQ(RestsUntil(kStart), kStart + 30'000);
  EXPECT_EQ(RestsUntil(kStart + 30'000), -1);
  Count(Outcome::kRateLimited, kStart + 30'000);
  EXPECT_EQ(RestsUntil(kStart + 30'000), kStart + 90'000);
  for (int i = 0; i < 50; ++i) Count(Outcome::kRateLimited, kStart + 90'000);
  EXPECT_EQ(RestsUntil(kStart + 90'000), kStart + 90'000 + 600'000);  // at most ten minutes
}

TEST_F(Health, RetryAfterCountsAsSaidAndNeverShortens) {
  Count(Outcome::kRateLimited, kStart, 120'000);
  EXPECT_EQ(RestsUntil(kStart), kStart + 120'000);
  Count(Outcome::kRateLimited, kStart + 1, 1'000);
  EXPECT_EQ(RestsUntil(kStart + 1), kStart + 120'000);
}

TEST_F(Health, SuccessStartsTheCountAgain) {
  Count(Outcome::kRateLimited, kStart);
  Count(Outcome::kOk, kStart + 30'000);
  Count(Outcome::kRateLimited, kStart + 30'000);
  EXPECT_EQ(RestsUntil(kStart + 30'000), kStart + 60'000);
}

TEST_F(Health, ServerErrorsRestAtTheThirdInARow) {
  Count(Outcome::kServerError, kStart);
  Count(Outcome::kTimedOut, kStart);
  EXPECT_EQ(RestsUntil(kStart), -1);
  Count(Outcome::kServerError, kStart);
  EXPECT_EQ(RestsUntil(kStart), kStart + 20'000);
}

TEST_F(Health, ACallersMistakeRestsNothing) {
  for (int i = 0; i < 10; ++i) Count(Outcome::kCallerError, kStart);
  EXPECT_EQ(RestsUntil(kStart), -1);
}

TEST_F(Health, ACallersOwnDeadlineRestsNothing) {
  const Report report{.outcome = Outcome::kTimedOut, .retry_after_ms = 60'000, .callers_timeout = true};
  for (int i = 0; i < 10; ++i) CountOutcome(&state_, report, false, coolings_, kStart);
  EXPECT_EQ(RestsUntil(kStart), -1);
  EXPECT_EQ(state_.failures.load(), 0u);
}

TEST_F(Health, ACallersOwnDeadlineLetsTheNextCallBeTheProbe) {
  Count(Outcome::kUnauthorized, kStart);
  const int64_t back = kStart + 600'000;
  ASSERT_TRUE(ClaimProbe(&state_, back));
  CountOutcome(&state_, {.outcome = Outcome::kTimedOut, .callers_timeout = true}, true, coolings_, back);
  EXPECT_EQ(RestsUntil(back), -1);
  EXPECT_TRUE(ClaimProbe(&state_, back));
}

TEST_F(Health, OneProbeThenSlowStart) {
  Count(Outcome::kUnauthorized, kStart);
  const int64_t back = kStart + 600'000;
  EXPECT_EQ(RestsUntil(back), -1);
  ASSERT_TRUE(ClaimProbe(&state_, back));
  EXPECT_FALSE(ClaimProbe(&state_, back));
  EXPECT_EQ(RestsUntil(back), 0);  // resting, the end is not known
  Count(Outcome::kOk, back + 5, 0, /*probe=*/true);
  EXPECT_EQ(RestsUntil(back + 5), -1);
  EXPECT_EQ(SlowStartFifths(state_, back + 5), 1u);
  EXPECT_EQ(SlowStartFifths(state_, back + 5 + 10'000), 2u);
  EXPECT_EQ(SlowStartFifths(state_, back + 5 + 40'000), 5u);
}

// A step each ten seconds without failure (LANGUAGE.md §4.7): a failure costs the step that runs, not those gained before.
TEST_F(Health, AFailureDuringSlowStartBeginsItsStepAnew) {
  Count(Outcome::kUnauthorized, kStart);
  const int64_t back = kStart + 600'000;
  ASSERT_TRUE(ClaimProbe(&state_, back));
  Count(Outcome::kOk, back, 0, /*probe=*/true);
  EXPECT_EQ(SlowStartFifths(state_, back + 19'000), 2u);
  Count(Outcome::kServerError, back + 19'000);
  EXPECT_EQ(SlowStartFifths(state_, back + 19'000), 2u) << "it used to be the full weight at once";
  EXPECT_EQ(SlowStartFifths(state_, back + 28'999), 2u);
  EXPECT_EQ(SlowStartFifths(state_, back + 29'000), 3u);
  EXPECT_EQ(SlowStartFifths(state_, back + 49'000), 5u);
  Count(Outcome::kServerError, back + 60'000);
  EXPECT_EQ(SlowStartFifths(state_, back + 60'000), 5u) << "it is over";
}

TEST_F(Health, AFailedProbeRestsAgainLonger) {
  Count(Outcome::kUnauthorized, kStart);
  const int64_t back = kStart + 600'000;
  ASSERT_TRUE(ClaimProbe(&state_, back));
  Count(Outcome::kUnauthorized, back, 0, /*probe=*/true);
  EXPECT_EQ(RestsUntil(back), back + 1'200'000);
}

TEST_F(Health, AProbeThatIsNeverReportedIsGivenUp) {
  Count(Outcome::kUnauthorized, kStart);
  const int64_t back = kStart + 600'000;
  ASSERT_TRUE(ClaimProbe(&state_, back));
  EXPECT_FALSE(ClaimProbe(&state_, back + 599'999));
  EXPECT_TRUE(ClaimProbe(&state_, back + 600'000));
}

TEST_F(Health, APoolsOwnCoolingReplacesTheRow) {
  coolings_.push_back({.count = 2,
                       .outcome = dsl::Outcome::kServerError,
                       .first = {.ms = 10'000, .span = {}},
                       .most = {.ms = 60'000, .span = {}},
                       .span = {}});
  Count(Outcome::kServerError, kStart);
  EXPECT_EQ(RestsUntil(kStart), -1);
  Count(Outcome::kServerError, kStart);
  EXPECT_EQ(RestsUntil(kStart), kStart + 10'000);
}

}  // namespace
}  // namespace keyrule::evaluator
