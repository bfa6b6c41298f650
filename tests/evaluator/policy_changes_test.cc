#include "evaluator/policy_changes.h"

#include <gtest/gtest.h>

#include "dsl/load.h"
#include "dsl/wording.h"
#include "tests/support/memory_reader.h"

namespace keyrule::evaluator {
namespace {

std::shared_ptr<const dsl::Policy> PolicyOf(const dsl::FileReader& reader, const std::string& statements) {
  const dsl::LoadResult result = dsl::LoadText(reader, "p.keyrule", "keyrule 1\nschema \"dify\"\n" + statements);
  EXPECT_NE(result.policy, nullptr) << statements;
  return result.policy;
}

std::string Rule(const std::string& name, const std::string& app) {
  return "rule " + name + " { when app.id == \"" + app + "\"  deny \"no\" }\n";
}

class PolicyChangesTest : public ::testing::Test {
 protected:
  std::string Changes(const std::string& before, const std::string& after) {
    const auto old = PolicyOf(reader_, before + "default { leave to host }\n");
    reader_.Add("apps.csv", "id,key\nx,two\n");
    const auto now = PolicyOf(reader_, after + "default { leave to host }\n");
    std::string text;
    for (const PolicyChange& change : ChangesOf(*old, *now)) {
      text += dsl::Cat({text.empty() ? "" : "; ", ToString(change.kind), " ", change.what});
    }
    return text;
  }

  dsl::MemoryReader reader_{{"apps.csv", "id,key\nx,one\n"}};
};

TEST_F(PolicyChangesTest, EachStatementByItsName) {
  const std::string a = Rule("a", "1"), b = Rule("b", "2"), c = Rule("c", "3");
  EXPECT_EQ(Changes(a + b, a + b), "");
  EXPECT_EQ(Changes(a + b, "# only a comment\n" + a + "\n\n" + b), "");
  EXPECT_EQ(Changes(a + b, a + Rule("b", "4")), "changed rule b");
  EXPECT_EQ(Changes(a + b, a + c), "added rule c; removed rule b");
  EXPECT_EQ(Changes(a, a + "let l = [\"x\"]\npool p { \"x\" }\nbudget d { \"x\"  limit 1 request per day }\n"),
            "added let l; added pool p; added budget d");
  EXPECT_EQ(Changes(a + "test \"t\" { request  expect host }\n", a + "test \"t\" { request  expect default }\n"),
            "changed test \"t\"");
}

TEST_F(PolicyChangesTest, TheFewestRulesHaveMoved) {
  const std::string a = Rule("a", "1"), b = Rule("b", "2"), c = Rule("c", "3"), d = Rule("d", "4");
  EXPECT_EQ(Changes(a + b + c + d, d + a + b + c), "moved rule d");
  EXPECT_EQ(Changes(a + b + c + d, b + c + d + a), "moved rule a");
  EXPECT_EQ(Changes(a + b, b + Rule("a", "9")), "changed rule a") << "its text says more than its place";
  EXPECT_EQ(Changes(a + b + c, c + a), "moved rule c; removed rule b");
}

// A table that is read from a file has changed when the file has, although its statement says the same.
TEST_F(PolicyChangesTest, TheRowsOfAFile) {
  const std::string table =
      "table keys from \"apps.csv\" maps \"id\" to \"key\"\nrule r { when app.id in keys  use credential keys[app.id] "
      "}\n";
  EXPECT_EQ(Changes(table, table), "changed table keys");
}

}  // namespace
}  // namespace keyrule::evaluator
