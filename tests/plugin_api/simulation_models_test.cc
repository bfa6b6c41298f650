// Facts of the balancers that the models stand for; where they were read is in the models' heads.
#include "plugin_api/command/simulation_dify.h"
#include "plugin_api/command/simulation_litellm.h"
#include "tests/plugin_api/simulation_support.h"

namespace keyrule::command::simulation {
namespace {

using evaluator::Outcome;
using Kind = Step::Kind;

class Models : public ::testing::Test {
 protected:
  std::unique_ptr<Scenario> scenario_ = MakeScenario(RoundRobinPolicy(), {"a", "b", "c"}, 60);
  std::unique_ptr<Scenario> alone_ = MakeScenario(RoundRobinPolicy(), {"a"}, 60);
  const int64_t t_ = scenario_->start_ms;

  static Answer Of(Outcome outcome, int64_t retry_after_ms = 0) {
    return {.outcome = outcome, .retry_after_ms = retry_after_ms};
  }
};

TEST_F(Models, DifyTakesTurns) {
  DifyBalancer dify(*scenario_);
  std::string taken;
  for (int i = 0; i < 7; ++i) taken += static_cast<char>('a' + dify.Begin(0, {}, t_).credential);
  EXPECT_EQ(taken, "abcabca");
}

TEST_F(Models, DifyForgetsItsTurnAfterAnHour) {
  DifyBalancer dify(*scenario_);
  EXPECT_EQ(dify.Begin(0, {}, t_).credential, 0u);
  EXPECT_EQ(dify.Begin(0, {}, t_ + 3'599'999).credential, 1u);
  EXPECT_EQ(dify.Begin(0, {}, t_ + 3'599'999 + 3'600'000).credential, 0u);
}

// Which picks of a second meet the credential again that an error rested at t.
int64_t RestAfter(const Scenario& scenario, Outcome outcome, int64_t t) {
  DifyBalancer dify(scenario);
  const uint32_t rested = dify.Begin(0, {}, t).credential;
  (void)dify.Ended(0, {}, {.outcome = outcome, .retry_after_ms = 1000}, t);
  for (int64_t ms = 1;; ++ms) {
    // Three picks visit all three credentials.
    for (int i = 0; i < 3; ++i) {
      if (dify.Begin(1, {}, t + ms).credential == rested) return ms;
    }
  }
}

TEST_F(Models, DifyRestsARateLimitedOneForExactlyAMinuteAndDoesNotReadRetryAfter) {
  EXPECT_EQ(RestAfter(*scenario_, Outcome::kRateLimited, t_), 60'000);
}

TEST_F(Models, DifyRestsAnInvalidOrSilentOneForTenSeconds) {
  EXPECT_EQ(RestAfter(*scenario_, Outcome::kUnauthorized, t_), 10'000);
  EXPECT_EQ(RestAfter(*scenario_, Outcome::kTimedOut, t_), 10'000);
}

TEST_F(Models, DifyGivesOtherErrorsToTheUserAtOnce) {
  for (Outcome outcome : {Outcome::kServerError, Outcome::kOutOfCredit, Outcome::kCallerError, Outcome::kOk}) {
    DifyBalancer dify(*scenario_);
    (void)dify.Begin(0, {}, t_);
    EXPECT_EQ(dify.Ended(0, {}, Of(outcome), t_).kind, Kind::kEnd);
    EXPECT_EQ(RestAfter(*scenario_, Outcome::kTimedOut, t_), 10'000);
  }
}

TEST_F(Models, DifyGoesOnUntilAllRest) {
  DifyBalancer dify(*scenario_);
  EXPECT_EQ(dify.Begin(0, {}, t_).credential, 0u);
  EXPECT_EQ(dify.Ended(0, {}, Of(Outcome::kRateLimited), t_).credential, 1u);
  EXPECT_EQ(dify.Ended(0, {}, Of(Outcome::kRateLimited), t_).credential, 2u);
  EXPECT_EQ(dify.Ended(0, {}, Of(Outcome::kRateLimited), t_).kind, Kind::kEnd);
  EXPECT_EQ(dify.Begin(0, {}, t_).kind, Kind::kEnd);  // refused without a call
}

TEST_F(Models, DifyDoesNotBalanceOneAlone) {
  DifyBalancer dify(*alone_);
  (void)dify.Begin(0, {}, t_);
  EXPECT_EQ(dify.Ended(0, {}, Of(Outcome::kRateLimited), t_).kind, Kind::kEnd);
  EXPECT_EQ(dify.Begin(0, {}, t_).kind, Kind::kCall);
}

// Whether the first credential taken is out at `ms` behind an error.
bool LitellmRests(const Scenario& scenario, const Answer& answer, int64_t t, int64_t ms) {
  LitellmBalancer litellm(scenario);
  const uint32_t taken = litellm.Begin(0, {}, t).credential;
  (void)litellm.Ended(0, {}, answer, t);
  for (int i = 0; i < 200; ++i) {
    if (litellm.Begin(1, {}, t + ms).credential == taken) return false;
  }
  return true;
}

TEST_F(Models, LitellmRestsARateLimitedOneForFiveSecondsOrAsItIsTold) {
  EXPECT_TRUE(LitellmRests(*scenario_, Of(Outcome::kRateLimited), t_, 4'999));
  EXPECT_FALSE(LitellmRests(*scenario_, Of(Outcome::kRateLimited), t_, 5'000));
  EXPECT_TRUE(LitellmRests(*scenario_, Of(Outcome::kRateLimited, 42'000), t_, 41'999));
  EXPECT_FALSE(LitellmRests(*scenario_, Of(Outcome::kRateLimited, 42'000), t_, 42'000));
}

TEST_F(Models, LitellmRestsAnInvalidOneAndNotOneOutOfCredit) {
  EXPECT_TRUE(LitellmRests(*scenario_, Of(Outcome::kUnauthorized), t_, 4'999));
  EXPECT_FALSE(LitellmRests(*scenario_, Of(Outcome::kOutOfCredit), t_, 1));
  EXPECT_FALSE(LitellmRests(*scenario_, Of(Outcome::kServerError), t_, 1));  // one of one: less than five calls
}

TEST_F(Models, LitellmRestsOneWhoseCallsFailForTheMostPart) {
  LitellmBalancer litellm(*scenario_);
  uint64_t failures[3] = {0, 0, 0};
  for (int i = 0; i < 1000; ++i) {
    const Step step = litellm.Begin(0, {}, t_);
    if (step.kind != Kind::kCall) break;
    ++failures[step.credential];
    (void)litellm.Ended(0, {}, Of(Outcome::kServerError), t_);
  }
  // Retries of the one slot are thrown away: those count as no call.
  for (uint64_t count : failures) EXPECT_LE(count, 5u);
  EXPECT_EQ(litellm.Begin(0, {}, t_).kind, Kind::kEnd);
  EXPECT_EQ(litellm.rests(), (std::vector<uint64_t>{1, 1, 1}));
}

TEST_F(Models, LitellmTriesThreeTimes) {
  LitellmBalancer litellm(*scenario_);
  int calls = 1;
  Step step = litellm.Begin(0, {}, t_);
  for (step = litellm.Ended(0, {}, Of(Outcome::kCallerError), t_); step.kind != Kind::kEnd;) {
    if (step.kind == Kind::kWait) {
      EXPECT_EQ(step.until_ms, t_);  // at once: others are healthy
      step = litellm.Resume(0, t_);
    } else {
      ++calls;
      step = litellm.Ended(0, {}, Of(Outcome::kCallerError), t_);
    }
  }
  EXPECT_EQ(calls, 3);
}

TEST_F(Models, LitellmRefusesAtOnceWhenAllRest) {
  LitellmBalancer litellm(*scenario_);
  for (int i = 0; i < 3; ++i) {
    (void)litellm.Begin(0, {}, t_);
    (void)litellm.Ended(0, {}, Of(Outcome::kRateLimited, 30'000), t_);
  }
  EXPECT_EQ(litellm.Begin(1, {}, t_ + 29'999).kind, Kind::kEnd);
  EXPECT_EQ(litellm.Begin(1, {}, t_ + 30'000).kind, Kind::kCall);
}

TEST_F(Models, LitellmDoesNotRestARateLimitedOneAlone) {
  LitellmBalancer litellm(*alone_);
  (void)litellm.Begin(0, {}, t_);
  const Step step = litellm.Ended(0, {}, Of(Outcome::kRateLimited, 7'000), t_);
  ASSERT_EQ(step.kind, Kind::kWait);
  EXPECT_GE(step.until_ms, t_ + 7'000);  // as it is told, and up to 0.75 s more
  EXPECT_LT(step.until_ms, t_ + 7'750);
  EXPECT_EQ(litellm.Begin(1, {}, t_).kind, Kind::kCall);
}

TEST_F(Models, LitellmGoesByTheFirstWeightThatTheFirstHas) {
  scenario_->credentials[0].limits.push_back({"requests", "minute", "", 10});
  scenario_->credentials[1].limits.push_back({"requests", "minute", "", 90});
  LitellmBalancer litellm(*scenario_);
  int taken[3] = {0, 0, 0};
  for (int i = 0; i < 10'000; ++i) ++taken[litellm.Begin(0, {}, t_).credential];
  EXPECT_NEAR(taken[0], 1000, 150);
  EXPECT_NEAR(taken[1], 9000, 150);
  EXPECT_EQ(taken[2], 0);  // it has none
}

}  // namespace
}  // namespace keyrule::command::simulation
