#include "evaluator/oracle.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <string>

#include "evaluator/local_state.h"
#include "evaluator/snapshot.h"
#include "tests/evaluator/fixture.h"
#include "tests/evaluator/random_policy.h"

namespace keyrule::evaluator {
namespace {

constexpr uint64_t kDefaultSeed = 1;
constexpr int kPolicies = 1'000;
constexpr int kRequests = 20;
constexpr int64_t kStartMs = 1'767'614'400'000;  // 2026-01-05T12:00Z

uint64_t Number(const char* variable, uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

// Everything that the two must agree on, as one text.
std::string Text(const OracleAnswer& answer) {
  std::string text = std::string(ToString(answer.verdict)) + " reason=" +
                     std::string(ToString(answer.reason)) + " message=" + answer.message +
                     " credential=" + answer.credential + " rule=" + answer.rule +
                     " arm=" + std::to_string(answer.arm) + " tags=";
  for (const auto& [name, value] : answer.tags) text += name + ":" + value + ",";
  text += " skipped=";
  for (const auto& [name, why] : answer.skipped) {
    text += name + ":" + std::string(ToString(why)) + ",";
  }
  return text;
}

OracleAnswer AnswerOf(const Decision& decision, const Program& program) {
  OracleAnswer answer;
  answer.verdict = decision.verdict;
  answer.reason = decision.reason;
  answer.message = decision.message;
  if (decision.credential != nullptr) answer.credential = decision.credential->id;
  answer.rule = program.rules[decision.rule].name;
  answer.arm = decision.arm;
  for (const TagValue& tag : decision.tags) answer.tags[std::string(tag.name)] = tag.value;
  for (const Candidate& candidate : decision.candidates) {
    if (candidate.why != Skip::kNone) answer.skipped.emplace_back(candidate.name, candidate.why);
  }
  return answer;
}

// KEYRULE_SEED replays one run, KEYRULE_POLICIES makes it longer.
TEST(OracleTest, RandomPoliciesAndRequestsAgree) {
  const uint64_t seed = Number("KEYRULE_SEED", kDefaultSeed);
  const uint64_t policies = Number("KEYRULE_POLICIES", kPolicies);
  std::map<std::string, int> met;  // verdicts, reasons and skips: the test must not go blind
  for (uint64_t i = 0; i < policies; ++i) {
    const uint64_t policy_seed = seed * 1'000'003 + i;
    RandomPolicy random(policy_seed);
    const std::string text = random.Policy();
    const std::shared_ptr<const Program> program = CompileText(text);
    const std::vector<Credential> credentials = random.Credentials();
    LocalState state;
    const Snapshot snapshot(program, std::make_shared<MemorySource>(credentials), &state,
                            {.seed = policy_seed});
    Oracle oracle(*program->policy, credentials, policy_seed);
    std::vector<std::unique_ptr<Decision>> decisions;  // those in flight have taken something
    int64_t now_ms = kStartMs;
    for (int j = 0; j < kRequests; ++j) {
      RequestBuilder builder(program->policy);
      std::string shown;
      for (const std::string& assignment : random.Request()) {
        std::string error;
        ASSERT_TRUE(builder.SetAssignment(assignment, &error)) << error;
        shown += "\n  " + assignment;
      }
      builder.FillRequired(now_ms);
      now_ms += random.Pause();
      const OracleAnswer expected = oracle.Decide(builder.Build(), now_ms);
      if (expected.near_tie) break;
      Decision& decision = *decisions.emplace_back(std::make_unique<Decision>());
      if (random.Looks()) {  // a decision that takes nothing says the same and moves nothing
        evaluator::Request dry = builder.Build();
        dry.dry = true;
        snapshot.Decide(dry, now_ms, &decision);
        EXPECT_EQ(Text(AnswerOf(decision, *program)), Text(expected)) << "dry\n" << text;
      }
      snapshot.Decide(builder.Build(), now_ms, &decision);
      const OracleAnswer got = AnswerOf(decision, *program);
      ASSERT_EQ(Text(got), Text(expected))
          << "KEYRULE_SEED=" << seed << ", policy " << i << ", request " << j << " at " << now_ms
          << shown << "\n" << text;
      ++met[std::string(ToString(expected.verdict))];
      if (expected.reason != Reason::kNone) ++met[std::string(ToString(expected.reason))];
      for (const auto& [name, why] : expected.skipped) ++met[std::string(ToString(why))];
      if (expected.verdict == Verdict::kUse) ++met[std::string(decision.strategy)];
      Report report;
      if (expected.verdict == Verdict::kUse && random.Reported(&report)) {
        const int64_t end_ms = now_ms + report.latency_ms;
        oracle.CountReport(expected, report, end_ms);
        ASSERT_TRUE(snapshot.ReportOutcome(&decision, report, end_ms));
      }
    }
  }
  for (const char* thing :
       {"use", "deny", "host", "denied", "unavailable", "unknown_credential", "other_provider",
        "other_model", "unknown", "disabled", "expired", "overloaded", "over_quota", "over_budget",
        "least_in_flight", "least_used", "headroom", "latency"}) {
    EXPECT_GT(met[thing], 0) << thing << " was never met";
  }
}

// The vectors of the language reference, §4.1, through a policy.
TEST(OracleTest, SharesFallWhereTheReferenceSays) {
  const auto program = CompileText(R"(keyrule 1
schema "dify"
rule below { when user.id in 25.98% deny "below" }
rule at { when user.id in 25.98%..25.99% deny "at" }
rule alice { when user.id in 43.62%..43.63% deny "alice" }
default { leave to host }
)");
  Oracle oracle(*program->policy, {}, 0);
  EXPECT_EQ(oracle.Decide(RequestOf(*program, {"user.id=u-1"}).Build(), 0).rule, "at");
  EXPECT_EQ(oracle.Decide(RequestOf(*program, {"user.id=alice"}).Build(), 0).rule, "alice");
  EXPECT_EQ(oracle.Decide(RequestOf(*program, {}).Build(), 0).rule, "default");
}

// Weights 5, 1 and 1 as nginx documents the smooth cycle: a a b a c a a.
TEST(OracleTest, SmoothCycle) {
  const auto program = CompileText(R"(keyrule 1
schema "dify"
pool p { "a" weight 5  "b" weight 1  "c" weight 1 }
default { use p by weighted_round_robin }
)");
  std::vector<Credential> credentials(3);
  for (size_t i = 0; i < 3; ++i) credentials[i].id = credentials[i].name = std::string(1, "abc"[i]);
  Oracle oracle(*program->policy, credentials, 0);
  std::string turns;
  for (int i = 0; i < 14; ++i) {
    turns += oracle.Decide(RequestOf(*program, {}).Build(), 0).credential;
  }
  EXPECT_EQ(turns, "aabacaaaabacaa");
}

}  // namespace
}  // namespace keyrule::evaluator
