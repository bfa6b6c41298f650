// What is said to reach the default, against all requests there are.
#include "evaluator/analysis/default_requests.h"

#include <gtest/gtest.h>

#include "evaluator/condition_walk.h"
#include "tests/evaluator/analysis/small_world.h"
#include "tests/evaluator/fixture.h"

namespace keyrule::analysis {
namespace {

using evaluator::CompileText;
using evaluator::Program;
using evaluator::Value;
using DefaultAnswer = DefaultRequests::Answer;

DefaultRequests Find(const Program& program, size_t most = 10) {
  PolicyModel model(program.policy);
  return DefaultRequestFinder(&model, program).Find(most);
}

// Each region and its condition, a line each.
std::string Said(const std::string& rules) {
  const auto program = CompileText("keyrule 1\nschema \"dify\"\n" + rules + "\ndefault { leave to host }\n");
  const DefaultRequests found = Find(*program);
  EXPECT_FALSE(found.contradicted);
  std::string text;
  for (const DefaultRegion& region : found.regions) {
    EXPECT_TRUE(region.sayable);
    EXPECT_TRUE(region.example);
    text += region.text + " | " + region.condition + "\n";
  }
  if (found.answer == DefaultAnswer::kNone) text += "none\n";
  if (found.answer == DefaultAnswer::kMore) text += "more\n";
  if (found.answer == DefaultAnswer::kNotDecided) text += "not decided\n";
  return text;
}

TEST(DefaultRequests, AreSaidInFewWords) {
  EXPECT_EQ(Said("rule a { when environment == \"production\" deny \"x\" }\n"
                 "rule b { when environment == \"staging\" and app.id is set deny \"x\" }\n"
                 "rule c { when provider == \"openai\" and environment == \"staging\" deny \"x\" }\n"),
            "requests whose environment is neither `production` nor `staging` (or not set) | "
            "environment not in [\"production\", \"staging\"]\n"
            "requests whose provider is not `openai`, whose environment is not `production` (or not set) and without app.id | "
            "provider != \"openai\" and environment != \"production\" and app.id is not set\n");
  EXPECT_EQ(Said("rule a { when app.id is set deny \"x\" }\n"), "requests without app.id | app.id is not set\n");
  EXPECT_EQ(Said("rule a { when app.id is not set deny \"x\" }\n"), "requests with app.id | app.id is set\n");
  EXPECT_EQ(Said("rule a { when app.id starts with \"eu-\" or app.id like \"*-eu\" deny \"x\" }\n"),
            "requests whose app.id is not like `*-eu` and does not start with `eu-` (or not set) | "
            "not (app.id like \"*-eu\") and not (app.id starts with \"eu-\")\n");
  EXPECT_EQ(Said("rule a { when user.roles contains \"ops\" deny \"x\" }\n"),
            "requests whose user.roles has no `ops` | not (user.roles contains \"ops\")\n");
  EXPECT_EQ(Said("rule a { when request.tokens > 100 deny \"x\" }\n"),
            "requests whose request.tokens is not more than 100 (or not set) | not (request.tokens > 100)\n");
  EXPECT_EQ(Said("rule a { when time in 22:00..06:00 at \"UTC\" deny \"x\" }\n"),
            "requests while `time in 22:00..06:00 at \"UTC\"` does not hold | not (time in 22:00..06:00 at \"UTC\")\n");
  EXPECT_EQ(Said("rule a { when time not in 22:00..06:00 at \"UTC\" deny \"x\" }\n"),
            "requests while `time in 22:00..06:00 at \"UTC\"` holds | time in 22:00..06:00 at \"UTC\"\n");
  EXPECT_EQ(Said("rule a { when weekday not in [sat, sun] at \"UTC\" deny \"x\" }\n"),
            "requests while `weekday in [sat, sun] at \"UTC\"` holds | weekday in [sat, sun] at \"UTC\"\n");
}

TEST(DefaultRequests, NoneAllAndOneByOne) {
  EXPECT_EQ(Said("rule a { when app.id is set or app.id is not set deny \"x\" }\n"), "none\n");
  EXPECT_EQ(Said(""), "every request | \n");
  std::string rules = "table key_of { \"a\" : \"k\" \"b\" : \"k\" }\nrule t { when app.id in key_of use credential key_of[app.id] }\n";
  EXPECT_EQ(Said(rules), "requests whose app.id is no key of `key_of` (or not set) | not (app.id in key_of)\n");
  rules = "rule many { when app.id in [";
  for (int i = 0; i < 1'200; ++i) rules += "\"a" + std::to_string(i) + "\", ";
  const std::string said = Said(rules + "] deny \"x\" }\n");
  EXPECT_EQ(said.substr(0, said.find('|')), "requests whose app.id is none of 1,200 values (`a0`, `a1`, `a2`, …) (or not set) ");
}

TEST(DefaultRequests, AreAtMostSoMany) {
  // Twelve pairs of attributes, of which one has to be missing each: many ways.
  std::string rules;
  for (const char* other : {"user.id", "environment", "workflow.id", "conversation.id"}) {
    rules += std::string("rule r") + std::to_string(rules.size()) + " { when app.id is set and " + other + " is set deny \"x\" }\n";
    rules += std::string("rule r") + std::to_string(rules.size()) + " { when node.id is set and " + other + " is set deny \"x\" }\n";
  }
  const auto program = CompileText("keyrule 1\nschema \"dify\"\n" + rules + "default { leave to host }\n");
  EXPECT_EQ(Find(*program, 1).answer, DefaultAnswer::kMore);
  EXPECT_EQ(Find(*program).answer, DefaultAnswer::kAll);
}

// Every request lies in a region exactly when it reaches the default, and the conditions that are written say the same.
TEST(DefaultRequests, AgreeWithEveryRequest) {
  size_t regions = 0, written = 0, all = 0, none = 0;
  const uint64_t seed = testing::SeedOr(1);
  const uint64_t cases = testing::CasesOr(200);
  testing::Undecided unsayable;
  for (uint64_t i = 0; i < cases; ++i) {
    testing::SmallWorld world(seed * 4'400'000 + i);
    const std::string text = world.Policy(4);
    SCOPED_TRACE("case " + std::to_string(i) + "\n" + text);
    const auto program = CompileText(text);
    PolicyModel model(program->policy);
    const DefaultRequests found = DefaultRequestFinder(&model, *program).Find(40);
    ASSERT_FALSE(found.contradicted);
    ASSERT_NE(found.answer, DefaultAnswer::kNotDecided);
    all += found.answer == DefaultAnswer::kAll ? 1 : 0;
    none += found.answer == DefaultAnswer::kNone ? 1 : 0;
    // The conditions as rules of another policy.
    std::string conditions = text.substr(0, text.find("rule r0"));
    std::vector<const DefaultRegion*> as_rules;
    for (const DefaultRegion& region : found.regions) {
      ++regions;
      ASSERT_TRUE(region.sayable || unsayable.Count(text)) << region.text;
      if (region.condition.empty()) continue;
      conditions += "rule c" + std::to_string(as_rules.size()) + " { when " + region.condition + " deny \"x\" }\n";
      as_rules.push_back(&region);
      ++written;
    }
    std::shared_ptr<const Program> other;
    if (!as_rules.empty()) other = CompileText(conditions + "default { leave to host }\n");
    evaluator::MatchScratch scratch;
    testing::MovedRequest moved(*program->policy, other == nullptr ? *program->policy : *other->policy);
    size_t wrong = 0;
    testing::ForEachRequest(*program, [&](const std::vector<Value>& values, int64_t now) {
      const Point point = model.space().PointOf(values, now);
      const bool reaches = program->Match(values, now, &scratch) == program->policy->rules.size();
      bool inside = false;
      const std::vector<Value>& its = moved.Of(values);
      for (const DefaultRegion& region : found.regions) inside = inside || region.box.Has(point);
      if (found.answer == DefaultAnswer::kMore ? inside && !reaches : inside != reaches) ++wrong;
      for (size_t rule = 0; rule < as_rules.size(); ++rule) {
        evaluator::ConditionWalk walk(*other, its, now);
        if (walk.Holds(*other->policy->rules[rule].when) != as_rules[rule]->box.Has(point)) ++wrong;
      }
      return wrong == 0;
    });
    ASSERT_EQ(wrong, 0U);
  }
  EXPECT_GT(regions, 200U);
  EXPECT_GT(written, regions / 2);
  // Values of a share that a rule tells from others only where another attribute is one value: of 5,413 regions two (seed 20261130).
  EXPECT_TRUE(unsayable.IsSeldom(regions, 1'000));
  EXPECT_GT(all, 100U);
  EXPECT_GT(none, 2U);
}

}  // namespace
}  // namespace keyrule::analysis
