// The example policies of the language load without a word.
#include <gtest/gtest.h>

#include "dsl/load.h"
#include "tests/support/golden.h"
#include "tests/support/problems.h"

namespace keyrule::dsl {
namespace {

class Examples : public ::testing::TestWithParam<std::filesystem::path> {};

TEST_P(Examples, Load) {
  const LoadResult result = Load(DiskReader(), GetParam().string());
  EXPECT_EQ(Short(result), "");
  ASSERT_TRUE(result.policy);
  EXPECT_FALSE(result.policy->rules.empty());
  EXPECT_FALSE(result.policy->tests.empty());
}

INSTANTIATE_TEST_SUITE_P(All, Examples,
                         ::testing::ValuesIn(testing::FilesIn("tests/golden/examples", ".keyrule")),
                         [](const auto& file) { return testing::TestName(file.param); });

}  // namespace
}  // namespace keyrule::dsl
