// Which requests reach a rule: every answer is compared with all requests there are.
#include "evaluator/analysis/reach.h"

#include <gtest/gtest.h>


#include "evaluator/analysis/example_text.h"
#include "evaluator/analysis/policy_model.h"
#include "evaluator/session.h"
#include "tests/evaluator/analysis/small_world.h"
#include "tests/evaluator/fixture.h"

namespace keyrule::analysis {
namespace {

using evaluator::CompileText;
using evaluator::Program;
using evaluator::Value;
using Answer = Reached::Answer;

// What decides this request, by the evaluator.
size_t Decides(const Program& program, const Example& example) {
  evaluator::RequestBuilder builder(program.policy);
  EXPECT_TRUE(Apply(example, &builder));
  const int64_t now = example.clock_ms.value_or(evaluator::kTestStartMs);
  builder.FillRequired(now);
  evaluator::MatchScratch scratch;
  return program.Match(builder.Build().values, now, &scratch);
}

std::vector<bool> ReachedByAny(const Program& program) {
  std::vector<bool> reached(program.rules.size(), false);
  evaluator::MatchScratch scratch;
  testing::ForEachRequest(program, [&](const std::vector<Value>& values, int64_t now) {
    reached[program.Match(values, now, &scratch)] = true;
    return true;
  });
  return reached;
}

TEST(Reach, AgreesWithEveryRequest) {
  const uint64_t seed = testing::SeedOr(1);
  const uint64_t policies = testing::CasesOr(1'500);
  size_t found = 0;
  size_t none = 0;
  testing::Undecided undecided;
  for (uint64_t i = 0; i < policies; ++i) {
    testing::SmallWorld world(seed * 1'000'003 + i);
    const std::string text = world.Policy(6);
    SCOPED_TRACE("case " + std::to_string(i) + "\n" + text);
    const auto program = CompileText(text);
    PolicyModel model(program->policy);
    const std::vector<bool> reached = ReachedByAny(*program);
    for (uint32_t rule = 0; rule <= model.rule_count(); ++rule) {
      const Reached answer = model.RequestOf(rule);
      ASSERT_NE(answer.answer, Answer::kNotDecided) << "rule " << rule;
      if (answer.answer == Answer::kNone) {
        ++none;
        ASSERT_FALSE(reached[rule]) << "rule " << rule << " is said never to decide";
        continue;
      }
      ++found;
      const std::optional<Example> example = model.space().Show(answer.point);
      if (!example) {
        ASSERT_TRUE(undecided.Count(text));
        continue;
      }
      ASSERT_EQ(Decides(*program, *example), rule) << SettingsText(*example);
    }
  }
  EXPECT_GT(none, policies / 10);
  EXPECT_GT(found, none);
  EXPECT_TRUE(undecided.IsSeldom(policies));
}

}  // namespace
}  // namespace keyrule::analysis
