// The smallest change of a request: none of all requests differs in fewer attributes and is decided by the rule.
#include "evaluator/analysis/nearest.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "evaluator/analysis/policy_model.h"
#include "tests/evaluator/analysis/small_world.h"
#include "tests/evaluator/fixture.h"

namespace keyrule::analysis {
namespace {

using evaluator::CompileText;
using evaluator::Value;
using Answer = NearestChange::Answer;

bool Same(const Value& a, const Value& b) {
  return a.kind() == b.kind() && a.text() == b.text() && a.number() == b.number() &&
         std::equal(a.list().begin(), a.list().end(), b.list().begin(), b.list().end());
}

struct Moment {
  std::vector<Value> values;
  int64_t now_ms;
};

// In how many attributes (the moment counts as one, a map and its entry as themselves) two requests differ.
size_t Distance(const Moment& a, const Moment& b) {
  size_t distance = a.now_ms == b.now_ms ? 0 : 1;
  for (size_t slot = 0; slot < a.values.size(); ++slot) distance += Same(a.values[slot], b.values[slot]) ? 0 : 1;
  return distance;
}

TEST(Nearest, NoRequestIsNearer) {
  size_t compared = 0;
  const uint64_t seed = testing::SeedOr(1);
  const uint64_t cases = testing::CasesOr(120);
  for (uint64_t i = 0; i < cases; ++i) {
    testing::SmallWorld world(seed * 40'000 + i);
    const std::string text = world.Policy(4);
    if (text.find("x.m is") != std::string::npos) continue;  // a map and its entries change together
    SCOPED_TRACE("case " + std::to_string(i) + "\n" + text);
    const auto program = CompileText(text);
    std::map<size_t, std::vector<Moment>> by_rule;
    std::vector<Moment> all;
    evaluator::MatchScratch scratch;
    testing::ForEachRequest(*program, [&](const std::vector<Value>& values, int64_t now) {
      by_rule[program->Match(values, now, &scratch)].push_back({values, now});
      if (world.Below(4'000) == 0 || all.empty()) all.push_back({values, now});
      return true;
    });
    PolicyModel model(program->policy);
    for (const Moment& request : all) {
      NearestFinder finder(&model, *program, request.values, request.now_ms);
      for (uint32_t rule = 0; rule < program->rules.size(); ++rule) {
        if (program->Match(request.values, request.now_ms, &scratch) == rule) continue;
        const NearestChange nearest = finder.Find(rule);
        ASSERT_NE(nearest.answer, Answer::kNotDecided) << "rule " << rule;
        if (nearest.answer == Answer::kNone) {
          ASSERT_TRUE(by_rule[rule].empty()) << "rule " << rule;
          continue;
        }
        // That it is decided by the rule, the finder has asked the program itself.
        const size_t changes = nearest.changes.size() + (nearest.clock_ms ? 1 : 0);
        size_t least = SIZE_MAX;
        for (const Moment& other : by_rule[rule]) least = std::min(least, Distance(request, other));
        ASSERT_LE(changes, least) << "rule " << rule;
        ASSERT_GE(changes, 1U);
        ++compared;
      }
    }
  }
  EXPECT_GT(compared, 300U);
}

}  // namespace
}  // namespace keyrule::analysis
