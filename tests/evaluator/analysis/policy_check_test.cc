// The checks that look at all requests, against all requests there are.
#include "evaluator/analysis/policy_check.h"

#include <gtest/gtest.h>

#include <cctype>
#include <map>
#include <set>

#include "evaluator/condition_walk.h"
#include "tests/evaluator/analysis/small_world.h"
#include "tests/evaluator/fixture.h"

namespace keyrule::analysis {
namespace {

using evaluator::CompileText;
using evaluator::Program;
using evaluator::Value;

std::vector<dsl::Diagnostic> Check(const Program& program) {
  PolicyModel model(program.policy);
  return CheckPolicy(&model);
}

// "KR0403 rule `b` is never reached: …" for each; for KR0407 the part.
std::string Found(const std::string& rules) {
  const auto program = CompileText("keyrule 1\nschema \"dify\"\n" + rules + "\ndefault { leave to host }\n");
  std::string text;
  for (const dsl::Diagnostic& one : Check(*program)) {
    text += std::string(CodeName(one.code)) + " ";
    text += one.code == dsl::Code::KR0407 ? std::string(program->policy->sources->TextOf(one.span)) : one.message;
    text += "\n";
  }
  return text;
}

std::string Rules(std::initializer_list<const char*> conditions) {
  std::string text;
  char name = 'a';
  for (const char* condition : conditions) {
    text += std::string("rule ") + name++ + " { when " + condition + " deny \"x\" }\n";
  }
  return text;
}

TEST(PolicyCheck, NamesTheFewestRulesThatAnswerBefore) {
  EXPECT_EQ(Found(Rules({"app.id in [\"x\", \"y\"]", "user.id == \"u\"", "app.id == \"x\""})),
            "KR0403 rule `c` is never reached: `a` answers all its requests\n");
  EXPECT_EQ(Found(Rules({"environment is set", "user.id == \"u\"", "environment is not set", "app.id == \"x\""})),
            "KR0403 rule `d` is never reached: `a` and `c` answer all its requests\n");
  EXPECT_EQ(Found(Rules({"app.id starts with \"a\"", "app.id like \"ab*\""})),
            "KR0403 rule `b` is never reached: `a` answers all its requests\n");
  EXPECT_EQ(Found(Rules({"user.id in 50%", "user.id in 50%..100%", "user.id == \"u\""})),
            "KR0403 rule `c` is never reached: `b` answers all its requests\n");  // u falls into the second half
  EXPECT_EQ(Found(Rules({"time in 08:00..20:00 at \"UTC\"", "time in 19:00..09:00 at \"UTC\"", "app.id is set"})),
            "KR0403 rule `c` is never reached: `a` and `b` answer all its requests\n");
  EXPECT_EQ(Found(Rules({"app.id matches /x/", "app.id matches /x/ and user.id is set"})),
            "KR0403 rule `b` is never reached: `a` answers all its requests\n");
  EXPECT_EQ(Found(Rules({"app.id matches /x/", "app.id matches /x+/", "not (app.id matches /x/)"})), "");
}

TEST(PolicyCheck, ConditionsThatCannotHoldAndThatAlwaysDo) {
  EXPECT_EQ(Found(Rules({"app.id == \"x\" and user.id is set and app.id == \"y\""})),
            "KR0405 the condition of `a` is never true: `app.id == \"x\"` and `app.id == \"y\"` exclude each other\n");
  EXPECT_EQ(Found(Rules({"request.tokens > 5 and request.tokens < 6"})),
            "KR0405 the condition of `a` is never true: `request.tokens > 5` and `request.tokens < 6` exclude each other\n");
  EXPECT_EQ(Found(Rules({"weekday == sat at \"UTC\" and date == 2026-11-27 at \"UTC\""})),
            "KR0405 the condition of `a` is never true: `weekday == sat at \"UTC\"` and `date == 2026-11-27 at \"UTC\"` "
            "exclude each other\n");
  EXPECT_EQ(Found(Rules({"provider is set"})), "KR0406 the condition of `a` is always true\n");
  EXPECT_EQ(Found(Rules({"app.id is set or app.id is not set", "user.id is set"})),
            "KR0406 the condition of `a` is always true\n"
            "KR0403 rule `b` is never reached: `a` answers all its requests\n");
}

// It may be filled later, and a policy is not to stop loading because it is empty for a while.
TEST(PolicyCheck, WhatHangsOnATableWhoseFileIsEmptyIsNotSaid) {
  const auto codes = [](const std::string& file) {
    const dsl::MemoryReader reader({{"p.keyrule", "keyrule 1\nschema \"dify\"\ntable t from \"t.csv\" maps \"a\" to \"b\"\n"
                                                  "let known = app.id in t\n"
                                                  "rule a { when known deny \"a\" }\n"
                                                  "rule b { when app.id not in t and app.id is set deny \"b\" }\n"
                                                  "rule c { when app.id is set deny \"c\" }\n"
                                                  "default { leave to host }\n"},
                                    {"t.csv", file}});
    const dsl::LoadResult loaded = dsl::Load(reader, "p.keyrule");
    std::string text;
    for (const dsl::Diagnostic& one : Check(*evaluator::Compile(loaded.policy))) text += std::string(CodeName(one.code)) + " ";
    return text;
  };
  EXPECT_EQ(codes("a,b\n"), "");
  EXPECT_EQ(codes("a,b\nx,k\n"), "KR0403 ");  // `c`
}

TEST(PolicyCheck, PartsThatChangeNothing) {
  EXPECT_EQ(Found(Rules({"app.id is set and app.id == \"x\""})), "KR0407 app.id is set\n");
  EXPECT_EQ(Found(Rules({"app.id in [\"x\", \"y\", \"x\"]"})), "KR0407 \"x\"\n");
  EXPECT_EQ(Found(Rules({"app.id in [\"ab\", \"b\"] and app.id starts with \"a\""})), "KR0407 \"b\"\n");
  EXPECT_EQ(Found(Rules({"user.id is set and (app.id == \"x\" or app.id starts with \"x\")"})), "KR0407 app.id == \"x\"\n");
  EXPECT_EQ(Found("let eu = app.id == \"x\" or app.id in [\"x\", \"y\"]\n" + Rules({"eu"})), "KR0407 app.id == \"x\"\n");
  EXPECT_EQ(Found(Rules({"environment is set and environment != \"production\""})), "");
  // Also of a condition that no rule names, of values that no rule asks for.
  EXPECT_EQ(Found("let spare = node.id == \"x\" or node.id in [\"x\", \"y\"]\n" + Rules({"user.id == \"y\""})),
            "KR0407 node.id == \"x\"\n");
  // What is always so, or never, may not go part by part.
  EXPECT_EQ(Found("let never_so = app.id == \"p\" and app.id == \"q\"\n" + Rules({"user.id == \"y\" or never_so"})),
            "KR0407 never_so\n");
}

// A part of the text, and what is to stand there.
struct Swap {
  uint32_t begin, end;
  bool truth;
};

std::string Swapped(const std::string& text, const std::vector<Swap>& swaps) {
  std::string swapped;
  size_t at = 0;
  for (const Swap& swap : swaps) {
    swapped += text.substr(at, swap.begin - at) + (swap.truth ? "x.b is set" : "x.b is not set");
    at = swap.end;
  }
  return swapped + text.substr(at);
}

// Whether any request tells the conditions of a rule in two policies apart.
bool Differs(const Program& program, const Program& other, size_t rule) {
  bool differs = false;
  testing::MovedRequest moved(*program.policy, *other.policy);
  testing::ForEachRequest(program, [&](const std::vector<Value>& values, int64_t now) {
    evaluator::ConditionWalk here(program, values, now);
    evaluator::ConditionWalk there(other, moved.Of(values), now);
    differs = here.Holds(*program.policy->rules[rule].when) != there.Holds(*other.policy->rules[rule].when);
    return !differs;
  });
  return differs;
}

// Every answer against every request.
TEST(PolicyCheck, AgreesWithEveryRequest) {
  std::map<std::string_view, size_t> seen;
  const uint64_t seed = testing::SeedOr(1);
  const uint64_t cases = testing::CasesOr(300);
  for (uint64_t i = 0; i < cases; ++i) {
    testing::SmallWorld world(seed * 7'000'000 + i);
    const std::string text = world.Policy(4);
    SCOPED_TRACE("case " + std::to_string(i) + "\n" + text);
    const auto program = CompileText(text);
    const size_t rules = program->policy->rules.size();
    std::vector<bool> reached(rules + 1, false), ever(rules, false), ever_not(rules, false);
    std::set<std::pair<uint32_t, uint32_t>> idle;  // parts, by place
    for (const dsl::Diagnostic& one : Check(*program)) {
      ++seen[CodeName(one.code)];
      if (one.code == dsl::Code::KR0407) idle.emplace(one.span.begin, one.span.end);
    }
    // Parts that are said to be idle may go all together: with something that is always true, or never, in their places.
    std::map<size_t, std::vector<Swap>> swaps;  // by rule
    for (const auto& [begin, end] : idle) {
      if (text[begin] == '"' || std::isdigit(static_cast<unsigned char>(text[begin])) != 0) continue;  // an item
      for (size_t rule = 0; rule < rules; ++rule) {
        const dsl::Span& span = program->policy->rules[rule].span;
        if (begin < span.begin || end > span.end) continue;  // of another, or of a named condition
        std::vector<Swap>& gone = swaps[rule];
        gone.push_back({begin, end, true});
        const bool true_differs = Differs(*program, *CompileText(Swapped(text, gone)), rule);
        gone.back().truth = false;
        const bool false_differs = Differs(*program, *CompileText(Swapped(text, gone)), rule);
        EXPECT_FALSE(true_differs && false_differs) << text.substr(begin, end - begin) << " is not idle";
        gone.back().truth = false_differs;
        // Which of both it is cannot be told where the moments that are tried have none for it: it stays.
        if (!true_differs && !false_differs) gone.pop_back();
      }
    }
    evaluator::MatchScratch scratch;
    testing::ForEachRequest(*program, [&](const std::vector<Value>& values, int64_t now) {
      evaluator::ConditionWalk walk(*program, values, now);
      reached[program->Match(values, now, &scratch)] = true;
      for (size_t rule = 0; rule < rules; ++rule) {
        const bool holds = walk.Holds(*program->policy->rules[rule].when);
        (holds ? ever : ever_not)[rule] = true;
      }
      return true;
    });
    for (const dsl::Diagnostic& one : Check(*program)) {
      for (size_t rule = 0; rule < rules; ++rule) {
        const dsl::Rule& about = program->policy->rules[rule];
        if (!(about.span.begin <= one.span.begin && one.span.end <= about.span.end)) continue;
        if (one.code == dsl::Code::KR0403) {
          EXPECT_FALSE(reached[rule]);
        }
        if (one.code == dsl::Code::KR0405) {
          EXPECT_FALSE(ever[rule]);
        }
        if (one.code == dsl::Code::KR0406) {
          EXPECT_FALSE(ever_not[rule]);
        }
      }
    }
  }
  for (const char* code : {"KR0403", "KR0405", "KR0406", "KR0407"}) EXPECT_GT(seen[code], 5U) << code;
  EXPECT_EQ(seen["KR0019"], 0U);
}

}  // namespace
}  // namespace keyrule::analysis
