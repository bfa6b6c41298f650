#include "evaluator/typeset.h"

#include <gtest/gtest.h>

#include "evaluator/decision_json.h"
#include "evaluator/literals.h"

namespace keyrule::evaluator {
namespace {

TEST(TypesetTest, PrintableEscapesWhatATerminalObeys) {
  EXPECT_EQ(Printable("a\nb\tc\x1b[31m\x7f"), "a\\nb\\tc\\u{1B}[31m\\u{7F}");
  EXPECT_EQ(Printable("\xC2\x9B" "31m"), "\\u{9B}31m") << "the one-character control sequence";
  EXPECT_EQ(Printable("Zürich 東京"), "Zürich 東京");
}

TEST(TypesetTest, WordsAreQuotedWhereTheyWouldFallApart) {
  EXPECT_EQ(Word("finance"), "finance");
  EXPECT_EQ(Word(""), "\"\"");
  EXPECT_EQ(Word("two words"), "\"two words\"");
  EXPECT_EQ(Word("a\"b"), "\"a\\\"b\"");
}

TEST(TypesetTest, OneLineDropsCommentsButNotInsideTextsAndPatterns) {
  EXPECT_EQ(OneLine("a ==   \"x  # y\"  # why\n   and b matches /#\\/ /"),
            "a == \"x  # y\" and b matches /#\\/ /");
}

TEST(TypesetTest, WidthsCountCharacters) {
  EXPECT_EQ(Width("Zürich"), 6u);
  EXPECT_EQ(Pad("Zürich", 8), "Zürich  ");
  EXPECT_EQ(Shorten("Zürichsee", 6), "Züric…");
  EXPECT_EQ(Shorten("Zürich", 6), "Zürich");
}

TEST(LiteralsTest, AsInTheLanguage) {
  EXPECT_EQ(ParseInteger("10_000"), 10'000);
  EXPECT_EQ(ParseInteger("-5"), -5);
  EXPECT_EQ(ParseInteger("1_00"), std::nullopt);
  EXPECT_EQ(ParseInteger("5x"), std::nullopt);
  EXPECT_EQ(ParseInteger(""), std::nullopt);
  EXPECT_EQ(ParseDuration("500ms"), 500);
  EXPECT_EQ(ParseDuration("7d"), 7 * 86'400'000);
  EXPECT_EQ(ParseDuration("7"), std::nullopt);
  EXPECT_EQ(ParseMoney("50.25"), 50'250'000);
  EXPECT_EQ(ParseMoney("1_000"), 1'000'000'000);
  EXPECT_EQ(ParseMoney("50.2"), std::nullopt);
  EXPECT_EQ(ParseTimestamp("1970-01-01T00:00Z"), 0);
  EXPECT_EQ(ParseTimestamp("1970-01-01T00:00:01.5Z"), 1'500);
  EXPECT_EQ(ParseTimestamp("1970-01-01T00:00.5Z"), std::nullopt);
  EXPECT_EQ(ParseTimestamp("1970-01-01"), std::nullopt);
}

TEST(LiteralsTest, DurationsInTheLargestUnitThatFits) {
  EXPECT_EQ(FormatDuration(0), "0ms");
  EXPECT_EQ(FormatDuration(500), "500ms");
  EXPECT_EQ(FormatDuration(1'200), "1.2s");
  EXPECT_EQ(FormatDuration(2'000), "2s");
  EXPECT_EQ(FormatDuration(90'000), "90s");
  EXPECT_EQ(FormatDuration(3'600'000), "1h");
  EXPECT_EQ(FormatDuration(172'800'000), "2d");
}

TEST(FormatTimeTest, Rfc3339) {
  EXPECT_EQ(FormatTime(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(FormatTime(-1), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(FormatTime(1'767'614'400'000), "2026-01-05T12:00:00.000Z");
  EXPECT_EQ(FormatTime(951'782'400'000), "2000-02-29T00:00:00.000Z");
}

}  // namespace
}  // namespace keyrule::evaluator
