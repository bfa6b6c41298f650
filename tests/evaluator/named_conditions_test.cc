// Conditions that name each other many times: looked at once, wherever they are looked at.
#include <gtest/gtest.h>

#include <string>

#include "evaluator/coverage.h"
#include "evaluator/explain.h"
#include "evaluator/local_state.h"
#include "evaluator/oracle_condition.h"
#include "evaluator/test_runner.h"
#include "tests/evaluator/fixture.h"

namespace keyrule::evaluator {
namespace {

constexpr int kDeep = 31;  // written out, the last would have more than 2^62 atoms
constexpr int64_t kNow = 1'767'614'400'000;

std::string N(int number) { return std::to_string(number); }

// a31 is app.id == "x" (in a way that no rewriting of one line shows), b31 its contrary.
std::string Policy() {
  std::string text = "keyrule 1\nschema \"dify\"\nlet a0 = app.id == \"x\"\nlet b0 = app.id != \"x\"\n";
  for (int i = 1; i <= kDeep; ++i) {
    const std::string a = "a" + N(i - 1), b = "b" + N(i - 1);
    text += "let a" + N(i) + " = (" + a + " and not " + b + ") or not (" + b + " or not " + a + ")\n";
    text += "let b" + N(i) + " = " + b + " and (" + b + " or not " + a + ")\n";
  }
  return text + "rule first { when a31 and user.id is set and b31 deny \"never\" }\n"
                "rule second { when a31 and not b31 deny \"x\" }\n"
                "rule third { when not a31 and model == \"m\" and b31 deny \"other\" }\n"
                "default { leave to host }\n"
                "test \"x\" { request with app.id = \"x\" expect rule second }\n"
                "test \"y\" { request with app.id = \"y\", model = \"m\" expect rule third }\n"
                "test \"z\" { request with app.id = \"y\" expect default }\n";
}

TEST(NamedConditionsTest, TheCodeGrowsWithTheText) {
  EXPECT_LT(CompileText(Policy())->code.size(), 16u * 6u * kDeep);
}

TEST(NamedConditionsTest, TestsAndCoverage) {
  const auto program = CompileText(Policy());
  Coverage coverage(program);
  for (const dsl::Test& test : program->policy->tests) {
    EXPECT_TRUE(RunTest(program, test, &coverage).passed) << test.name.value;
  }
  size_t outcomes = 0;
  for (const CoverageItem& item : coverage.items()) {
    outcomes += item.kind == CoverageItem::Kind::kTrue || item.kind == CoverageItem::Kind::kFalse;
  }
  EXPECT_EQ(outcomes, 2u * 4u) << "a0, b0, user.id is set, model == \"m\"";
}

TEST(NamedConditionsTest, Explanations) {
  const auto program = CompileText(Policy());
  LocalState state;
  const Snapshot snapshot(program, std::make_shared<MemorySource>(std::vector<Credential>()), &state);
  const RequestBuilder builder = RequestOf(*program, {"app.id=y", "model=n"});
  const std::string text = ExplainText(snapshot, builder.Build(), kNow, {.why_not = "second"});
  EXPECT_NE(text.find("second would decide if app.id were \"x\""), std::string::npos) << text;
  EXPECT_LT(text.size(), 2'000u);
  EXPECT_LT(ExplainJson(snapshot, builder.Build(), kNow, {.all_rules = true, .why_not = {}}).size(), 4'000u);
}

TEST(NamedConditionsTest, TheOracleAgrees) {
  const auto program = CompileText(Policy());
  for (const char* app : {"app.id=x", "app.id=y"}) {
    const RequestBuilder builder = RequestOf(*program, {app, "model=m", "user.id=u"});
    const Request request = builder.Build();
    MatchScratch scratch;
    const size_t decides = program->Match(request.values, kNow, &scratch);
    for (size_t i = 0; i < decides + 1; ++i) {
      const bool holds = oracle::Holds(
          *program->policy->rules[i].when, *program->policy,
          [&](const dsl::Path& path) { return request.values[path.slot]; }, kNow);
      EXPECT_EQ(holds, i == decides) << app << " " << i;
    }
  }
}

// Sets that many rules name stand once in the code, and atoms are compiled once.
TEST(NamedConditionsTest, SetsAndAtomsAreShared) {
  std::string text = "keyrule 1\nschema \"dify\"\nlet l = [\"0\"";
  for (int i = 1; i < 50'000; ++i) text += ", \"" + N(i) + "\"";
  text += "]\nlet odd = user.id matches /^[0-9]*[13579]$/\n";
  for (int i = 0; i < 5'000; ++i) {
    text += "rule r" + N(i) + " { when app.id in l and odd and model == \"" + N(i) + "\" deny \"n\" }\n";
  }
  const auto program = CompileText(text + "default { leave to host }\n");
  const RequestBuilder builder = RequestOf(*program, {"app.id=49999", "user.id=11", "model=4321"});
  MatchScratch scratch;
  EXPECT_EQ(program->Match(builder.Build().values, kNow, &scratch), 4'321u);
}

}  // namespace
}  // namespace keyrule::evaluator
