// The complete rendered text of what malformed files lead to. UPDATE_GOLDEN=1 writes it anew.
#include <gtest/gtest.h>

#include "dsl/parser.h"
#include "dsl/render.h"
#include "tests/support/golden.h"

namespace keyrule::dsl {
namespace {

class Malformed : public ::testing::TestWithParam<std::filesystem::path> {};

TEST_P(Malformed, RendersAsTheGolden) {
  std::filesystem::path path = GetParam();
  Sources sources;
  sources.Add(path.filename().string(), testing::ReadFile(path));
  Diagnostics diagnostics;
  Parse(sources, 0, diagnostics);
  diagnostics.Sort();
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    text += Render(diagnostic, sources, RenderStyle::kText) + "\n";
  }
  EXPECT_TRUE(diagnostics.has_errors());
  EXPECT_EQ(text.find("::"), std::string::npos) << "no message shows a name of the program";
  EXPECT_TRUE(testing::MatchesGolden(text, path.replace_extension(".golden")));
}

INSTANTIATE_TEST_SUITE_P(All, Malformed,
                         ::testing::ValuesIn(testing::FilesIn("tests/golden/diagnostics",
                                                              ".keyrule")),
                         [](const auto& test) { return testing::TestName(test.param); });

}  // namespace
}  // namespace keyrule::dsl
