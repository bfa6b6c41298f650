// What holds in every simulation, over random scenarios; and the providers and the trace apart.
#include <map>
#include <set>

#include "plugin_api/command/simulation_dify.h"
#include "plugin_api/command/simulation_keyrule.h"
#include "plugin_api/command/simulation_litellm.h"
#include "plugin_api/command/simulation_run.h"
#include "tests/plugin_api/simulation_support.h"

namespace keyrule::command::simulation {
namespace {

using evaluator::Outcome;

const char* const kPolicies[] = {
    "round_robin", "weighted_round_robin", "random", "least_in_flight", "least_used", "headroom", "latency",
    "first_available",
};

std::string PolicyBy(const std::string& strategy, bool waits) {
  return "keyrule 1\nschema \"dify\"\npool p { \"a\" \"b\" weight 2 \"c\" }\nquota q { \"b\"  limit 50 requests per minute }\n"
         "rule r { when model.type == \"llm\"  use p by " + strategy + (waits ? " waiting up to 5s" : "") +
         "  retry 2 times within 30s }\ndefault { leave to host }\n";
}

// Random accounts; of three some fail now and then, some have limits, one has little credit.
std::unique_ptr<Scenario> RandomScenario(uint64_t seed) {
  uint64_t n = 0;
  const auto draw = [&](uint64_t below) { return evaluator::Scale(Draw(seed, 1, n++), below); };
  auto scenario = MakeScenario(PolicyBy(kPolicies[draw(std::size(kPolicies))], draw(2) == 0), {"a", "b", "c"},
                               static_cast<uint32_t>(20 + draw(300)));
  scenario->seed = seed;
  scenario->timeout_ms = 10'000;
  scenario->traffic[0].tokens = {100, 2000};
  scenario->traffic[0].duration_ms = {200, 12'000};
  scenario->traffic[0].poisson = draw(4) != 0;
  for (size_t i = 1; i < scenario->accounts.size(); ++i) {
    Account& account = scenario->accounts[i];
    if (draw(3) != 0) account.requests_per_minute = static_cast<int64_t>(10 + draw(120));
    if (draw(3) == 0) account.tokens_per_minute = static_cast<int64_t>(20'000 + draw(80'000));
    account.token_bucket = draw(2) == 0;
    account.retry_after = draw(3) != 0;
    account.latency_ms = static_cast<int64_t>(draw(500));
    account.latency_per_call_ms = static_cast<int64_t>(draw(20));
    if (draw(4) == 0) account.credit_requests = static_cast<int64_t>(draw(1000));
    constexpr Outcome kOutcomes[] = {Outcome::kServerError, Outcome::kTimedOut, Outcome::kUnauthorized,
                                     Outcome::kCallerError};
    if (draw(2) == 0) {
      Failure& failure = account.failures.emplace_back();
      failure.outcome = kOutcomes[draw(std::size(kOutcomes))];
      failure.from_ms = scenario->start_ms + static_cast<int64_t>(draw(40)) * kMinuteMs;
      failure.to_ms = failure.from_ms + static_cast<int64_t>(1 + draw(20)) * kMinuteMs;
      failure.percent = static_cast<uint32_t>(1 + draw(100));
    }
  }
  return scenario;
}

// Holds what every run must hold against what it sees.
class Invariants : public Observer {
 public:
  Invariants(const Scenario& scenario, bool obeys_retry_after)
      : scenario_(scenario), obeys_retry_after_(obeys_retry_after) {}

  void Called(uint32_t credential, const Arrival& arrival, const Answer& answer, int64_t now_ms) override {
    ++calls_;
    EXPECT_EQ(ended_.count(Key(arrival)), 0u) << "a call after the end";
    EXPECT_GE(now_ms, last_ms_) << "time runs backwards";
    last_ms_ = now_ms;
    if (obeys_retry_after_) {
      EXPECT_GE(now_ms, rests_until_[credential]) << "called while it rests by Retry-After";
    }
    const Account& account = scenario_.accounts[scenario_.account_of[credential]];
    if (account.token_bucket) return;
    // Counted anew, by minute of the clock.
    auto& [requests, tokens] = admitted_[{credential, now_ms / kMinuteMs}];
    const bool fits = (account.requests_per_minute == 0 || requests + 1 <= account.requests_per_minute) &&
                      (account.tokens_per_minute == 0 || tokens + arrival.tokens <= account.tokens_per_minute);
    if (answer.outcome == Outcome::kRateLimited) {
      EXPECT_FALSE(fits) << "429 under the limit";
    } else if (answer.outcome == Outcome::kOk) {
      EXPECT_TRUE(fits) << "admitted beyond the limit";
    }
    // A time-out of the caller's may have been admitted; these scenarios' own time-outs were not.
    const bool timed_out_inside = answer.outcome == Outcome::kTimedOut && !FailsNow(account, now_ms);
    if (answer.outcome == Outcome::kOk || timed_out_inside) {
      ++requests;
      tokens += arrival.tokens;
    }
  }
  void Answered(uint32_t credential, const Arrival&, const Answer& answer, int64_t now_ms) override {
    if (answer.outcome != Outcome::kRateLimited || answer.retry_after_ms == 0) return;
    int64_t& until = rests_until_[credential];
    until = std::max(until, now_ms + answer.retry_after_ms);
  }
  void Finished(const Arrival& arrival, Ending ending, int64_t) override {
    EXPECT_TRUE(ended_.insert(Key(arrival)).second) << "ended twice";
    ++endings_[static_cast<size_t>(ending)];
  }

  void Check(const RunResult& run, size_t arrivals) const {
    EXPECT_EQ(run.requests, arrivals);
    EXPECT_EQ(ended_.size(), arrivals);
    uint64_t served = 0, rate_limited = 0, failed = 0, by_hour = 0;
    for (const CredentialCount& count : run.credentials) {
      served += count.served;
      rate_limited += count.rate_limited;
      failed += count.failed;
    }
    for (uint64_t count : run.rate_limited_by_hour) by_hour += count;
    for (size_t i = 0; i < kEndings; ++i) EXPECT_EQ(run.endings[i], endings_[i]);
    EXPECT_EQ(run.calls, calls_);
    EXPECT_EQ(served, run.Of(Ending::kServed));
    EXPECT_EQ(served, run.delays_ms.size());
    EXPECT_EQ(rate_limited, run.rate_limited);
    EXPECT_EQ(by_hour, run.rate_limited);
    EXPECT_EQ(failed, run.failed_calls);
    EXPECT_EQ(served + rate_limited + failed, run.calls);
    EXPECT_EQ(run.calls - run.retries, run.Of(Ending::kServed) + run.Of(Ending::kFailed));
  }

 private:
  static std::pair<uint32_t, uint32_t> Key(const Arrival& arrival) { return {arrival.traffic, arrival.number}; }
  static bool FailsNow(const Account& account, int64_t now_ms) {
    for (const Failure& failure : account.failures) {
      if (failure.outcome == Outcome::kTimedOut && now_ms >= failure.from_ms && now_ms < failure.to_ms) return true;
    }
    return false;
  }

  const Scenario& scenario_;
  const bool obeys_retry_after_;
  int64_t last_ms_ = 0;
  uint64_t calls_ = 0;
  uint64_t endings_[kEndings] = {};
  std::set<std::pair<uint32_t, uint32_t>> ended_;
  std::map<std::pair<uint32_t, int64_t>, std::pair<int64_t, int64_t>> admitted_;
  std::map<uint32_t, int64_t> rests_until_;
};

TEST(Simulation, InvariantsHoldOverRandomScenarios) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const auto scenario = RandomScenario(seed);
    // Where time-outs of its own mix with those of the caller, what was admitted cannot be told from outside.
    for (Account& account : scenario->accounts) {
      std::erase_if(account.failures, [](const Failure& failure) {
        return failure.outcome == Outcome::kTimedOut && failure.percent != 100;
      });
    }
    const std::vector<Arrival> trace = MakeTrace(*scenario);
    ASSERT_GT(trace.size(), 500u);
    KeyruleBalancer keyrule(scenario.get());
    DifyBalancer dify(*scenario);
    LitellmBalancer litellm(*scenario);
    for (Balancer* balancer : std::initializer_list<Balancer*>{&keyrule, &dify, &litellm}) {
      SCOPED_TRACE(balancer->name());
      Invariants invariants(*scenario, balancer == &keyrule);
      invariants.Check(simulation::Run(*scenario, trace, balancer, &invariants), trace.size());
    }
    if (HasFailure()) break;
  }
}

TEST(Simulation, TheSameSeedGivesTheSameRun) {
  std::vector<std::vector<int64_t>> delays;
  std::vector<uint64_t> decisions;
  for (uint64_t seed : {5, 5, 6}) {
    const auto scenario = RandomScenario(4);
    scenario->seed = seed;
    KeyruleBalancer keyrule(scenario.get());
    const RunResult run = simulation::Run(*scenario, MakeTrace(*scenario), &keyrule);
    delays.push_back(run.delays_ms);
    decisions.push_back(run.decisions);
  }
  EXPECT_EQ(delays[0], delays[1]);
  EXPECT_EQ(decisions[0], decisions[1]);
  EXPECT_NE(decisions[0], decisions[2]);
}

TEST(Simulation, EvenArrivalsAreAsManyAsTheHourSays) {
  const auto scenario = MakeScenario(RoundRobinPolicy(), {"a"}, 0);
  Traffic& traffic = scenario->traffic[0];
  traffic.poisson = false;
  traffic.per_minute[0] = 7;
  traffic.per_minute[2] = 60;
  scenario->hours = 3;
  int64_t hours[3] = {0, 0, 0};
  int64_t before = 0;
  for (const Arrival& arrival : MakeTrace(*scenario)) {
    EXPECT_GE(arrival.at_ms, before);
    before = arrival.at_ms;
    ++hours[(arrival.at_ms - scenario->start_ms) / kHourMs];
  }
  EXPECT_EQ(hours[0], 420);
  EXPECT_EQ(hours[1], 0);
  EXPECT_EQ(hours[2], 3600);
}

TEST(Simulation, PoissonArrivalsHaveTheirMeanAndSpread) {
  const auto scenario = MakeScenario(RoundRobinPolicy(), {"a"}, 100);
  scenario->hours = 100;
  std::vector<int64_t> minutes(6000, 0);
  for (const Arrival& arrival : MakeTrace(*scenario)) {
    ++minutes[static_cast<size_t>((arrival.at_ms - scenario->start_ms) / kMinuteMs)];
  }
  int64_t sum = 0, squares = 0;
  for (int64_t count : minutes) {
    sum += count;
    squares += (count - 100) * (count - 100);
  }
  EXPECT_NEAR(static_cast<double>(sum) / 6000, 100, 0.6);
  EXPECT_NEAR(static_cast<double>(squares) / 6000, 100, 8);  // a Poisson variance is its mean
}

TEST(RateLimit, AMinuteOfTheClock) {
  RateLimit limit(2, false);
  const int64_t minute = 60'000 * 1000;
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(limit.Wait(1, minute + 50'000), 0);
    limit.Take(1);
  }
  EXPECT_EQ(limit.Wait(1, minute + 50'000), 10'000);
  EXPECT_EQ(limit.Wait(1, minute + 60'000), 0);
}

TEST(RateLimit, ABucketRefillsAllTheTime) {
  RateLimit limit(60, true);
  const int64_t now = 1'000'000;
  for (int i = 0; i < 60; ++i) {
    EXPECT_EQ(limit.Wait(1, now), 0);
    limit.Take(1);
  }
  EXPECT_EQ(limit.Wait(1, now), 1000);
  EXPECT_EQ(limit.Wait(1, now + 999), 1);
  EXPECT_EQ(limit.Wait(1, now + 1000), 0);
}

TEST(Percentile, IsTheNearestRank) {
  EXPECT_EQ(Percentile({}, 50), 0);
  EXPECT_EQ(Percentile({7}, 99), 7);
  EXPECT_EQ(Percentile({1, 2, 3, 4}, 50), 2);
  EXPECT_EQ(Percentile({1, 2, 3, 4}, 99), 4);
}

}  // namespace
}  // namespace keyrule::command::simulation
