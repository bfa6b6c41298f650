#include "evaluator/coverage.h"

#include <gtest/gtest.h>

#include "evaluator/test_runner.h"
#include "tests/evaluator/fixture.h"

namespace keyrule::evaluator {
namespace {

// Every item of a policy whose tests have run: "2 x arm 1 of rule `r`", a line each.
std::string Counts(const std::string& policy) {
  const auto program = CompileText("keyrule 1\nschema \"dify\"\n" + policy);
  Coverage coverage(program);
  for (const dsl::Test& test : program->policy->tests) {
    const TestResult result = RunTest(program, test, &coverage);
    EXPECT_TRUE(result.passed) << result.failures.front().message;
  }
  std::string text;
  for (const CoverageItem& item : coverage.items()) {
    text += std::to_string(item.count) + " x " + item.what + "\n";
  }
  return text;
}

TEST(CoverageTest, CountsRulesArmsAndOutcomes) {
  EXPECT_EQ(Counts(R"(
pool p { "a" }
rule r { when app.id == "x"  use p by round_robin  else deny "none" }
default { leave to host }
test "t" { request 3 times with app.id = "x"  request with app.id = "y"  expect host }
)"),
            "3 x rule `r`\n"
            "3 x arm 1 of rule `r`\n"
            "0 x arm 2 of rule `r`\n"
            "3 x outcome true of `app.id == \"x\"`\n"
            "1 x outcome false of `app.id == \"x\"`\n"
            "1 x `default`\n"
            "1 x arm 1 of `default`\n");
}

// What is not looked at is not met: behind a false `and`, a true `or`, and the rule that decides.
TEST(CoverageTest, ReadsConditionsInTheOrderWritten) {
  const std::string policy = R"(
rule both { when app.id == "x" and user.id == "u"  deny "both" }
rule one { when app.id == "y" or user.id == "v"  deny "one" }
rule last { when environment == "z"  deny "last" }
default { leave to host }
)";
  const auto line = [](const std::string& counts, const std::string& what) {
    const size_t at = counts.find(" x outcome " + what);
    const size_t begin = counts.rfind('\n', at);
    return counts.substr(begin + 1, at - begin - 1);
  };
  const std::string and_stops = Counts(policy + "test \"t\" { request with app.id = \"y\", user.id = \"u\"  expect deny }\n");
  EXPECT_EQ(line(and_stops, "false of `app.id == \"x\"`"), "1");
  EXPECT_EQ(line(and_stops, "true of `user.id == \"u\"`"), "0");
  EXPECT_EQ(line(and_stops, "false of `user.id == \"u\"`"), "0");
  EXPECT_EQ(line(and_stops, "true of `app.id == \"y\"`"), "1");
  EXPECT_EQ(line(and_stops, "true of `user.id == \"v\"`"), "0");
  EXPECT_EQ(line(and_stops, "false of `user.id == \"v\"`"), "0");
  EXPECT_EQ(line(and_stops, "false of `environment == \"z\"`"), "0");
  const std::string all = Counts(policy + "test \"t\" { request with app.id = \"x\", user.id = \"w\"  expect host }\n");
  EXPECT_EQ(line(all, "false of `user.id == \"u\"`"), "1");
  EXPECT_EQ(line(all, "false of `user.id == \"v\"`"), "1");
  EXPECT_EQ(line(all, "false of `environment == \"z\"`"), "1");
}

// An atom of a named condition is one, however many rules use it; negation does not turn outcomes.
TEST(CoverageTest, NamedConditionsAndNegations) {
  EXPECT_EQ(Counts(R"(
let big = request.tokens > 100
let unused = user.id == "nobody" and big
let other = not (big or app.id is set)
rule a { when big and environment is set  deny "a" }
rule b { when other  deny "b" }
default { leave to host }
test "t" { request  expect rule b  request with app.id = "x"  expect host  request with request.tokens = 500  expect default }
)"),
            "0 x rule `a`\n"
            "0 x arm 1 of rule `a`\n"
            "1 x outcome true of `request.tokens > 100`\n"
            "2 x outcome false of `request.tokens > 100`\n"
            "0 x outcome true of `environment is set`\n"
            "1 x outcome false of `environment is set`\n"
            "1 x rule `b`\n"
            "1 x arm 1 of rule `b`\n"
            "1 x outcome true of `app.id is set`\n"
            "1 x outcome false of `app.id is set`\n"
            "2 x `default`\n"
            "2 x arm 1 of `default`\n");
}

// A wait and a refusal take nothing; `next` takes an arm, but decides no rule anew.
TEST(CoverageTest, AnArmIsTakenWhenItAnswers) {
  EXPECT_EQ(Counts(R"(
pool p { "a"  "b" }
pool q { "c" }
budget one { limit 1 request per minute }
rule named { when node.credential is set  use credential node.credential from q }
rule slow { when app.id == "slow"  use q by round_robin under one waiting up to 2m }
default { use p by first_available }
test "t" {
  request with node.credential = "zz"
  expect deny "unknown credential"
  request with app.id = "slow"
  again
  expect wait
  request
  report rate_limited
  next
  expect credential "b"
}
)"),
            "1 x rule `named`\n"
            "0 x arm 1 of rule `named`\n"
            "1 x outcome true of `node.credential is set`\n"
            "3 x outcome false of `node.credential is set`\n"
            "2 x rule `slow`\n"
            "1 x arm 1 of rule `slow`\n"
            "2 x outcome true of `app.id == \"slow\"`\n"
            "1 x outcome false of `app.id == \"slow\"`\n"
            "1 x `default`\n"
            "2 x arm 1 of `default`\n");
}

TEST(CoverageTest, WhatIsMissingIsAWarningAtItsPlace) {
  const auto program = CompileText(
      "keyrule 1\nschema \"dify\"\nrule r { when not (app.id\n  is set)  deny \"x\" }\n"
      "default { leave to host }\n");
  const Coverage coverage(program);
  std::string text;
  for (const CoverageItem& item : coverage.items()) {
    text += dsl::Render(NotCovered(item), *program->policy->sources, dsl::RenderStyle::kPlain);
  }
  EXPECT_EQ(text,
            "p.keyrule:3:6: warning[KR0704]: rule `r` is not covered by a test (help: "
            "add a test with a request that it decides)\n"
            "p.keyrule:4:12: warning[KR0704]: arm 1 of rule `r` is not covered by a test (help: "
            "add a test in which it answers)\n"
            "p.keyrule:3:20: warning[KR0704]: outcome true of `app.id is set` is not covered by a test (help: "
            "add a test that reaches it with a request for which it is true)\n"
            "p.keyrule:3:20: warning[KR0704]: outcome false of `app.id is set` is not covered by a test (help: "
            "add a test that reaches it with a request for which it is false)\n"
            "p.keyrule:5:1: warning[KR0704]: `default` is not covered by a test (help: "
            "add a test with a request that it decides)\n"
            "p.keyrule:5:11: warning[KR0704]: arm 1 of `default` is not covered by a test (help: "
            "add a test in which it answers)\n");
}

}  // namespace
}  // namespace keyrule::evaluator
