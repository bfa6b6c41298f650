#include "evaluator/rule_line.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "evaluator/program.h"
#include "tests/evaluator/fixture.h"

namespace keyrule::evaluator {
namespace {

constexpr int64_t kNow = 1'770'000'000'000;

std::string Condition(std::string_view attribute, std::string_view comparison, std::string_view text) {
  return std::string(attribute) + " " + std::string(comparison) + " \"" + std::string(text) + "\"";
}

class RuleLineTest : public testing::Test {
 protected:
  void Load(const std::string& condition, const std::string& schema = "schema \"dify\"\n") {
    program_ = CompileText("keyrule 1\n" + schema + "rule r { when " + condition +
                           " deny \"no\" }\ndefault { leave to host }\n");
  }
  const RuleLine& line() const { return program_->lines[0]; }
  // Nothing of the condition is left to the code.
  bool IsWhole() const { return line().rest() == kJumpTrue; }
  struct Given {
    std::string_view attribute, text;
  };
  bool Holds(const std::vector<Given>& given) const {
    std::vector<Value> values(program_->slot_count());
    for (const Given& one : given) values[program_->policy->FindSlot(one.attribute)] = Value::Text(one.text);
    MatchScratch scratch;
    return program_->Match(values, kNow, &scratch) == 0;
  }

  std::shared_ptr<const Program> program_;
};

// Each byte of a text counts, whatever its size, and what follows it stands where it ends.
TEST_F(RuleLineTest, ComparesTextsOfEverySize) {
  for (size_t size = 1; size <= 60; ++size) {
    std::string text;
    for (size_t i = 0; i < size; ++i) text += static_cast<char>('a' + i % 26);
    Load(Condition("app.id", "==", text) + " and " + Condition("user.id", "==", "u1"));
    EXPECT_EQ(IsWhole(), size + 2 <= 48) << size;
    EXPECT_TRUE(Holds({{"app.id", text}, {"user.id", "u1"}})) << size;
    EXPECT_FALSE(Holds({{"app.id", text}, {"user.id", "u2"}})) << size;
    EXPECT_FALSE(Holds({{"app.id", text}})) << size;
    EXPECT_FALSE(Holds({{"user.id", "u1"}})) << size;
    EXPECT_FALSE(Holds({{"app.id", text + "a"}, {"user.id", "u1"}})) << size;
    EXPECT_FALSE(Holds({{"app.id", text.substr(1)}, {"user.id", "u1"}})) << size;
    for (size_t i = 0; i < size; ++i) {
      std::string other = text;
      other[i] = '!';
      EXPECT_FALSE(Holds({{"app.id", other}, {"user.id", "u1"}})) << size << " " << i;
    }
  }
}

TEST_F(RuleLineTest, HasRoomForAnIdAndAnEnvironment) {
  const std::string id = "6c0d1f9e-4b7a-4c55-9f0e-2f6a8c3b1d77";
  Load(Condition("app.id", "==", id) + " and " + Condition("environment", "==", "production"));
  EXPECT_TRUE(IsWhole());
  EXPECT_TRUE(Holds({{"app.id", id}, {"environment", "production"}}));
  EXPECT_FALSE(Holds({{"app.id", id}, {"environment", "staging"}}));
}

TEST_F(RuleLineTest, ATextThatMustNotBeThere) {
  Load(Condition("app.id", "==", "a") + " and not (" + Condition("user.id", "==", "u") + ")");
  EXPECT_TRUE(IsWhole());
  EXPECT_TRUE(Holds({{"app.id", "a"}, {"user.id", "v"}}));
  EXPECT_TRUE(Holds({{"app.id", "a"}}));
  EXPECT_FALSE(Holds({{"app.id", "a"}, {"user.id", "u"}}));
  EXPECT_FALSE(Holds({{"user.id", "v"}}));
}

// What is no text, an alternative, one too many, or too long, is left to the code, and is tested there.
TEST_F(RuleLineTest, TheRestIsTheCodes) {
  Load(Condition("app.id", "==", "a") + " and " + Condition("user.id", "starts with", "team-"));
  EXPECT_FALSE(IsWhole());
  EXPECT_TRUE(Holds({{"app.id", "a"}, {"user.id", "team-1"}}));
  EXPECT_FALSE(Holds({{"app.id", "a"}, {"user.id", "1"}}));
  EXPECT_FALSE(Holds({{"app.id", "b"}, {"user.id", "team-1"}}));

  Load("(" + Condition("app.id", "==", "a") + " or " + Condition("app.id", "==", "b") + ") and " +
       Condition("user.id", "==", "u"));
  EXPECT_FALSE(IsWhole());
  for (const char* app : {"a", "b"}) EXPECT_TRUE(Holds({{"app.id", app}, {"user.id", "u"}})) << app;
  EXPECT_FALSE(Holds({{"app.id", "c"}, {"user.id", "u"}}));
  EXPECT_FALSE(Holds({{"app.id", "b"}, {"user.id", "v"}}));

  Load(Condition("app.id", "==", "a") + " and " + Condition("user.id", "==", "u") + " and " +
       Condition("node.id", "==", "n") + " and " + Condition("workflow.id", "==", "w"));
  EXPECT_FALSE(IsWhole());
  EXPECT_TRUE(Holds({{"app.id", "a"}, {"user.id", "u"}, {"node.id", "n"}, {"workflow.id", "w"}}));
  for (const char* wrong : {"app.id", "user.id", "node.id", "workflow.id"}) {
    std::vector<Given> given = {{"app.id", "a"}, {"user.id", "u"}, {"node.id", "n"}, {"workflow.id", "w"}};
    for (Given& one : given) {
      if (one.attribute == wrong) one.text = "x";
    }
    EXPECT_FALSE(Holds(given)) << wrong;
  }
}

// A line has one byte for an attribute's slot.
TEST_F(RuleLineTest, AttributesBeyondItsCountAreTheCodes) {
  std::string schema = "schema \"case\" {\n  provider: string\n  model: string\n";
  for (int i = 0; i < 300; ++i) schema += "  a" + std::to_string(i) + ": string\n";
  schema += "}\n";
  for (const int number : {0, 100, 250, 256, 299}) {
    const std::string name = "a" + std::to_string(number), other = "a" + std::to_string((number + 44) % 300);
    Load(Condition(name, "==", "x"), schema);
    ASSERT_NE(program_->policy->FindSlot(name), dsl::kUnresolved);
    EXPECT_EQ(IsWhole(), program_->policy->FindSlot(name) <= UINT8_MAX) << number;
    EXPECT_TRUE(Holds({{name, "x"}})) << number;
    EXPECT_FALSE(Holds({{name, "y"}})) << number;
    EXPECT_FALSE(Holds({{other, "x"}})) << number;
  }
}

}  // namespace
}  // namespace keyrule::evaluator
