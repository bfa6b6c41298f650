#include "evaluator/load_strategies.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "evaluator/latency.h"
#include "evaluator/local_state.h"
#include "evaluator/snapshot.h"
#include "evaluator/strategy.h"
#include "evaluator/token_window.h"
#include "tests/evaluator/fixture.h"

namespace keyrule::evaluator {
namespace {

constexpr int64_t kNow = 1'767'614'400'000;

TEST(PeakAverageTest, AHigherSampleCountsAtOnce) {
  EXPECT_EQ(PeakAverage(0, 250, 0), int64_t{250} << kLatencyFraction);
  EXPECT_EQ(PeakAverage(int64_t{100} << kLatencyFraction, 101, 0), int64_t{101} << kLatencyFraction);
}

TEST(PeakAverageTest, ALowerOneWithAHalfLifeOfSevenSeconds) {
  const int64_t high = int64_t{900} << kLatencyFraction;
  EXPECT_EQ(PeakAverage(high, 100, 0), high);
  EXPECT_EQ(PeakAverage(high, 100, 7'000), int64_t{500} << kLatencyFraction);
  EXPECT_EQ(PeakAverage(high, 100, 14'000), int64_t{300} << kLatencyFraction);
  EXPECT_EQ(PeakAverage(high, 100, int64_t{1} << 40), int64_t{100} << kLatencyFraction);
  EXPECT_EQ(PeakAverage(high, 100, -5), high) << "a clock that was put back";
  for (const int64_t elapsed : {1, 2, 999, 3'500, 6'999, 7'001, 12'345, 60'000}) {
    const double exact = 100 + 800 * std::exp2(-static_cast<double>(elapsed) / 7000);
    const double got = static_cast<double>(PeakAverage(high, 100, elapsed)) / 65536;
    EXPECT_NEAR(got, exact, 1e-4) << elapsed;
  }
}

TEST(PeakAverageTest, ADayIsTheLongestSample) {
  const int64_t day = int64_t{24 * 3600 * 1000} << kLatencyFraction;
  EXPECT_EQ(PeakAverage(0, INT64_MAX, 0), day);
  EXPECT_LT(PeakAverage(day, 1, 3'500), day);
}

TEST(CountLatencyTest, AFailureNeverMakesAKeyLookFaster) {
  CredentialState state;
  CountLatency(&state, {.outcome = Outcome::kOk, .latency_ms = 400}, kNow);
  for (const Outcome outcome : {Outcome::kRateLimited, Outcome::kUnauthorized, Outcome::kCallerError,
                                Outcome::kServerError, Outcome::kTimedOut}) {
    CountLatency(&state, {.outcome = outcome, .latency_ms = 5}, kNow + 70'000);
    EXPECT_EQ(state.latency.load(), int64_t{400} << kLatencyFraction);
  }
  CountLatency(&state, {.outcome = Outcome::kRateLimited, .latency_ms = 9'000}, kNow);
  EXPECT_EQ(state.latency.load(), int64_t{400} << kLatencyFraction);
  CountLatency(&state, {.outcome = Outcome::kTimedOut, .latency_ms = 9'000}, kNow);
  EXPECT_EQ(state.latency.load(), int64_t{9'000} << kLatencyFraction);
  CountLatency(&state, {.outcome = Outcome::kOk, .latency_ms = 0}, kNow + 70'000);
  EXPECT_EQ(state.latency.load(), int64_t{9'000} << kLatencyFraction) << "0 is not known";
}

TEST(TokenWindowTest, CountsAMinute) {
  TokenWindow window;
  int64_t first = 0;
  int64_t slot = 0;
  EXPECT_EQ(window.Charge(100, kNow, &first), 100);
  EXPECT_EQ(window.Charge(10, kNow + 30'000, &slot), 10);
  EXPECT_EQ(window.Used(kNow + 60'999), 110);
  EXPECT_EQ(window.Used(kNow + 61'000), 10);
  EXPECT_EQ(window.Adjust(first, -40), -40);
  EXPECT_EQ(window.Used(kNow + 59'000), 70);
  EXPECT_EQ(window.Charge(1, kNow + 64'000, &slot), 1);  // takes the first one's place
  EXPECT_EQ(window.Adjust(first, 1'000), 0);
  EXPECT_EQ(window.Used(kNow + 61'000), 11);
}

TEST(TokenWindowTest, AReportAloneCounts) {
  TokenWindow window;
  int64_t slot = 0;
  EXPECT_EQ(window.Charge(0, kNow, &slot), 0);
  EXPECT_EQ(window.Adjust(slot, 500), 500);
  EXPECT_EQ(window.Used(kNow), 500);
  EXPECT_EQ(window.Adjust(slot, -900), -500);
  EXPECT_EQ(window.Used(kNow), 0);
  window.Adjust(slot, INT64_MAX);
  EXPECT_EQ(window.Used(kNow), INT64_MAX) << "more than a slot holds is more than any limit";
}

// Calls of one policy, each reported when the test says so.
class Calls {
 public:
  explicit Calls(const std::string& policy)
      : program(CompileText("keyrule 1\nschema \"dify\"\n" + policy)) {
    std::vector<Credential> credentials;
    for (const char* name : {"a", "b", "c"}) {
      Credential& credential = credentials.emplace_back();
      credential.id = credential.name = name;
    }
    snapshot = std::make_unique<Snapshot>(program, std::make_shared<MemorySource>(credentials),
                                          &state, SnapshotOptions{});
  }
  // Decides and reports; the name of the credential, or the verdict.
  std::string Call(const Report& report = {}) {
    const std::string name = Open();
    snapshot->ReportOutcome(decisions.back().get(), report, now + report.latency_ms);
    return name;
  }
  std::string Open(std::initializer_list<const char*> assignments = {}) {
    Decision& d = *decisions.emplace_back(std::make_unique<Decision>());
    snapshot->Decide(RequestOf(*program, assignments).Build(), now, &d);
    return d.verdict == Verdict::kUse ? d.credential->name : std::string(ToString(d.verdict));
  }
  std::string Look() {
    Decision d;
    RequestBuilder builder = RequestOf(*program, {});
    Request request = builder.Build();
    request.dry = true;
    snapshot->Decide(request, now, &d);
    return d.credential->name;
  }

  std::shared_ptr<const Program> program;
  LocalState state;
  std::unique_ptr<Snapshot> snapshot;
  std::vector<std::unique_ptr<Decision>> decisions;
  int64_t now = kNow;
};

constexpr const char* kThree = "pool p { \"a\"  \"b\"  \"c\" }\n";
constexpr const char* kWeighted = "pool p { \"a\" weight 4  \"b\" weight 1 }\n";

TEST(LeastUsedTest, TheLargestShareOfAnyLimitCounts) {
  Calls calls(std::string(kThree) +
              "quota small { \"a\"  limit 4 requests per minute }\n"
              "quota large for each credential { \"a\"  \"b\"  limit 10 requests per minute }\n"
              "quota other { \"c\"  limit 5 requests per minute  limit 100 requests per hour }\n"
              "default { use p by least_used }\n");
  // a: n/4, b: n/10, c: n/5; ties by the least recently taken.
  std::string order;
  for (int i = 0; i < 10; ++i) order += calls.Call();
  EXPECT_EQ(order, "abcbcbabcb");
}

TEST(LeastUsedTest, WithoutLimitsTokensByWeight) {
  Calls calls(std::string(kWeighted) + "default { use p by least_used }\n");
  EXPECT_EQ(calls.Call({.tokens = 1'000}), "a");
  EXPECT_EQ(calls.Call({.tokens = 300}), "b");
  EXPECT_EQ(calls.Call({.tokens = 300}), "a");  // 250 against 300
  EXPECT_EQ(calls.Call({.tokens = 300}), "b");  // 325 against 300
  EXPECT_EQ(calls.Call({.tokens = 300}), "a");
  calls.now += 61'000;
  EXPECT_EQ(calls.Call(), "b") << "all is forgotten: the least recently taken";
}

TEST(LeastUsedTest, TokensCountInAdvanceAndAreGivenBack) {
  Calls calls(std::string(kThree) + "default { use p by least_used }\n");
  EXPECT_EQ(calls.Open({"request.tokens=900"}), "a");
  EXPECT_EQ(calls.Open({"request.tokens=500"}), "b");
  EXPECT_EQ(calls.Open({"request.tokens=700"}), "c");
  EXPECT_EQ(calls.Look(), "b");
  calls.snapshot->ReportOutcome(calls.decisions[0].get(), {.outcome = Outcome::kCallerError}, kNow);
  EXPECT_EQ(calls.Look(), "a");
  calls.snapshot->Abandon(calls.decisions[1].get());
  EXPECT_EQ(calls.Look(), "a");
}

TEST(LeastUsedTest, WhoHasNoLimitHasUsedNothing) {  // a and b share one counter
  Calls calls(std::string(kThree) +
              "budget b { \"a\"  \"b\"  limit 100 requests per day }\ndefault { use p by least_used }\n");
  std::string order;
  for (int i = 0; i < 5; ++i) order += calls.Call({.tokens = 5'000});
  EXPECT_EQ(order, "acccc");
}

TEST(LeastUsedTest, ABudgetOfTheArmCountsWhereEachHasItsOwn) {
  Calls own(std::string(kThree) +
            "budget b for each credential { limit 10 requests per day }\n"
            "rule first { when user.id == \"u\"  use credential \"a\" under b }\n"
            "default { use p by least_used under b }\n");
  own.Open({"user.id=u"});
  own.Open({"user.id=u"});
  std::string order;
  for (int i = 0; i < 4; ++i) order += own.Call();
  EXPECT_EQ(order, "bcbc");
  Calls shared(std::string(kThree) +
               "budget b { limit 10 requests per day }\ndefault { use p by least_used under b }\n");
  order.clear();
  for (const int64_t tokens : {9, 5, 7, 1}) order += shared.Call({.tokens = tokens});
  EXPECT_EQ(order, "abcb") << "what all share tells none from another: tokens do";
}

TEST(LimitsTest, EachNumberHasACounterOfItsOwn) {
  Calls calls(std::string(kThree) +
              "budget b for each request.tokens { limit 2 requests per day }\ndefault { use p by round_robin under b }\n");
  std::string order;
  for (const char* tokens : {"request.tokens=5", "request.tokens=12345", "request.tokens=5", "request.tokens=5",
                             "request.tokens=12345", "request.tokens=12345"}) {
    order += calls.Open({tokens}) == "deny" ? "-" : "+";
  }
  EXPECT_EQ(order, "+++-+-");
}

TEST(HeadroomTest, DrawsByWhatIsLeft) {
  Calls calls(
      "pool p { \"a\"  \"b\" }\n"
      "quota q for each credential { \"a\"  \"b\"  limit 1_000 requests per hour }\n"
      "rule fill { when user.id == \"u\"  use credential \"a\" }\n"
      "default { use p by headroom }\n");
  for (int i = 0; i < 750; ++i) calls.Open({"user.id=u"});
  std::map<std::string, int> counts;
  // Looking takes nothing, so that the shares stand still: 1 in 5 for a. The draws differ by the takes counted.
  for (int i = 0; i < 2'000; ++i) {
    ++counts[calls.Look()];
    calls.state.Takes()->fetch_add(1);
  }
  EXPECT_NEAR(counts["a"], 400, 4 * std::sqrt(2'000 * 0.2 * 0.8));
}

TEST(HeadroomTest, WithoutLimitsItIsWeightedRandom) {
  Calls headroom(std::string(kWeighted) + "default { use p by headroom }\n");
  Calls random(std::string(kWeighted) + "default { use p by weighted_random }\n");
  for (int i = 0; i < 300; ++i) ASSERT_EQ(headroom.Call(), random.Call()) << i;
}

TEST(HeadroomTest, WhoIsEligibleHasAChance) {
  Decision d;
  d.candidates.resize(2);
  d.eligible = {0, 1};
  d.weights = {1, 1};
  d.used = {{2'999'999, 3'000'000}, {3'000'000, 3'000'000}};
  EXPECT_EQ(Headroom(d, 0), 0u);
  EXPECT_EQ(Headroom(d, UINT64_MAX), 1u);
}

TEST(LatencyTest, TheUnknownAreTriedThenTheFastest) {
  Calls calls(std::string(kThree) + "default { use p by latency }\n");
  EXPECT_EQ(calls.Call({.latency_ms = 300}), "a");
  EXPECT_EQ(calls.Call({.latency_ms = 100}), "b");
  EXPECT_EQ(calls.Call({.latency_ms = 200}), "c");
  EXPECT_EQ(calls.Call({.latency_ms = 100}), "b");
  EXPECT_EQ(calls.Open(), "b");  // in flight: 100 · 2 against 200, and c was taken before
  EXPECT_EQ(calls.Open(), "c");
  EXPECT_EQ(calls.Open(), "b");  // 200 against 300 and 400
  EXPECT_EQ(calls.Open(), "a") << "300 against 300: a was taken before b";
}

TEST(LatencyTest, WhoIsUnknownAndBusyCountsAsTheSlowest) {
  Calls calls(std::string(kThree) + "default { use p by latency }\n");
  EXPECT_EQ(calls.Call({.latency_ms = 300}), "a");
  EXPECT_EQ(calls.Open(), "b");  // 0 while idle
  EXPECT_EQ(calls.Open(), "c");
  EXPECT_EQ(calls.Open(), "a");                  // 300 against 600 and 600
  EXPECT_EQ(calls.Open(), "b");                  // 600 each: b was taken before
}

TEST(LatencyTest, WeightsDivide) {
  Calls calls(std::string(kWeighted) + "default { use p by latency }\n");
  EXPECT_EQ(calls.Call({.latency_ms = 300}), "a");
  EXPECT_EQ(calls.Call({.latency_ms = 100}), "b");
  EXPECT_EQ(calls.Call({.latency_ms = 500}), "a") << "75 against 100";
  EXPECT_EQ(calls.Call(), "b") << "125 against 100";
}

TEST(LoadStrategiesTest, LookingTakesNothing) {
  for (const char* strategy : {"least_used", "headroom", "latency", "least_in_flight"}) {
    Calls calls(std::string(kThree) + "quota q for each credential { all of p  limit 3 requests per day }\n" +
                "default { use p by " + strategy + " }\n");
    for (int i = 0; i < 9; ++i) {
      const std::string seen = calls.Look();
      EXPECT_EQ(calls.Look(), seen) << strategy;
      EXPECT_EQ(calls.Open(), seen) << strategy;
    }
    EXPECT_EQ(calls.Open(), "deny") << strategy;
  }
}

}  // namespace
}  // namespace keyrule::evaluator
