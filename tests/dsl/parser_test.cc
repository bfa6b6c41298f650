#include "dsl/parser.h"

#include <gtest/gtest.h>

#include "tests/support/golden.h"
#include "tests/support/parsed.h"

namespace keyrule::dsl {
namespace {

// ---- the corpus

class Corpus : public ::testing::TestWithParam<std::filesystem::path> {};
TEST_P(Corpus, Parses) {
  const Parsed parsed(testing::ReadFile(GetParam()));
  EXPECT_EQ(parsed.Problems(), "");
  EXPECT_TRUE(parsed.file.complete);
  EXPECT_FALSE(parsed.file.statements.empty());
}
INSTANTIATE_TEST_SUITE_P(Parse, Corpus,
                         ::testing::ValuesIn(testing::FilesIn("tests/golden/parse", ".keyrule")),
                         [](const auto& test) { return testing::TestName(test.param); });
INSTANTIATE_TEST_SUITE_P(Policies, Corpus,
                         ::testing::ValuesIn(testing::FilesIn("policies", ".keyrule")),
                         [](const auto& test) { return testing::TestName(test.param); });

// ---- limits and recovery

TEST(ParseLimits, SizesAreReported) {
  const std::string long_text(4'097, 'x');
  EXPECT_EQ(One("import \"" + long_text + "\"").Problems(),
            "KR0014 2:8 this text is larger than 4,096 bytes\n");
  EXPECT_EQ(One("import \"" + long_text.substr(1) + "\"").Problems(), "");
  std::string list = "let a = [1";
  for (int i = 1; i < 100'000; ++i) list += ",1";
  EXPECT_EQ(One(list + "]").Problems(), "");
  EXPECT_EQ(One(list + ",1]").Problems(), "KR0014 2:9 this list is larger than 100,000 items\n");
  EXPECT_EQ(One("test \"t\" { wait 36501d }").Problems(),
            "KR0014 2:17 this duration is larger than 36500d\n");
  EXPECT_EQ(One("default { leave to host retry 101 times within 1s }").Problems(),
            "KR0014 2:31 the number of tries is larger than 100\n");
  EXPECT_EQ(One("test \"t\" { request 0 times }").Problems(),
            "KR0014 2:20 the number of requests is smaller than 1\n");
}

TEST(ParseLimits, DepthIsBounded) {
  const auto nested = [](size_t depth) {
    return "let a = " + std::string(depth, '(') + "b" + std::string(depth, ')');
  };
  EXPECT_EQ(One(nested(64)).Problems(), "");
  EXPECT_EQ(One(nested(65)).Problems(), "KR0013 2:73 nested more than 64 deep\n");
  EXPECT_EQ(One(nested(1'000'000)).Problems(), "KR0013 2:73 nested more than 64 deep\n");
  EXPECT_EQ(One("let a = " + std::string(100'000, '(')).Problems(),
            "KR0013 2:73 nested more than 64 deep\n");
  std::string wide = "let a = (b)";
  for (int i = 0; i < 1'000; ++i) wide += " and (b)";
  EXPECT_EQ(One(wide).Problems(), "");
}

TEST(ParseLimits, MomentsMustExist) {
  EXPECT_EQ(One("let a = time in 24:01..25:00 at \"UTC\"").Problems(),
            "KR0016 2:17 `24:01` is not a time of day\n");
  EXPECT_EQ(One("let a = date == 2026-02-29 at \"UTC\"").Problems(),
            "KR0016 2:17 `2026-02-29` is not a date\n");
  EXPECT_EQ(One("let a = weekday == 09:00 at \"UTC\"").Problems(),
            "KR0016 2:20 `09:00` is not a weekday\n");
  EXPECT_EQ(One("test \"t\" { clock 2026-01-05T25:00Z }").Problems(),
            "KR0016 2:18 `2026-01-05T25:00Z` is not a timestamp\n");
}

TEST(ParseRecovery, GoesOnAtTheNextStatement) {
  const Parsed parsed(
      "keyrule 1\n"
      "rule a { when x = \"1\" deny \"x\" }\n"
      "pool p { \"k\" }\n"
      "rule b {\n  when\n}\n"
      "pool q { \"k\" }\n");
  EXPECT_EQ(parsed.Problems(),
            "KR0010 2:17 expected a comparison, found `=`\n"
            "KR0010 6:1 expected a condition, found `}`\n");
  EXPECT_FALSE(parsed.file.complete);
  ASSERT_EQ(parsed.file.statements.size(), 2U);
  EXPECT_EQ(std::get<Pool>(parsed.file.statements[0]).name.text, "p");
  EXPECT_EQ(std::get<Pool>(parsed.file.statements[1]).name.text, "q");
}

TEST(ParseRecovery, WordsOfStatementsInsideABlockBeginNone) {
  EXPECT_EQ(Parsed("keyrule 1\n"
                   "test \"t\" {\n"
                   "  requests\n"
                   "  expect\n"
                   "    rule a,\n"
                   "    default\n"
                   "}\n"
                   "default { host }\n")
                .Problems(),
            "KR0010 3:3 expected a test step or `}`, found `requests`\n"
            "KR0010 8:11 expected `use`, `deny` or `leave`, found `host`\n");
}

TEST(ParseRecovery, ShowsTenErrorsAndCountsTheOthers) {
  std::string text = "keyrule 1\n";
  for (int i = 0; i < 20; ++i) text += "let = 1\n";
  const Parsed parsed(text);
  EXPECT_EQ(parsed.diagnostics.all().size(), 10U);
  EXPECT_EQ(parsed.diagnostics.errors(), 20U);
}

TEST(ParseRecovery, ALexicalErrorIsTheOnlyOne) {
  const Parsed parsed("keyrule 1\nrule a { when x = \"1\" deny 'x' }\n");
  EXPECT_EQ(parsed.Problems(), "KR0004 2:28 single quotes do not quote a text\n");
  EXPECT_TRUE(parsed.file.statements.empty());
  EXPECT_FALSE(parsed.file.complete);
}

TEST(ParseRecovery, AnotherEditionIsNotGuessedAt) {
  const Parsed parsed("keyrule 2\nrule = nonsense\n");
  EXPECT_EQ(parsed.Problems(), "KR0015 1:9 this policy is written in edition 2\n");
}

// The end of a file may come anywhere: every prefix and every file without one token ends in an
// answer.
TEST(ParseRecovery, AnyPrefixIsAnswered) {
  const std::string text =
      testing::ReadFile(testing::SourcePath("tests/golden/parse/constructs.keyrule"));
  for (size_t size = 0; size < text.size(); ++size) {
    const Parsed parsed(text.substr(0, size));
    for (const Diagnostic& d : parsed.diagnostics.all()) {
      ASSERT_LE(d.span.end, size);
      ASSERT_LE(d.span.begin, d.span.end);
      ASSERT_EQ(d.message.find("::"), std::string::npos);
      ASSERT_FALSE(d.message.starts_with("expected ,")) << d.message;
    }
  }
}

TEST(ParseRecovery, AnyMissingByteIsAnswered) {
  const std::string text =
      testing::ReadFile(testing::SourcePath("tests/golden/parse/constructs.keyrule"));
  for (size_t at = 0; at < text.size(); ++at) {
    const Parsed parsed(text.substr(0, at) + text.substr(at + 1));
    ASSERT_TRUE(parsed.file.complete || parsed.diagnostics.has_errors());
    for (const Diagnostic& d : parsed.diagnostics.all()) {
      ASSERT_FALSE(d.message.starts_with("expected ,")) << d.message;
    }
  }
}

}  // namespace
}  // namespace keyrule::dsl
