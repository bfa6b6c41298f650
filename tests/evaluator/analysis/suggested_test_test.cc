// Suggested tests: they load, pass and meet what they are for; what is said to be met by no request is met by none.
#include "evaluator/analysis/suggested_test.h"

#include <gtest/gtest.h>

#include "evaluator/session.h"
#include "evaluator/test_runner.h"
#include "tests/evaluator/analysis/claim_world.h"
#include "tests/evaluator/analysis/small_world.h"
#include "tests/evaluator/fixture.h"

namespace keyrule::analysis {
namespace {

using evaluator::CompileText;
using evaluator::Coverage;
using evaluator::CoverageItem;
using evaluator::Value;
using Answer = SuggestedTest::Answer;

// Appends a test for each part and runs them; gives the parts for which none was found.
std::vector<std::string> SuggestAll(const std::string& text) {
  const auto program = CompileText(text);
  TestSuggester suggester(program);
  const size_t count = Coverage(program).items().size();
  std::string whole = text;
  std::vector<size_t> found;
  std::vector<std::string> missing;
  for (size_t i = 0; i < count; ++i) {
    const SuggestedTest test = suggester.For(i);
    if (test.answer == Answer::kFound) {
      whole += test.Block();
      found.push_back(i);
    } else {
      missing.push_back(Coverage(program).items()[i].what + (test.answer == Answer::kNone ? ": none" : ": not decided"));
    }
  }
  const auto tested = CompileText(whole);
  Coverage coverage(tested);
  for (const dsl::Test& test : tested->policy->tests) {
    const evaluator::TestResult result = RunTest(tested, test, &coverage);
    EXPECT_TRUE(result.passed) << test.name.value << ": " << result.failures.front().message << "\n" << whole;
  }
  for (const size_t i : found) EXPECT_GT(coverage.items()[i].count, 0U) << coverage.items()[i].what << "\n" << whole;
  return missing;
}

std::string Joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

TEST(SuggestedTests, ReachEveryKindOfArm) {
  const std::string begin = "keyrule 1\nschema \"dify\"\n";
  EXPECT_EQ(Joined(SuggestAll(begin + R"(
pool first { "a" "b" } pool second { "c" }
rule r {
  when environment == "production" and app.id starts with "app-"
  use first by round_robin
  else use second by first_available
  else deny "none"
}
default { leave to host }
)")), "");
  EXPECT_EQ(Joined(SuggestAll(begin + R"(
table key_of { "app-1" : "k1" "app-2" : "k2" }
pool staff { where name like "staff-*" and labels.team == "x" }
pool mine { where labels.owner is set }
rule one { when app.id in key_of use credential key_of[app.id] else deny "out" }
rule two { when node.credential is set use credential node.credential from staff else leave to host }
rule three { when user.id is set use mine where labels.owner == user.id by round_robin else deny "nobody's" }
rule four { when inputs."client-id" like "*-eu" use credential "eu" }
rule night { when time in 22:00..06:00 at "Europe/Berlin" and user.roles contains "ops" deny "closed" }
default { use staff by weighted_round_robin }
)")), "");
  EXPECT_EQ(Joined(SuggestAll(begin + R"(
pool openai_keys of "openai" { "o1" then "o2" }
rule r { when provider == "openai" and model matches /^gpt-[45]/ use openai_keys by sticky on user.id }
rule q { when request.tokens > 1000 and user.id in 25% use credential "big" }
default { deny "other" }
)")), "");
}

TEST(SuggestedTests, SayWhatNoRequestMeets) {
  const std::vector<std::string> missing = SuggestAll(R"(keyrule 1
schema "dify"
rule one { when environment == "a" deny "one" }
rule two { when environment != "a" and app.id is set deny "two" }
rule three { when environment == "a" deny "never" }
default { leave to host }
)");
  EXPECT_EQ(missing, (std::vector<std::string>{"outcome false of `environment != \"a\"`: none", "rule `three`: none",
                                               "arm 1 of rule `three`: none", "outcome true of `environment == \"a\"`: none"}));
}

TEST(SuggestedTests, SayWhichArmsNoRequestMeets) {
  const std::vector<std::string> missing = SuggestAll(R"(keyrule 1
schema "dify"
table keys { "app-1" : "k1" }
pool named { "a" "b" }
pool staff { where labels.team == "x" }
rule one { when app.id == "app-3" use credential keys[app.id] else deny "one" }
rule two { when app.id is not set and app.name is set use credential app.id from named else deny "two" }
rule three { when app.id == "z" use credential app.id from named else deny "three" }
rule four { when app.id == "y" use credential app.id else deny "four" }
rule five { when user.id is not set use staff where labels.owner == user.id by round_robin else deny "five" }
default { leave to host }
)");
  EXPECT_EQ(Joined(missing), "arm 1 of rule `one`: none\narm 1 of rule `two`: none\narm 1 of rule `five`: none\n");
}

// What an arm before takes by its name, or keeps from it by the same limits, is not left to one behind it.
TEST(SuggestedTests, PassLimitsAndNames) {
  const std::vector<std::string> missing = SuggestAll(R"(keyrule 1
schema "dify"
pool p { "k4" "k1" }
pool q { "q1" "q2" }
pool r { "d" where labels.k != "y" }
pool s { where labels.k == "y" }
budget b { limit 3 requests per minute }
budget e for each credential { limit 2 requests per hour }
budget t { limit 500 tokens per day }
budget u { limit 1 usd per day }
budget o { limit 2 requests at once }
rule a { when app.id == "a" use credential "k4" else use credential node.credential from p else deny "no" }
rule b { when app.id == "b" use p by round_robin under b else use p by random }
rule c { when app.id == "c" use q by round_robin under e else use credential "q1" under t else use q by random under u else use q by random }
rule d { when app.id == "d" use credential "k1" under o else use credential "k1" }
rule f { when app.id == "f" use credential "k1" else use credential "k1" }
rule g { when app.id == "g" use p by random else use credential "k1" else use credential node.credential from p else leave to host }
rule i { when app.id == "i" and user.id is set use r by round_robin else use credential user.id else deny "no" }
rule j { when app.id == "u" use credential app.id from s under b else use credential app.id else deny "no" }
rule h { when app.id == "h" use credential node.credential from p under b else use credential node.credential from p else leave to host }
default { leave to host }
)");
  EXPECT_EQ(Joined(missing), "arm 2 of rule `f`: none\narm 2 of rule `g`: none\narm 3 of rule `g`: none\n");
}

// `[a-z]+` is found in no text in which `.` is not: some points between patterns have no text, and others have.
TEST(SuggestedTests, FindTextsBetweenPatterns) {
  EXPECT_EQ(Joined(SuggestAll(R"(keyrule 1
schema "dify"
rule one { when user.id matches /^[a-z]+$/ and app.id is not set deny "one" }
rule two { when user.id matches /./ and app.id is set deny "two" }
rule three { when not (user.id matches /[a-z]/) and user.id matches /^[a-z0-9]+$/ deny "three" }
default { leave to host }
)")), "");
}

TEST(SuggestedTests, OfArmsAgreeWithEveryRequestAndCredential) {
  const uint64_t seed = testing::SeedOr(1);
  const uint64_t cases = testing::CasesOr(200);
  size_t arms = 0, none = 0, open = 0;
  for (uint64_t i = 0; i < cases; ++i) {
    testing::ClaimWorld world(seed * 1'000'081 + i);
    std::string text;
    const auto program = world.Program(&text);
    SCOPED_TRACE("case " + std::to_string(i) + "\n" + text);
    const std::vector<std::vector<bool>> answers = testing::ArmsThatAnswer(*program);
    TestSuggester suggester(program);
    const Coverage coverage(program);
    for (size_t item = 0; item < coverage.items().size(); ++item) {
      const CoverageItem& about = coverage.items()[item];
      if (about.kind != CoverageItem::Kind::kArm) continue;
      const Answer answer = suggester.For(item).answer;
      ++arms;
      none += answer == Answer::kNone ? 1 : 0;
      open += answer == Answer::kNotDecided ? 1 : 0;
      ASSERT_EQ(answer == Answer::kNone, !answers[about.rule][about.arm - 1]) << about.what;
    }
    SuggestAll(text);
  }
  EXPECT_GT(none, arms / 50);
  EXPECT_LT(open, arms / 50);
}

TEST(SuggestedTests, AgreeWithEveryRequest) {
  const uint64_t seed = testing::SeedOr(1);
  const uint64_t cases = testing::CasesOr(150);
  testing::Undecided undecided;
  for (uint64_t i = 0; i < cases; ++i) {
    testing::SmallWorld world(seed * 90'000 + i);
    const std::string text = world.Policy(4);
    SCOPED_TRACE("case " + std::to_string(i) + "\n" + text);
    const auto program = CompileText(text);
    Coverage all(program);
    evaluator::MatchScratch scratch;
    testing::ForEachRequest(*program, [&](const std::vector<Value>& values, int64_t now) {
      evaluator::Decision decision;
      decision.rule = static_cast<uint32_t>(program->Match(values, now, &scratch));
      decision.at_ms = now;
      all.CountCall(values, decision);
      return true;
    });
    TestSuggester suggester(program);
    for (size_t item = 0; item < all.items().size(); ++item) {
      if (all.items()[item].kind == CoverageItem::Kind::kArm) continue;  // the verdict was not asked for
      const SuggestedTest test = suggester.For(item);
      if (test.answer == Answer::kNotDecided) {
        ASSERT_TRUE(undecided.Count(text)) << all.items()[item].what;
        continue;
      }
      if (test.answer == Answer::kNone) {
        ASSERT_EQ(all.items()[item].count, 0U) << all.items()[item].what;
      }
    }
    SuggestAll(text);
  }
  EXPECT_TRUE(undecided.IsSeldom(cases));
}

}  // namespace
}  // namespace keyrule::analysis
