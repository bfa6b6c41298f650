#include "evaluator/test_runner.h"

#include <gtest/gtest.h>

#include "tests/evaluator/fixture.h"

namespace keyrule::evaluator {
namespace {

// The tests of a policy, as "ok NAME" or "FAIL NAME" with the rendered diagnostics.
std::string RunAll(const std::string& policy, const std::string& only = {}) {
  const auto program = CompileText(policy);
  std::string text;
  for (const TestResult& result : RunTests(program, only)) {
    text += (result.passed ? "ok " : "FAIL ") + result.name + "\n";
    EXPECT_EQ(result.passed, result.failures.empty());
    for (const dsl::Diagnostic& failure : result.failures) {
      text += dsl::Render(failure, *program->policy->sources, dsl::RenderStyle::kText);
    }
  }
  return text;
}

constexpr const char* kHead = R"(keyrule 1
schema "dify"
table key_of { "a-1" : "alpha"  "a-2" : "missing" }
pool two { "k1" weight 3  "k2" weight 1 }
pool labelled { where labels.team == "x" }
pool google of "google" { "g1" }
rule keyed { when app.id in key_of  use credential key_of[app.id] }
rule named { when node.credential is set  use credential node.credential from two }
rule team { when app.id == "team"  use labelled by round_robin  else deny "no team key" }
rule google { when provider == "google" and app.id == "g"  use google by first_available }
rule two { when app.id == "two"  use two by weighted_round_robin  tag app = app.id, user = user.id  retry 1 time within 10s }
rule stick { when app.id == "stick"  use two by sticky on user.id }
default { leave to host }
)";

std::string Case(const std::string& steps) { return std::string(kHead) + "test \"t\" {\n" + steps + "}\n"; }

// Each value of a `for each` has a counter; a test may not fill the machine with them.
TEST(TestRunnerTest, CountersHaveALimit) {
  const auto run = [](const char* limit, const char* times) {
    return RunAll(std::string("keyrule 1\nschema \"dify\"\npool p { \"a\" }\nbudget b for each user.id { limit ") +
                  limit + " }\ndefault { use p by random under b }\ntest \"t\" {\n  request " + times +
                  " times with user.id = unique\n  expect credential \"a\"\n}\n");
  };
  EXPECT_EQ(run("1 requests per hour", "20_000"), "ok t\n");
  EXPECT_EQ(run("1 requests at once", "10_000"), "ok t\n");
  EXPECT_EQ(run("1 requests per hour", "1_000_000").find(
                "FAIL t\nerror[KR0014]: the number of counters of quotas and budgets in this test is "
                "larger than 20,000"),
            0u);
}

// Every way to want something, fulfilled.
TEST(TestRunnerTest, WantsThatAreFulfilled) {
  for (const char* steps : {
           "request\nexpect default, host\n",
           "request with app.id = \"two\"\nexpect rule two, credential \"k1\", credential in two\n",
           "request with app.id = \"two\"\nexpect tag app = \"two\"\n",
           "request 8 times with app.id = \"two\"\nexpect 6 on \"k1\", 2 on \"k2\", 1..3 on \"k2\", 0 on \"x\"\n",
           "request with app.id = \"two\"\nagain\nexpect same credential\nagain 1 time\nexpect another credential\n",
           "request with app.id = \"a-1\"\nexpect rule keyed, credential \"alpha\"\n",
           "request with node.credential = \"nobody\"\nexpect rule named, deny, deny \"unknown credential\", skipped \"nobody\" as unknown\n",
           "request with app.id = \"team\"\nexpect deny \"no team key\"\n",
           "request with app.id = \"g\", provider = \"google\"\nexpect credential \"g1\"\n",
           "request with app.id = \"g\"\nexpect default\n",
       }) {
    EXPECT_EQ(RunAll(Case(steps)), "ok t\n") << steps;
  }
}

TEST(TestRunnerTest, GivenReplacesAndAdds) {
  for (const char* steps : {
           // replaces a policy's credential
           "given credential \"k1\" with enabled = false\nrequest 4 times with app.id = \"two\"\n"
           "expect 4 on \"k2\", skipped \"k1\" as disabled\n",
           "given credential \"k1\" with expires = 2026-01-05T12:00Z\nrequest with app.id = \"two\"\n"
           "expect credential \"k2\", skipped \"k1\" as expired\n",
           "given credential \"k1\" with expires = 2026-01-05T12:01Z\nrequest with app.id = \"two\"\n"
           "expect credential \"k1\"\nwait 1m\nagain\nexpect skipped \"k1\" as expired\n",
           // of a provider: for that one only
           "given credential \"k1\" of \"google\"\nrequest with app.id = \"two\", provider = \"openai\"\n"
           "expect credential \"k2\", skipped \"k1\" as other_provider\n",
           "given credential \"k1\" with model = \"gpt-4o\"\nrequest with app.id = \"two\", model = \"gpt-5\"\n"
           "expect credential \"k2\", skipped \"k1\" as other_model\n",
           // adds
           "given credential \"n\" with labels.team = \"x\"\nrequest with app.id = \"team\"\n"
           "expect credential \"n\", credential in labelled\n",
           // the pool's weight counts before the credential's; an id may be named by an attribute
           "given credential \"k1\" with id = \"0198\", weight = 7\nrequest with node.credential = \"0198\"\n"
           "expect credential \"k1\"\n",
       }) {
    EXPECT_EQ(RunAll(Case(steps)), "ok t\n") << steps;
  }
}

TEST(TestRunnerTest, NextReportAndTime) {
  for (const char* steps : {
           "request with app.id = \"two\"\nreport rate_limited with retry_after = 60s\nnext\n"
           "expect credential \"k2\", another credential, skipped \"k1\" as tried\n"
           "wait 59s\nrequest with app.id = \"two\"\nexpect skipped \"k1\" as cooling\n"
           "wait 1s\nagain 4 times\nexpect 3 on \"k1\"\n",
           // one retry is allowed
           "request with app.id = \"two\"\nreport server_error\nnext\nexpect credential \"k2\"\n"
           "report server_error\nnext\nexpect deny \"no retry is left\"\n",
           // and only within ten seconds
           "request with app.id = \"two\"\nwait 11s\nreport timed_out\nnext\nexpect deny\n",
           // an unreported call went well, and after that there is no next
           "request with app.id = \"two\"\nnext\nexpect deny \"no retry is left\"\n",
           // a refusal stays a refusal, the host stays the host
           "request with app.id = \"team\"\nnext\nexpect deny \"no team key\"\n",
           "request\nnext\nexpect host\n",
           "clock 2026-03-01T00:00Z\nrequest 3 times every 1h with app.id = \"two\"\nexpect 3 on \"k1\"\n",
       }) {
    const std::string got = RunAll(Case(steps));
    if (std::string(steps).find("every 1h") != std::string::npos) {
      EXPECT_NE(got.find("expected 3 on \"k1\", got 2 on \"k1\" (1 on \"k2\")"), std::string::npos) << got;
    } else {
      EXPECT_EQ(got, "ok t\n") << steps;
    }
  }
}

TEST(TestRunnerTest, AtOnceMeansInFlightTogether) {
  EXPECT_EQ(RunAll(Case("request 40 times at once with app.id = \"stick\", user.id = \"u-1\"\n"
                     "expect 25..40 on \"k1\", 1..15 on \"k2\"\n")),
            "ok t\n");
  EXPECT_EQ(RunAll(Case("request 40 times with app.id = \"stick\", user.id = \"u-1\"\nagain\nexpect same credential\n")),
            "ok t\n");
}

TEST(TestRunnerTest, UniqueIsAnotherValueEachTime) {
  EXPECT_EQ(RunAll(Case("request 2 times with app.id = \"two\", user.id = unique\nexpect tag user = \"user.id-2\"\n"
                     "again\nexpect tag user = \"user.id-3\"\n")),
            "ok t\n");
  // Of an int too: each has a budget of its own.
  EXPECT_EQ(RunAll("keyrule 1\nschema \"dify\"\npool p { \"a\" }\nbudget b for each request.tokens { limit 1 requests per day }\n"
                   "default { use p by random under b }\n"
                   "test \"t\" {\n  request 40 times with request.tokens = unique\n  expect 40 on \"a\"\n"
                   "  request with request.tokens = 7\n  expect deny\n}\n"),
            "ok t\n");
}

TEST(TestRunnerTest, TestsShareNothing) {
  const std::string both = std::string(kHead) +
                           "test \"one\" { request 3 times with app.id = \"two\"  expect 2 on \"k1\" }\n"
                           "test \"two\" { request with app.id = \"two\"  expect credential \"k1\" }\n";
  EXPECT_EQ(RunAll(both), "ok one\nok two\n");
  EXPECT_EQ(RunAll(both, "t*"), "ok two\n");
  EXPECT_EQ(RunAll(both, "none"), "");
}

TEST(TestRunnerTest, AFailureSaysWhatWhyAndWhere) {
  EXPECT_EQ(RunAll(Case("given credential \"k1\" with enabled = false\n"
                     "request with app.id = \"two\", user.id = \"u 1\"\n"
                     "expect credential \"k1\"\n")),
            R"(FAIL t
error[KR0703]: test `t`: expected credential "k1", got credential "k2"
  --> p.keyrule:17:8
   |
17 | expect credential "k1"
   |        ^^^^^^^^^^^^^^^
   = help: the request was app.id=two model=(any) model.type=llm provider=(any) tenant.id=(any) user.id="u 1"
   = note: use k2 (rule two, arm 1: two by weighted_round_robin): p.keyrule:16:1
   = note: candidate k1 (weight 3): skipped as disabled: p.keyrule:16:1
   = note: candidate k2: taken: p.keyrule:16:1
)");
}

// A wait lasts until nothing keeps a candidate out any more, whichever reason comes first.
TEST(TestRunnerTest, AWaitLastsAsLongAsEveryReason) {
  const std::string head = R"(keyrule 1
schema "dify"
pool one { "a"  after rate_limited cool 30s }
quota q { "a"  limit 1 request per minute }
budget day { limit 1 request per day }
budget minute { limit 1 request per minute }
rule both { when app.id == "both"  use one by round_robin under minute waiting up to 2m }
rule day { when app.id == "day"  use one by round_robin under day waiting up to 2m }
default { use one by round_robin waiting up to 2m }
)";
  for (const char* steps : {
           // cooling for 30 s, its quota used up for 61
           "request report rate_limited again expect wait 61s, skipped \"a\" as cooling\n"
           "wait 61s next expect credential \"a\"\n",
           // over quota for 61 s, and the day's budget is gone for longer than it may wait
           "request with app.id = \"day\" again expect deny, skipped \"a\" as over_quota\n",
           "request with app.id = \"both\" again expect wait 61s\n",
           // by then it has expired
           "given credential \"a\" with expires = 2026-01-05T12:01Z\n"
           "request again expect deny, skipped \"a\" as over_quota\n",
           "given credential \"a\" with expires = 2026-01-05T12:02Z\nrequest again expect wait 61s\n",
       }) {
    EXPECT_EQ(RunAll(head + "test \"t\" { " + steps + " }\n"), "ok t\n") << steps;
  }
}

TEST(TestRunnerTest, AClockEndsWithTheYear9999) {
  EXPECT_EQ(RunAll(Case("clock 9999-12-31T23:59Z\nrequest 60 times every 1s with app.id = \"two\"\n"
                        "expect rule two\n")),
            "ok t\n");
  for (const char* steps : {"clock 9999-12-31T23:59Z\nwait 1m\nrequest\nexpect host\n",
                            "request 1_000_000 times every 36500d\nexpect host\n"}) {
    const std::string got = RunAll(Case(steps));
    EXPECT_NE(got.find("error[KR0014]: the clock of this test is later than the year 9999"),
              std::string::npos)
        << got;
  }
}

// What kept the rule that was expected from deciding, where it is written.
TEST(TestRunnerTest, ARuleThatWasExpectedSaysWhatKeptItBack) {
  const auto notes = [](const std::string& steps) {
    std::string found;
    std::string text = RunAll(Case(steps));
    for (size_t at = text.find("= note: "); at != std::string::npos; at = text.find("= note: ", at + 1)) {
      found += text.substr(at + 8, text.find('\n', at) - at - 8) + "\n";
    }
    return found;
  };
  EXPECT_EQ(notes("request with app.id = \"g\", provider = \"openai\"\nexpect rule google\n"),
            "host (default): p.keyrule:15:1\n"
            "rule `google` does not decide: `provider == \"google\"`, but provider is \"openai\": "
            "p.keyrule:10:20\n");
  EXPECT_EQ(notes("request with app.id = \"two\", node.credential = \"k1\"\nexpect rule two\n"),
            "use k1 (rule named, arm 1: credential node.credential from two): p.keyrule:15:1\n"
            "rule `two` would decide too, but rule `named` stands before it: p.keyrule:8:6\n"
            "candidate k1: taken: p.keyrule:15:1\n");
  EXPECT_EQ(notes("request with app.id = \"team\"\nexpect default\n"),
            "deny no team key (rule team): p.keyrule:15:1\n"
            "rule `team` decides: its condition holds: p.keyrule:9:18\n");
}

// Values of the last call, also where many were made, and after `next`.
TEST(TestRunnerTest, ReasonsAreThoseOfTheLastDecision) {
  const std::string got = RunAll(
      Case("given credential \"k2\" with enabled = false\n"
           "request 3 times with app.id = \"two\", user.id = unique\nreport rate_limited\nnext\n"
           "expect credential \"k2\"\n"));
  EXPECT_NE(got.find("= help: the request was app.id=two model=(any) model.type=llm provider=(any) "
                     "tenant.id=(any) user.id=user.id-3\n"),
            std::string::npos)
      << got;
  EXPECT_NE(got.find("= note: candidate k1 (weight 3): skipped as tried: p.keyrule:18:1\n"),
            std::string::npos)
      << got;
  EXPECT_NE(got.find("= note: candidate k2: skipped as disabled: p.keyrule:18:1\n"), std::string::npos)
      << got;
}

TEST(TestRunnerTest, EachWishSpeaksInItsOwnWords) {
  const auto got = [](const std::string& steps) {
    const std::string text = RunAll(Case(steps));
    const size_t at = text.find("expected ");
    return at == std::string::npos ? text : text.substr(at, text.find('\n', at) - at);
  };
  const std::string two = "request with app.id = \"two\"\nexpect ";
  EXPECT_EQ(got(two + "rule keyed\n"), "expected rule keyed, got rule two");
  EXPECT_EQ(got(two + "default\n"), "expected default, got rule two");
  EXPECT_EQ(got(two + "credential \"k2\"\n"), "expected credential \"k2\", got credential \"k1\"");
  EXPECT_EQ(got(two + "credential in google\n"), "expected credential in google, got credential \"k1\"");
  EXPECT_EQ(got(two + "host\n"), "expected host, got credential \"k1\"");
  EXPECT_EQ(got(two + "wait 2s\n"), "expected wait 2s, got credential \"k1\"");
  EXPECT_EQ(got(two + "deny \"why\"\n"), "expected deny \"why\", got credential \"k1\"");
  EXPECT_EQ(got("request\n" + two + "same credential\n"),
            "expected same credential, got credential \"k1\" after a decision without a credential");
  EXPECT_EQ(got(two + "tag app = \"one\"\n"), "expected tag app = \"one\", got tag app = \"two\"");
  EXPECT_EQ(got(two + "tag user = \"u\"\n"), "expected tag user = \"u\", got no tag user");
  EXPECT_EQ(got(two + "skipped \"k2\" as cooling\n"), "expected skipped \"k2\" as cooling, got \"k2\" eligible");
  EXPECT_EQ(got(two + "skipped \"k1\" as cooling\n"), "expected skipped \"k1\" as cooling, got \"k1\" taken");
  EXPECT_EQ(got(two + "skipped \"zz\" as cooling\n"),
            "expected skipped \"zz\" as cooling, got \"zz\" not looked at");
  EXPECT_EQ(got("request 4 times with app.id = \"two\"\nexpect 4 on \"k1\"\n"),
            "expected 4 on \"k1\", got 3 on \"k1\" (1 on \"k2\")");
  EXPECT_EQ(got("request\nexpect deny\n"), "expected deny, got host");
  EXPECT_EQ(got("request with app.id = \"team\"\nexpect deny \"why\"\n"),
            "expected deny \"why\", got deny \"no team key\"");
}

}  // namespace
}  // namespace keyrule::evaluator
