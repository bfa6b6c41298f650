#include "evaluator/oracle.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>

#include "evaluator/local_state.h"
#include "evaluator/snapshot.h"
#include "tests/evaluator/answers.h"
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

// Credentials that are taken back between the calls, and now and then given again.
class TakenBack : public Revocations {
 public:
  uint64_t Epoch() const noexcept override { return ids_.empty() ? 0 : changes_; }
  bool Revoked(const Credential& credential) const noexcept override {
    return ids_.contains(credential.id);
  }
  void Change(const std::string& id) {
    ++changes_;
    if (ids_.erase(id) == 0) ids_.insert(id);
  }

 private:
  std::set<std::string> ids_;
  uint64_t changes_ = 0;
};

class RevocableSource : public MemorySource {
 public:
  RevocableSource(std::vector<Credential> credentials, const Revocations* revocations)
      : MemorySource(std::move(credentials)), revocations_(revocations) {}
  const Revocations* revocations() const override { return revocations_; }

 private:
  const Revocations* revocations_;
};

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
    TakenBack taken_back;
    std::mt19937_64 fate(policy_seed);  // its own: policies and requests stay what they are
    const Snapshot snapshot(program, std::make_shared<RevocableSource>(credentials, &taken_back),
                            &state, {.seed = policy_seed});
    Oracle oracle(*program->policy, credentials, policy_seed, &taken_back);
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
      if (fate() % 8 == 0) taken_back.Change(credentials[fate() % credentials.size()].id);
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
      for (const Candidate& candidate : decision.candidates) {
        const bool enabled = candidate.credential != nullptr && candidate.credential->enabled;
        if (candidate.why == Skip::kDisabled && enabled) ++met["revoked"];
      }
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
        "other_model", "unknown", "disabled", "revoked", "expired", "overloaded", "over_quota", "over_budget",
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
