// The complete rendered text of every check, on a policy that a person could have written.
// UPDATE_GOLDEN=1 writes it anew.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "dsl/load.h"
#include "dsl/render.h"
#include "tests/support/folder_reader.h"
#include "tests/support/golden.h"

namespace keyrule::dsl {
namespace {

namespace fs = std::filesystem;

class Checks : public ::testing::TestWithParam<fs::path> {};

TEST_P(Checks, RenderAsTheGolden) {
  const fs::path& path = GetParam();
  const testing::FolderReader reader(path.parent_path());
  const LoadResult result = Load(reader, path.filename().string());
  std::string text;
  bool expected_code = false;
  for (const Diagnostic& diagnostic : result.diagnostics.all()) {
    text += Render(diagnostic, *result.sources, RenderStyle::kText) + "\n";
    expected_code =
        expected_code || path.filename().string().starts_with(CodeName(diagnostic.code));
  }
  EXPECT_TRUE(expected_code) << "the file is named after what it shows\n" << text;
  fs::path golden = path;
  EXPECT_TRUE(testing::MatchesGolden(text, golden.replace_extension(".golden")));
}

// Slips that people make who come from other languages, formats and keyboards.
class Slips : public ::testing::TestWithParam<fs::path> {};

TEST_P(Slips, RenderAsTheGolden) {
  const fs::path& path = GetParam();
  const testing::FolderReader reader(path.parent_path());
  const LoadResult result = Load(reader, path.filename().string());
  std::string text;
  for (const Diagnostic& diagnostic : result.diagnostics.all()) {
    text += Render(diagnostic, *result.sources, RenderStyle::kText) + "\n";
  }
  EXPECT_TRUE(result.diagnostics.has_errors());
  fs::path golden = path;
  EXPECT_TRUE(testing::MatchesGolden(text, golden.replace_extension(".golden")));
}

INSTANTIATE_TEST_SUITE_P(All, Slips,
                         ::testing::ValuesIn(testing::FilesIn("tests/golden/malformed", ".keyrule")),
                         [](const auto& file) { return testing::TestName(file.param); });

INSTANTIATE_TEST_SUITE_P(All, Checks,
                         ::testing::ValuesIn(testing::FilesIn("tests/golden/checks", ".keyrule")),
                         [](const auto& file) { return testing::TestName(file.param); });

}  // namespace
}  // namespace keyrule::dsl
