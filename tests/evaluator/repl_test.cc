// Whole sessions: each script under tests/golden/repl with the transcript that it makes.

#include "evaluator/repl.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <utility>

#include "dsl/wording.h"
#include "evaluator/decision.h"
#include "evaluator/repl_language.h"
#include "evaluator/repl_words.h"
#include "tests/support/golden.h"
#include "tests/support/memory_reader.h"

namespace keyrule::evaluator {
namespace {

using keyrule::testing::FilesIn;
using keyrule::testing::MatchesGolden;
using keyrule::testing::ReadFile;
using keyrule::testing::SourcePath;

// A shell that writes into the files of the test.
class WritingHost : public ReplHost {
 public:
  explicit WritingHost(dsl::MemoryReader* files) : files_(*files) {}

  bool Rewrite(const std::string& path, std::string_view text, std::string*) override {
    files_.Add(path, std::string(text));
    written += "wrote " + path + ":\n" + std::string(text);
    return true;
  }

  std::string written;

 private:
  dsl::MemoryReader& files_;
};

dsl::MemoryReader Files() {
  dsl::MemoryReader reader;
  reader.Add("demo.keyrule", ReadFile(SourcePath("tests/golden/repl/demo.keyrule")));
  reader.Add("broken.keyrule", "keyrule 1\nschema \"dify\"\ndefault { leave }\n");
  reader.Add("plans.keyrule",
             "keyrule 1\nschema \"dify\" with { user.plan : enum [\"free\", \"team\"] optional }\n"
             "rule team { when user.plan == \"team\"  deny \"teams elsewhere\" }\n"
             "default { leave to host }\n");
  reader.Add("parts/extra.keyrule",
             "keyrule 1\nschema \"dify\"\nrule extra { when app.id == \"extra\"  deny \"extra\" }\n");
  return reader;
}

class ReplScriptTest : public ::testing::TestWithParam<std::filesystem::path> {};

TEST_P(ReplScriptTest, Transcript) {
  dsl::MemoryReader reader = Files();
  WritingHost host(&reader);
  Repl repl(reader, {.policies = {"demo.keyrule"}, .host = &host});
  ASSERT_TRUE(repl.ready()) << repl.opening();
  std::string transcript = repl.opening();
  std::string script = ReadFile(GetParam());
  std::string text;
  while (!script.empty()) {
    const size_t end = std::min(script.find('\n'), script.size() - 1);
    text += script.substr(0, end);
    script.erase(0, end + 1);
    if (repl.NeedsMore(text)) {
      text += '\n';
      continue;
    }
    const Repl::Answer answer = repl.Feed(text);
    transcript += "> " + text + "\n" + answer.text + answer.problem + std::exchange(host.written, {});
    text.clear();
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
  Repl repl(reader, {.policies = {"broken.keyrule"}});
  EXPECT_FALSE(repl.ready());
  EXPECT_NE(repl.opening().find("error[KR0010]"), std::string::npos) << repl.opening();
  EXPECT_EQ(repl.Feed("decide").problem, "no policy is loaded; `load FILE` reads one\n");
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
  Repl repl(reader, {.policies = {"demo.keyrule"},
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
  Repl repl(reader, {.policies = {"demo.keyrule"}});
  using Words = std::vector<std::string>;
  const auto complete = [&repl](std::string_view text) {
    const Repl::Completion completion = repl.Complete(text);
    EXPECT_LE(completion.begin, text.size()) << text;
    for (const std::string& word : completion.words)
      EXPECT_TRUE(word.starts_with(text.substr(completion.begin))) << text;
    return completion.words;
  };
  EXPECT_EQ(complete("re"), (Words{"reload", "report", "request", "reset"}));
  EXPECT_EQ(complete("set app.n"), Words{"app.name"});
  EXPECT_EQ(complete("set app.id = \"x\", env"), Words{"environment"});
  EXPECT_EQ(complete("set model.type = \"l"), Words{"\"llm\""});
  EXPECT_EQ(complete("set model.type=\"l"), Words{"\"llm\""});
  EXPECT_EQ(complete("set environment = "), (Words{"\"production\"", "unique"}));
  EXPECT_EQ(complete("set app.id = "), (Words{"\"app-legal\"", "unique"})) << "a table's key";
  EXPECT_EQ(complete("set provider = \"o"), Words{"\"openai\""});
  EXPECT_EQ(complete("what if environment = \"p"), Words{"\"production\""});
  EXPECT_EQ(complete("what "), Words{"if"});
  EXPECT_EQ(complete("request 5 times with user.id = un"), Words{"unique"});
  EXPECT_EQ(complete("request 5 "), Words{"times"});
  EXPECT_EQ(complete("why "), Words{"not"});
  EXPECT_EQ(complete("why not b"), Words{"billing"});
  EXPECT_EQ(complete("why not \"prod-u"), Words{"\"prod-us\""});
  EXPECT_EQ(complete("report rate"), Words{"rate_limited"});
  EXPECT_EQ(complete("report ok with r"), Words{"retry_after"});
  EXPECT_EQ(complete("help sc"), Words{"schema"});
  EXPECT_EQ(complete("help weighted_r"), (Words{"weighted_random", "weighted_round_robin"}));
  EXPECT_EQ(complete("expect rule c"), Words{"canary"});
  EXPECT_EQ(complete("expect credential \"res"), Words{"\"reserve\""});
  EXPECT_EQ(complete("expect tag c"), Words{"cost_center"});
  EXPECT_EQ(complete("expect skipped \"prod-eu\" as coo"), Words{"cooling"});
  EXPECT_EQ(complete("given credential \"ca"), Words{"\"canary\""});
  EXPECT_EQ(complete("rule x { when environment == \"p"), Words{"\"production\""});
  EXPECT_EQ(complete("rule x {\n  when app.id in k"), Words{"key_of_app"});
  EXPECT_EQ(complete("rule x { when app.id in key_of_app\n  use pro"), Words{"production"});
  EXPECT_EQ(complete("rule x { use production by st"), Words{"sticky"});
  EXPECT_EQ(complete("is environment == \"prod"), Words{"\"production\""});
  EXPECT_EQ(complete("test \"th"), (Words{"\"this one is wrong\"", "\"three to one\""}));
  EXPECT_EQ(complete("nonsense "), Words{});
  repl.Feed("rule tried { when app.id is set  deny \"no\" }");
  EXPECT_EQ(complete("drop rule"), Words{"rule tried"});
}

TEST(ReplTest, ABlockGoesOverSeveralLines) {
  const dsl::MemoryReader reader = Files();
  const Repl repl(reader, {.policies = {"demo.keyrule"}});
  EXPECT_TRUE(repl.NeedsMore("rule x {"));
  EXPECT_TRUE(repl.NeedsMore("rule x {\n when app.id matches /^a{2}\\/{/"));
  EXPECT_TRUE(repl.NeedsMore("is (environment == \"a\"\n or"));
  EXPECT_TRUE(repl.NeedsMore("try after billing rule x { # }"));
  EXPECT_FALSE(repl.NeedsMore("rule x {\n deny \"{\" }"));
  EXPECT_FALSE(repl.NeedsMore("set app.id = \"{\""));
  EXPECT_FALSE(repl.NeedsMore("set app.id = {"));
  EXPECT_FALSE(repl.NeedsMore("decide"));
  // As `keyrule fmt` breaks the steps of tests.
  EXPECT_TRUE(repl.NeedsMore("request with app.id = \"a\",  # and"));
  EXPECT_FALSE(repl.NeedsMore("request with app.id = \"a\",\n  user.id = \"b\""));
  EXPECT_FALSE(repl.NeedsMore("request with app.id = \"a,"));
  EXPECT_FALSE(repl.NeedsMore("# one, two,"));
}

// Every word that begins a statement, chooses, is reported or explains a skip has its help.
TEST(ReplTest, TheLanguagesWordsAreExplained) {
  std::set<std::string_view> words;
  for (const LanguageWord& word : LanguageWords()) {
    EXPECT_TRUE(words.insert(word.word).second) << word.word << " stands twice";
    EXPECT_NE(word.form.find(word.word), std::string_view::npos) << word.word;
  }
#define KEYRULE_STATEMENT(word) EXPECT_TRUE(words.contains(#word)) << #word;
#define KEYRULE_RESERVED(word)
#define KEYRULE_WORD(word)
#include "dsl/token_words.def"
#undef KEYRULE_STATEMENT
#undef KEYRULE_RESERVED
#undef KEYRULE_WORD
  for (int kind = 0; kind <= static_cast<int>(dsl::StrategyKind::kSticky); ++kind) {
    EXPECT_TRUE(words.contains(dsl::Spelling(static_cast<dsl::StrategyKind>(kind)))) << kind;
  }
  for (const std::string_view outcome : OutcomeWords()) EXPECT_TRUE(words.contains(outcome)) << outcome;
  for (int skip = static_cast<int>(Skip::kOtherProvider); skip <= static_cast<int>(Skip::kOverloaded); ++skip) {
    EXPECT_TRUE(words.contains(ToString(static_cast<Skip>(skip)))) << skip;
  }
}

// What is typed is tried over the policy as it was loaded, whatever becomes of its file meanwhile.
TEST(ReplTest, AChangedFileCountsFromReload) {
  dsl::MemoryReader reader = Files();
  Repl repl(reader, {.policies = {"plans.keyrule"}});
  repl.Feed("set user.plan = \"team\"");
  reader.Add("plans.keyrule",
             "keyrule 1\nschema \"dify\" with { user.plan : enum [\"free\", \"team\"] optional }\n"
             "rule free { when user.plan == \"free\"  deny \"no\" }\n"
             "rule team { when user.plan == \"team\"  deny \"no teams\" }\ndefault { leave to host }\n");
  EXPECT_NE(repl.Feed("rule x { when app.id is set  deny \"x\" }").text.find("stays: deny teams elsewhere"),
            std::string::npos);
  const Repl::Answer reloaded = repl.Feed("reload");
  EXPECT_EQ(reloaded.text,
            "added    rule free\nchanged  rule team\n"
            "the request's answer moves: deny teams elsewhere (rule team) → deny no teams (rule team)\n");
  EXPECT_EQ(repl.Feed("fragments").text, "rule x { when app.id is set  deny \"x\" }\n") << "they are still tried";
  reader.Add("plans.keyrule", "keyrule 1\n");
  EXPECT_TRUE(repl.Feed("reload").error);
  EXPECT_FALSE(repl.Feed("decide").error) << "the old policy stays";
}

// Ctrl-C while many calls are made: those that were made count, and so does their number in a saved test.
TEST(ReplTest, CallsCanBeStopped) {
  class Impatient : public ReplHost {
   public:
    bool Interrupted() override { return ++asked == 4; }
    void Progress(int64_t, int64_t all) override { EXPECT_EQ(all, 100'000); }
    int asked = 0;
  } host;
  const dsl::MemoryReader reader = Files();
  Repl repl(reader, {.policies = {"demo.keyrule"}, .host = &host});
  const Repl::Answer answer = repl.Feed("request 100000 times with user.id = unique");
  EXPECT_TRUE(answer.error);
  EXPECT_TRUE(answer.text.starts_with("1024 calls\n")) << answer.text;
  EXPECT_EQ(answer.problem, "stopped after 1,024 of 100,000 calls\n");
}

// The credentials of a source, which tests do not have, become `given` steps; secrets are not even known here.
TEST(ReplTest, ATestIsSavedWithTheCredentialsOfTheSource) {
  std::vector<Credential> credentials(2);
  credentials[0].id = "0198c2";
  credentials[0].name = "prod-us";
  credentials[0].provider = "openai";
  credentials[0].weight = 2;
  credentials[0].labels = {{"team", "a b"}};
  credentials[0].expires_ms = 4'102'444'800'000;
  credentials[1].id = "0198c3";
  credentials[1].name = "staging-1";
  credentials[1].provider = "openai";
  credentials[1].enabled = false;
  dsl::MemoryReader reader = Files();
  WritingHost host(&reader);
  Repl repl(reader,
            {.policies = {"demo.keyrule"}, .source = std::make_shared<MemorySource>(credentials), .host = &host});
  repl.Feed("clock 2026-11-23T09:30Z");
  repl.Feed("set provider = \"openai\", environment = \"production\"");
  repl.Feed("decide");
  repl.Feed("report rate_limited with retry_after = 60s");
  repl.Feed("decide");
  const Repl::Answer saved = repl.Feed("save test \"over a store\"");
  EXPECT_FALSE(saved.error) << saved.problem;
  EXPECT_TRUE(host.written.ends_with(R"(
test "over a store" {
  given credential "prod-eu" with enabled = false
  given credential "prod-us" of "openai" with id = "0198c2", labels.team = "a b", weight = 2,
    expires = 2100-01-01T00:00:00Z
  given credential "reserve" with enabled = false
  given credential "staging-1" of "openai" with id = "0198c3", enabled = false
  clock 2026-11-23T09:30:00Z
  request with provider = "openai", environment = "production"
  expect rule billing, credential "prod-us"
  report rate_limited with retry_after = 60s
  again
  expect rule billing, deny "no credential is available"
}
)")) << host.written;
}

// Every example of the page, with what it prints.
TEST(ReplTest, ThePagesExamples) {
  const std::string page = ReadFile(SourcePath("evaluator/REPL.md"));
  std::string fresh;
  std::unique_ptr<Repl> repl;
  dsl::MemoryReader reader;
  WritingHost host(&reader);
  std::string typed;
  bool inside = false;
  for (size_t begin = 0; begin < page.size();) {
    const size_t end = std::min(page.find('\n', begin), page.size());
    const std::string line = page.substr(begin, end - begin);
    begin = end + 1;
    constexpr std::string_view kFence = "```repl ";
    constexpr std::string_view kPrompt = "keyrule> ";
    constexpr std::string_view kMore = "    ...> ";
    if (line.starts_with(kFence)) {  // with the policy's name; "more": the same shell goes on
      inside = true;
      const std::string file = line.substr(kFence.size());
      if (file != "more") {
        reader.Add(file, ReadFile(SourcePath(file)));
        repl = std::make_unique<Repl>(reader, ReplOptions{.policies = {file}, .host = &host});
        ASSERT_TRUE(repl->ready()) << repl->opening();
      }
    } else if (line == "```") {
      inside = false;
    } else if (inside && !line.starts_with(kPrompt) && !line.starts_with(kMore)) {
      continue;  // what it printed
    }
    fresh += line + "\n";
    if (!inside || line.starts_with(kFence)) continue;
    typed += line.substr(kPrompt.size());
    if (repl->NeedsMore(typed)) {
      typed += '\n';
      continue;
    }
    const Repl::Answer answer = repl->Feed(std::exchange(typed, {}));
    fresh += answer.text + answer.problem;
  }
  EXPECT_TRUE(MatchesGolden(fresh, SourcePath("evaluator/REPL.md")));
}

// Whatever is typed, the shell answers; nothing it says could command a terminal.
TEST(ReplTest, AnyLineIsAnswered) {
  const dsl::MemoryReader reader = Files();
  Repl repl(reader, {.policies = {"demo.keyrule"}});
  const std::vector<std::string> pieces = {"set",
                                           "unset",
                                           "request",
                                           "why",
                                           "not",
                                           "report",
                                           "with",
                                           "decide",
                                           "=",
                                           ",",
                                           "\"",
                                           "[",
                                           "]",
                                           "\\",
                                           "app.id",
                                           "5",
                                           "times",
                                           "every",
                                           "at",
                                           "once",
                                           "next",
                                           "wait",
                                           "clock",
                                           "\x1b[2J",
                                           "\xff",
                                           "ok",
                                           "unique",
                                           "-",
                                           "1h",
                                           "test",
                                           "env.",
                                           "inputs.\"x\"",
                                           "2026-01-01T00:00Z",
                                           "99999999999999999999",
                                           "rules",
                                           "seed",
                                           "what",
                                           "if",
                                           "unset",
                                           "is",
                                           "again",
                                           "given",
                                           "credential",
                                           "\"a\"",
                                           "expect",
                                           "rule",
                                           "{",
                                           "}",
                                           "drop",
                                           "all",
                                           "try",
                                           "before",
                                           "billing",
                                           "save",
                                           "forget",
                                           "reset",
                                           "history",
                                           "help",
                                           "fragments"};
  uint64_t random = 1;
  for (int i = 0; i < 6'000; ++i) {
    std::string line;
    for (int words = 0; words < 6; ++words) {
      random = random * 6'364'136'223'846'793'005u + 1'442'695'040'888'963'407u;
      line += pieces[(random >> 33) % pieces.size()];
      if ((random >> 60) % 4 != 0) line += " ";
    }
    const Repl::Answer answer = repl.Feed(line);
    EXPECT_EQ((answer.text + answer.problem).find('\x1b'), std::string::npos) << line;
    if (answer.error) {
      EXPECT_FALSE(answer.problem.empty()) << line;
    }
    repl.Complete(line);
  }
}

}  // namespace
}  // namespace keyrule::evaluator
