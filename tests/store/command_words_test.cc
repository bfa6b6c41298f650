#include "store/command_words.h"

#include <gtest/gtest.h>

namespace keyrule::store {
namespace {

using Words = std::vector<std::string>;

Words Split(std::string_view command) {
  Result<Words> words = SplitCommand(command);
  EXPECT_TRUE(words.ok()) << command << ": " << words.status().message();
  return words.ok() ? *words : Words();
}

std::string Refusal(std::string_view command) {
  Result<Words> words = SplitCommand(command);
  EXPECT_FALSE(words.ok()) << command;
  EXPECT_EQ(words.status().code(), Code::kInvalid);
  return words.status().message();
}

TEST(CommandWords, SplitsLikeAShell) {
  EXPECT_EQ(Split("a"), (Words{"a"}));
  EXPECT_EQ(Split("  /bin/get \t key\n"), (Words{"/bin/get", "key"}));
  EXPECT_EQ(Split("a 'b  c' \"d e\""), (Words{"a", "b  c", "d e"}));
  EXPECT_EQ(Split("a '' \"\""), (Words{"a", "", ""}));
  EXPECT_EQ(Split("a b'c'\"d\"e"), (Words{"a", "bcde"}));
  EXPECT_EQ(Split(R"(a b\ c \'d\' \\)"), (Words{"a", "b c", "'d'", "\\"}));
  EXPECT_EQ(Split(R"(a '\n $x `|' "\"\$\`\\ \n")"), (Words{"a", R"(\n $x `|)", R"("$`\ \n)"}));
  EXPECT_EQ(Split(R"(a \$HOME \| '(x)' *.key ~ #)"),
            (Words{"a", "$HOME", "|", "(x)", "*.key", "~", "#"}));
  EXPECT_EQ(Split("a schlüssel"), (Words{"a", "schlüssel"}));
}

TEST(CommandWords, ReadsAJsonList) {
  EXPECT_EQ(Split(R"(["/bin/get", "a b", "$x | y", "é", ""])"),
            (Words{"/bin/get", "a b", "$x | y", "é", ""}));
  EXPECT_EQ(Split(R"( ["a"] )"), (Words{"a"}));
}

TEST(CommandWords, RefusesWhatOnlyAShellWouldDo) {
  for (const char* command : {"get key | head", "get $KEY", "get \"$KEY\"", "get `id`",
                              "get \"`id`\"", "get; rm", "get & ", "get > f", "get < f", "(get)"}) {
    EXPECT_NE(Refusal(command).find("no shell reads the command"), std::string::npos) << command;
  }
  EXPECT_EQ(Refusal("get key | head"),
            "no shell reads the command, and `|` means something to a shell only; quote it, or "
            "name a script that does the work");
}

TEST(CommandWords, RefusesBrokenOnes) {
  EXPECT_EQ(Refusal("get 'x"), "a ' is not closed; close the quotes");
  EXPECT_EQ(Refusal("get \"x\\\""), "a \" is not closed; close the quotes");
  EXPECT_NE(Refusal("get x\\").find("\\ stands at the end"), std::string::npos);
  for (const char* command : {"", "  ", "''", "[]", R"([""])"}) {
    EXPECT_NE(Refusal(command).find("names no program"), std::string::npos) << command;
  }
  EXPECT_NE(Refusal(R"(["a", 1])").find("not a text"), std::string::npos);
  EXPECT_NE(Refusal(R"(["a")").find("JSON list"), std::string::npos);
  EXPECT_NE(Refusal(R"(["a"] x)").find("JSON list"), std::string::npos);
  EXPECT_NE(Refusal(R"(["a", "b\u0000c"])").find("zero byte"), std::string::npos);
}

}  // namespace
}  // namespace keyrule::store
