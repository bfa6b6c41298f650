// What is laid over a policy: further files, and statements that stand in no file.

#include "dsl/overlay.h"

#include <gtest/gtest.h>

#include "dsl/render.h"
#include "tests/support/memory_reader.h"

namespace keyrule::dsl {
namespace {

const char* const kFirst =
    "keyrule 1\nschema \"dify\"\npool p { \"a\" }\nrule one { when app.id == \"1\"  use p by random }\n"
    "rule two { when app.id == \"2\"  deny \"two\" }\ndefault { leave to host }\n";

class OverlayTest : public ::testing::Test {
 protected:
  OverlayTest() { reader.Add("first.keyrule", kFirst); }

  LoadResult With(const Overlay& overlay) { return LoadOverlaid(reader, "first.keyrule", overlay); }
  LoadResult Trying(const std::string& text, Fragment::Place place = Fragment::Place::kUsual,
                    const std::string& rule = {}) {
    return With({.files = {}, .fragments = {{"typed", text, place, rule}}});
  }
  static std::string Rules(const LoadResult& result) {
    if (result.policy == nullptr) return Problems(result);
    std::string names;
    for (const Rule& rule : result.policy->rules) names += std::string(rule.name.text) + " ";
    return names;
  }
  static std::string Problems(const LoadResult& result) {
    std::string text;
    for (const Diagnostic& one : result.diagnostics.all()) {
      if (one.severity == Severity::kError) text += Render(one, *result.sources, RenderStyle::kPlain);
    }
    return text;
  }

  MemoryReader reader;
};

TEST_F(OverlayTest, NothingIsAsLoad) {
  const LoadResult plain = Load(reader, "first.keyrule");
  const LoadResult with = With({});
  ASSERT_NE(with.policy, nullptr);
  EXPECT_EQ(with.policy->revision, plain.policy->revision);
  EXPECT_EQ(Rules(with), "one two ");
}

TEST_F(OverlayTest, ARuleStandsWhereItIsPut) {
  using Place = Fragment::Place;
  const std::string rule = "rule new { when app.id == \"3\"  deny \"new\" }";
  EXPECT_EQ(Rules(Trying(rule)), "new one two ");
  EXPECT_EQ(Rules(Trying(rule, Place::kBefore, "two")), "one new two ");
  EXPECT_EQ(Rules(Trying(rule, Place::kAfter, "two")), "one two new ");
  EXPECT_EQ(Rules(Trying("rule two { when app.id == \"3\"  deny \"new\" }")), "one two ");
  EXPECT_EQ(Rules(Trying("rule two { when app.id == \"3\"  deny \"new\" }", Place::kBefore, "one")), "two one ");
  EXPECT_EQ(Rules(Trying("rule a { when app.id is set  deny \"a\" }\nrule b { when app.id is set  deny \"b\" }",
                         Place::kAfter, "one")),
            "one b a two ");
}

TEST_F(OverlayTest, AnUnknownNeighbourIsSaid) {
  EXPECT_EQ(Rules(Trying("rule new { when app.id is set  deny \"x\" }", Fragment::Place::kAfter, "too")),
            "typed:1:6: error[KR0105]: no rule is named `too`, beside which it would stand (help: did you mean `two`?)\n");
}

TEST_F(OverlayTest, WhatHasItsNameIsReplaced) {
  const LoadResult pool = Trying("pool p { \"b\" }");
  ASSERT_NE(pool.policy, nullptr) << Problems(pool);
  ASSERT_EQ(pool.policy->pools.size(), 1u);
  EXPECT_EQ(std::get<Text>(pool.policy->pools[0].members[0].what).value, "b");
  const LoadResult fallback = Trying("default { deny \"closed\" }");
  ASSERT_NE(fallback.policy, nullptr) << Problems(fallback);
  EXPECT_TRUE(std::holds_alternative<Deny>(fallback.policy->fallback.chain.actions.begin()->what));
  // A rule and a pool of one name are two things.
  EXPECT_EQ(Rules(Trying("rule p { when app.id is set  deny \"x\" }")), "p one two ");
  // What is left must still make sense.
  EXPECT_NE(Problems(Trying("pool p of \"openai\" { \"b\" }")).find("first.keyrule:4"), std::string::npos);
}

TEST_F(OverlayTest, FaultsAreShownInTheFragment) {
  EXPECT_EQ(Problems(Trying("rule x {\n  when app.idd is set  deny \"x\" }")).substr(0, 24),
            "typed:2:8: error[KR0101]");
  EXPECT_EQ(Problems(Trying("rule x {")).substr(0, 24), "typed:1:9: error[KR0010]");
  EXPECT_EQ(Problems(Trying("rule x { when app.id is set  deny \"x }")).substr(0, 9), "typed:1:3");
}

TEST_F(OverlayTest, FurtherFilesStandAtTheEnd) {
  reader.Add(
      "other/more.keyrule",
      "keyrule 1\nschema \"dify\"\nimport \"part.keyrule\"\nrule more { when app.id is set  use q by random }\n");
  reader.Add("other/part.keyrule", "keyrule 1\nschema \"dify\"\npool q { \"c\" }\n");
  const LoadResult both = With({.files = {"other/more.keyrule"}, .fragments = {}});
  EXPECT_EQ(Rules(both), "one two more ") << "its imports lie in its own folder";
  EXPECT_NE(both.policy->revision, With({}).policy->revision);
  EXPECT_EQ(Rules(With({.files = {"other/more.keyrule", "other/more.keyrule", "first.keyrule"}, .fragments = {}})),
            "one two more ");
  reader.Add("other/more.keyrule", "keyrule 1\nschema \"dify\"\nimport \"../first.keyrule\"\n");
  EXPECT_NE(Rules(With({.files = {"other/more.keyrule"}, .fragments = {}})).find("KR0802"), std::string::npos);
  EXPECT_NE(Rules(With({.files = {"nowhere.keyrule"}, .fragments = {}})).find("nowhere.keyrule:1:1: error[KR0801]"),
            std::string::npos);
  reader.Add("own.keyrule", "keyrule 1\nschema \"dify\"\ndefault { leave to host }\n");
  EXPECT_NE(Rules(With({.files = {"own.keyrule"}, .fragments = {}})).find("own.keyrule:3:1: error[KR0402]"),
            std::string::npos);
}

TEST_F(OverlayTest, WhatWasWrittenAroundItIsNotShown) {
  const Frame frame{.before = "let typed = ", .typed = "is app.idd is set", .instead = "is "};
  const LoadResult result = Trying("let typed = app.idd is set\n");
  Sources sources;
  const std::vector<Diagnostic> diagnostics = Unframed(result, "typed", frame, &sources);
  ASSERT_FALSE(diagnostics.empty());
  EXPECT_EQ(Render(diagnostics.front(), sources, RenderStyle::kPlain).substr(0, 24), "typed:1:4: error[KR0101]");
}

}  // namespace
}  // namespace keyrule::dsl
