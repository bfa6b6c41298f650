#include "evaluator/glob.h"

#include <gtest/gtest.h>

namespace keyrule::evaluator {
namespace {

TEST(Glob, MatchesTheWholeText) {
  struct Case {
    const char* pattern;
    const char* text;
    bool matches;
  };
  const Case cases[] = {
      {"gpt-4", "gpt-4", true},       {"gpt-4", "gpt-4o", false},     {"gpt-*", "gpt-", true},
      {"gpt-*", "GPT-4", false},      {"*", "", true},                {"*", "x", true},
      {"a*a", "a", false},            {"a*a", "aa", true},            {"a*b*c", "aXbYc", true},
      {"a*b*c", "acb", false},        {"*ab*ab*", "abab", true},      {"*ab*ab*", "aab", false},
      {"a\\*b", "a*b", true},         {"a\\*b", "axb", false},        {"a\\b", "a\\b", true},
      {"**", "anything", true},       {"?", "x", false},              {"[a]", "a", false},
      {"", "", true},                 {"", "x", false},               {"*.x.*", "a.x.b.x.", true},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Glob(c.pattern).Matches(c.text), c.matches) << c.pattern << " on " << c.text;
  }
}

}  // namespace
}  // namespace keyrule::evaluator
