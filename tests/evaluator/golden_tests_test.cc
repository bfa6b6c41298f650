// The complete rendered text of what failing tests (KR0703) and missing ones (KR0704) say.
// UPDATE_GOLDEN=1 writes it anew.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "dsl/load.h"
#include "dsl/render.h"
#include "evaluator/compiler.h"
#include "evaluator/coverage.h"
#include "evaluator/test_runner.h"
#include "tests/support/golden.h"

namespace keyrule::evaluator {
namespace {

namespace fs = std::filesystem;

// Files are named as someone who stands in their folder names them.
class FolderReader : public dsl::FileReader {
 public:
  explicit FolderReader(fs::path folder) : folder_(std::move(folder)) {}
  bool Read(const std::string& path, std::string* text, std::string* error) const override {
    return disk_.Read((folder_ / path).string(), text, error);
  }
  std::string RealPath(const std::string& path) const override {
    return disk_.RealPath((folder_ / path).string());
  }

 private:
  fs::path folder_;
  dsl::DiskReader disk_;
};

class GoldenTests : public ::testing::TestWithParam<fs::path> {};

TEST_P(GoldenTests, RenderAsTheGolden) {
  const fs::path& path = GetParam();
  const std::string name = path.filename().string();
  const dsl::LoadResult loaded = dsl::Load(FolderReader(path.parent_path()), name);
  ASSERT_NE(loaded.policy, nullptr);
  const auto program = Compile(loaded.policy);
  Coverage coverage(program);
  std::string text;
  const auto show = [&](const dsl::Diagnostic& diagnostic) {
    EXPECT_TRUE(name.starts_with(dsl::CodeName(diagnostic.code))) << diagnostic.message;
    text += dsl::Render(diagnostic, *loaded.sources, dsl::RenderStyle::kText) + "\n";
  };
  for (const dsl::Test& test : loaded.policy->tests) {
    for (const dsl::Diagnostic& failure : RunTest(program, test, &coverage).failures) show(failure);
  }
  if (name.starts_with("KR0704")) {
    for (const CoverageItem& item : coverage.items()) {
      if (item.count == 0) show(NotCovered(item));
    }
  }
  EXPECT_FALSE(text.empty());
  fs::path golden = path;
  EXPECT_TRUE(testing::MatchesGolden(text, golden.replace_extension(".golden")));
}

INSTANTIATE_TEST_SUITE_P(All, GoldenTests,
                         ::testing::ValuesIn(testing::FilesIn("tests/golden/tests", ".keyrule")),
                         [](const auto& file) { return testing::TestName(file.param); });

}  // namespace
}  // namespace keyrule::evaluator
