// Policies whose in-file tests carry the answers of an independent reference of the language (tests/golden/reference),
// and the example policies of the language reference (tests/golden/examples).

#include <gtest/gtest.h>

#include <filesystem>

#include "dsl/load.h"
#include "dsl/render.h"
#include "evaluator/compiler.h"
#include "evaluator/test_runner.h"
#include "tests/support/golden.h"

namespace keyrule::evaluator {
namespace {

class PolicyFileTest : public ::testing::TestWithParam<std::filesystem::path> {};

TEST_P(PolicyFileTest, ItsTestsPass) {
  const dsl::LoadResult loaded = dsl::Load(dsl::DiskReader(), GetParam().string());
  for (const dsl::Diagnostic& diagnostic : loaded.diagnostics.all()) {
    EXPECT_NE(diagnostic.severity, dsl::Severity::kError)
        << dsl::Render(diagnostic, *loaded.sources, dsl::RenderStyle::kText);
  }
  ASSERT_NE(loaded.policy, nullptr);
  const std::vector<TestResult> results = RunTests(Compile(loaded.policy));
  EXPECT_FALSE(results.empty());
  for (const TestResult& result : results) {
    for (const dsl::Diagnostic& failure : result.failures) {
      ADD_FAILURE() << dsl::Render(failure, *loaded.sources, dsl::RenderStyle::kText);
    }
  }
}

std::string NameOf(const ::testing::TestParamInfo<std::filesystem::path>& info) {
  return keyrule::testing::TestName(info.param);
}

INSTANTIATE_TEST_SUITE_P(Reference, PolicyFileTest,
                         ::testing::ValuesIn(keyrule::testing::FilesIn("tests/golden/reference",
                                                                       ".keyrule")),
                         NameOf);
INSTANTIATE_TEST_SUITE_P(Examples, PolicyFileTest,
                         ::testing::ValuesIn(keyrule::testing::FilesIn("tests/golden/examples",
                                                                       ".keyrule")),
                         NameOf);

}  // namespace
}  // namespace keyrule::evaluator
