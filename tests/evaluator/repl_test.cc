// Whole sessions: each script under tests/golden/repl with the transcript that it makes.

#include "evaluator/repl.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/golden.h"
#include "tests/support/memory_reader.h"

namespace keyrule::evaluator {
namespace {

using keyrule::testing::FilesIn;
using keyrule::testing::MatchesGolden;
using keyrule::testing::ReadFile;
using keyrule::testing::SourcePath;

dsl::MemoryReader Files() {
  dsl::MemoryReader reader;
  reader.Add("demo.keyrule", ReadFile(SourcePath("tests/golden/repl/demo.keyrule")));
  reader.Add("broken.keyrule", "keyrule 1\nschema \"dify\"\ndefault { leave }\n");
  reader.Add("plans.keyrule",
             "keyrule 1\nschema \"dify\" with { user.plan : enum [\"free\", \"team\"] optional }\n"
             "rule team { when user.plan == \"team\"  deny \"teams elsewhere\" }\n"
             "default { leave to host }\n");
  return reader;
}

class ReplScriptTest : public ::testing::TestWithParam<std::filesystem::path> {};

TEST_P(ReplScriptTest, Transcript) {
  const dsl::MemoryReader reader = Files();
  Repl repl(reader, {.policy_path = "demo.keyrule"});
  ASSERT_TRUE(repl.ready()) << repl.opening();
  std::string transcript = repl.opening();
  std::string script = ReadFile(GetParam());
  while (!script.empty()) {
    const size_t end = std::min(script.find('\n'), script.size() - 1);
    const std::string line = script.substr(0, end);
    script.erase(0, end + 1);
    const Repl::Answer answer = repl.Feed(line);
    transcript += "> " + line + "\n" + answer.text;
    if (answer.error) transcript += "(error)\n";
    if (answer.quit) transcript += "(quit)\n";
  }
  std::filesystem::path golden = GetParam();
  EXPECT_TRUE(MatchesGolden(transcript, golden.replace_extension(".golden")));
}

INSTANTIATE_TEST_SUITE_P(Scripts, ReplScriptTest,
                         ::testing::ValuesIn(FilesIn("tests/golden/repl", ".repl")),
                         [](const auto& script) { return keyrule::testing::TestName(script.param); });

TEST(ReplTest, APolicyThatDoesNotLoad) {
  const dsl::MemoryReader reader = Files();
  Repl repl(reader, {.policy_path = "broken.keyrule"});
  EXPECT_FALSE(repl.ready());
  EXPECT_NE(repl.opening().find("error[KR0010]"), std::string::npos) << repl.opening();
  EXPECT_EQ(repl.Feed("decide").text, "no policy is loaded; `load FILE` reads one\n");
  EXPECT_TRUE(repl.Feed("decide").error);
  EXPECT_FALSE(repl.Feed("load demo.keyrule").error);
  EXPECT_TRUE(repl.ready());
}

TEST(ReplTest, CredentialsOfASource) {
  std::vector<Credential> credentials(1);
  credentials[0].id = "0198c2";
  credentials[0].name = "prod-eu";
  credentials[0].provider = "openai";
  const dsl::MemoryReader reader = Files();
  Repl repl(reader, {.policy_path = "demo.keyrule",
                     .source = std::make_shared<MemorySource>(credentials)});
  repl.Feed("clock 2026-11-23T09:30Z");
  repl.Feed("set provider = \"openai\", environment = \"production\"");
  EXPECT_EQ(repl.Feed("credentials").text, "prod-eu  0198c2  openai\n");
  EXPECT_EQ(repl.Feed("decide").text,
            R"(use prod-eu                        rule billing, arm 1: production by weighted_round_robin
    tags     cost_center=finance
    skipped  prod-us  unknown
    skipped  reserve  unknown
)");
}

TEST(ReplTest, Completion) {
  const dsl::MemoryReader reader = Files();
  const Repl repl(reader, {.policy_path = "demo.keyrule"});
  using Words = std::vector<std::string>;
  EXPECT_EQ(repl.Complete("re"), (Words{"reload", "report", "request"}));
  EXPECT_EQ(repl.Complete("set app.n"), Words{"app.name"});
  EXPECT_EQ(repl.Complete("set app.id = \"x\", env"), Words{"environment"});
  EXPECT_EQ(repl.Complete("set model.type = \"l"), Words{"\"llm\""});
  EXPECT_EQ(repl.Complete("set model.type=\"l"), Words{"\"llm\""});
  EXPECT_EQ(repl.Complete("request 5 times with user.id = un"), Words{"unique"});
  EXPECT_EQ(repl.Complete("why "), Words{"not"});
  EXPECT_EQ(repl.Complete("why not b"), Words{"billing"});
  EXPECT_EQ(repl.Complete("report rate"), Words{"rate_limited"});
  EXPECT_EQ(repl.Complete("report ok with r"), Words{"retry_after"});
  EXPECT_EQ(repl.Complete("help sc"), Words{"schema"});
  EXPECT_EQ(repl.Complete("nonsense "), Words{});
}

// Whatever is typed, the shell answers; nothing it says could command a terminal.
TEST(ReplTest, AnyLineIsAnswered) {
  const dsl::MemoryReader reader = Files();
  Repl repl(reader, {.policy_path = "demo.keyrule"});
  const std::vector<std::string> pieces = {
      "set",  "unset", "request", "why",   "not",  "report", "with",   "decide", "=",   ",",
      "\"",   "[",     "]",       "\\",    "app.id", "5",    "times",  "every",  "at",  "once",
      "next", "wait",  "clock",   "\x1b[2J", "\xff", "ok",   "unique", "-",      "1h",  "test",
      "env.", "inputs.\"x\"", "2026-01-01T00:00Z", "99999999999999999999", "rules", "seed"};
  uint64_t random = 1;
  for (int i = 0; i < 20'000; ++i) {
    std::string line;
    for (int words = 0; words < 6; ++words) {
      random = random * 6'364'136'223'846'793'005u + 1'442'695'040'888'963'407u;
      line += pieces[(random >> 33) % pieces.size()];
      if ((random >> 60) % 4 != 0) line += " ";
    }
    const Repl::Answer answer = repl.Feed(line);
    EXPECT_EQ(answer.text.find('\x1b'), std::string::npos) << line;
    if (answer.error) {
      EXPECT_FALSE(answer.text.empty()) << line;
    }
    repl.Complete(line);
  }
}

}  // namespace
}  // namespace keyrule::evaluator
