// Formatting keeps the meaning: random policies decide as before.
#include "dsl/format.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "evaluator/local_state.h"
#include "evaluator/snapshot.h"
#include "tests/evaluator/fixture.h"
#include "tests/evaluator/random_policy.h"
#include "tests/support/format_promises.h"

namespace keyrule::evaluator {
namespace {

constexpr int kPolicies = 400;
constexpr int kRequests = 10;
constexpr int64_t kStartMs = 1'767'614'400'000;  // 2026-01-05T12:00Z

// What a policy answers to one after the other of the requests.
std::string Answers(const std::string& policy, uint64_t seed) {
  const std::shared_ptr<const Program> program = CompileText(policy);
  RandomPolicy random(seed);
  random.Policy();
  LocalState state;
  const Snapshot snapshot(program, std::make_shared<MemorySource>(random.Credentials()), &state,
                          {.seed = seed});
  std::string answers;
  int64_t now_ms = kStartMs;
  for (int i = 0; i < kRequests; ++i) {
    RequestBuilder builder(program->policy);
    for (const std::string& assignment : random.Request()) {
      std::string error;
      EXPECT_TRUE(builder.SetAssignment(assignment, &error)) << error;
    }
    builder.FillRequired(now_ms);
    now_ms += random.Pause();
    Decision decision;
    snapshot.Decide(builder.Build(), now_ms, &decision);
    answers += ToString(decision.verdict);
    answers += " " + std::string(program->rules[decision.rule].name);
    answers += " " + std::to_string(decision.arm) + " " + std::string(decision.message) + " ";
    if (decision.credential != nullptr) answers += decision.credential->id;
    for (const TagValue& tag : decision.tags) {
      answers += " " + std::string(tag.name) + "=" + std::string(tag.value);
    }
    for (const Candidate& candidate : decision.candidates) {
      answers += " " + std::string(candidate.name) + ":" + std::string(ToString(candidate.why));
    }
    answers += "\n";
  }
  return answers;
}

TEST(FormatTest, RandomPoliciesDecideAsBefore) {
  for (uint64_t seed = 1; seed <= kPolicies; ++seed) {
    const std::string policy = RandomPolicy(seed).Policy();
    ASSERT_TRUE(dsl::KeepsItsPromises(policy)) << "seed " << seed;
    std::minstd_rand random(static_cast<uint32_t>(seed));
    const std::string commented = dsl::WithRandomGaps(policy, random);
    ASSERT_TRUE(dsl::KeepsItsPromises(commented)) << "seed " << seed;
    ASSERT_EQ(Answers(dsl::Formatted(commented), seed), Answers(policy, seed)) << policy;
  }
}

}  // namespace
}  // namespace keyrule::evaluator
