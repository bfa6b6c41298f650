#include "dsl/lexical.h"

#include <gtest/gtest.h>

#include "dsl/limits.h"
#include "dsl/literal.h"

namespace keyrule::dsl {
namespace {

struct Scanned {
  bool ok = false;
  std::vector<std::string> tokens;
  std::vector<std::string> problems;  // "KR0001 1:2-3 `…`"
};

Scanned ScanText(std::string text) {
  Sources sources;
  sources.Add("t", std::move(text));
  Diagnostics diagnostics;
  Tokens tokens;
  Scanned scanned;
  scanned.ok = Scan(sources, 0, tokens, diagnostics);
  for (uint32_t i = 0; scanned.ok && i + 1 < tokens.size(); ++i) {
    scanned.tokens.emplace_back(tokens.TextOf(i));
  }
  for (const Diagnostic& d : diagnostics.all()) {
    const Location at = sources.Locate(d.span);
    scanned.problems.push_back(std::string(CodeName(d.code)) + " " + std::to_string(at.line) + ":" +
                               std::to_string(at.column) + " " +
                               std::string(sources.TextOf(d.span)));
  }
  return scanned;
}

using Texts = std::vector<std::string>;

TEST(Scan, CutsTokens) {
  EXPECT_EQ(ScanText("a.b==\"x\"and 10%..20%").tokens,
            (Texts{"a.b", "==", "\"x\"", "and", "10%", "..", "20%"}));
  EXPECT_EQ(ScanText("inputs.\"client-id\".x [1,-2]").tokens,
            (Texts{"inputs.\"client-id\".x", "[", "1", ",", "-2", "]"}));
  EXPECT_EQ(ScanText("mon..fri 22:00..06:00 2026-12-24..2027-01-01").tokens,
            (Texts{"mon", "..", "fri", "22:00", "..", "06:00", "2026-12-24", "..", "2027-01-01"}));
  EXPECT_EQ(ScanText("x matches /a\\/b # c/ # a comment").tokens,
            (Texts{"x", "matches", "/a\\/b # c/"}));
  EXPECT_EQ(ScanText("<=< >=!=").tokens, (Texts{"<=", "<", ">=", "!="}));
  EXPECT_EQ(ScanText("\xEF\xBB\xBF\r\n\tkeyrule 1\r\n").tokens, (Texts{"keyrule", "1"}));
  EXPECT_EQ(ScanText("").tokens, Texts{});
}

struct KindCase {
  std::string_view run;
  TokenKind kind;
};
class Literals : public ::testing::TestWithParam<KindCase> {};
TEST_P(Literals, HaveTheirKind) { EXPECT_EQ(LiteralKind(GetParam().run), GetParam().kind); }
INSTANTIATE_TEST_SUITE_P(
    All, Literals,
    ::testing::Values(
        KindCase{"0", TokenKind::kInteger}, KindCase{"10_000", TokenKind::kInteger},
        KindCase{"1_000_000", TokenKind::kInteger}, KindCase{"10_00", TokenKind::kMalformed},
        KindCase{"1__000", TokenKind::kMalformed}, KindCase{"-5", TokenKind::kNegative},
        KindCase{"50.00", TokenKind::kMoney}, KindCase{"50.0", TokenKind::kMalformed},
        KindCase{"1_000.50", TokenKind::kMoney}, KindCase{"-5.00", TokenKind::kMalformed},
        KindCase{"0.5%", TokenKind::kPercent}, KindCase{"10%", TokenKind::kPercent},
        KindCase{"0.125%", TokenKind::kMalformed}, KindCase{"500ms", TokenKind::kDuration},
        KindCase{"7d", TokenKind::kDuration}, KindCase{"5min", TokenKind::kMalformed},
        KindCase{"1h30m", TokenKind::kMalformed}, KindCase{"09:00", TokenKind::kClockTime},
        KindCase{"9:00", TokenKind::kMalformed}, KindCase{"09:00:00", TokenKind::kMalformed},
        KindCase{"2026-12-24", TokenKind::kCalendar}, KindCase{"2026-1-5", TokenKind::kMalformed},
        KindCase{"2026-11-23T09:30Z", TokenKind::kTimestamp},
        KindCase{"2026-11-23T09:30:15+01:00", TokenKind::kTimestamp},
        KindCase{"2026-11-23T09:30", TokenKind::kMalformed},
        KindCase{"0x10", TokenKind::kMalformed}, KindCase{"1e3", TokenKind::kMalformed}));

TEST(LiteralValues, StandForValues) {
  EXPECT_EQ(IntegerValue("-9223372036854775808"), INT64_MIN);
  EXPECT_EQ(IntegerValue("9_223_372_036_854_775_807"), INT64_MAX);
  EXPECT_EQ(IntegerValue("9223372036854775808"), std::nullopt);
  EXPECT_EQ(DurationMs("500ms"), 500);
  EXPECT_EQ(DurationMs("90m"), 5'400'000);
  EXPECT_EQ(DurationMs("36500d"), 36'500LL * 86'400'000);
  EXPECT_EQ(DurationMs("36501d"), std::nullopt);
  EXPECT_EQ(DurationMs("99999999999999999999s"), std::nullopt);
  EXPECT_EQ(MicroUsd("50.00"), 50'000'000);
  EXPECT_EQ(MicroUsd("0.01"), 10'000);
  EXPECT_EQ(MicroUsd("5"), 5'000'000);
  EXPECT_EQ(MicroUsd("1_000_000_000_001"), std::nullopt);
  EXPECT_EQ(HundredthsOfPercent("0.5%"), 50);
  EXPECT_EQ(HundredthsOfPercent("0.25%"), 25);
  EXPECT_EQ(HundredthsOfPercent("100%"), 10'000);
  EXPECT_EQ(HundredthsOfPercent("100.01%"), std::nullopt);
  EXPECT_EQ(MsSinceMidnight("24:00"), 86'400'000);
  EXPECT_EQ(MsSinceMidnight("24:01"), std::nullopt);
  EXPECT_EQ(MsSinceMidnight("09:60"), std::nullopt);
  EXPECT_EQ(DaysSinceEpoch("1970-01-01"), 0);
  EXPECT_EQ(DaysSinceEpoch("1969-12-31"), -1);
  EXPECT_EQ(DaysSinceEpoch("2000-02-29"), 11'016);
  EXPECT_EQ(DaysSinceEpoch("1900-02-29"), std::nullopt);
  EXPECT_EQ(DaysSinceEpoch("2026-02-29"), std::nullopt);
  EXPECT_EQ(DaysSinceEpoch("2026-13-01"), std::nullopt);
  EXPECT_EQ(DaysSinceEpoch("2026-00-10"), std::nullopt);
  EXPECT_EQ(UnixMs("2026-01-05T12:00Z"), 1'767'614'400'000);
  EXPECT_EQ(UnixMs("2026-01-05T12:00:01+01:30"), 1'767'609'001'000);
  EXPECT_EQ(UnixMs("2026-01-05T12:00-01:00"), 1'767'618'000'000);
  EXPECT_EQ(UnixMs("2026-01-05T24:00Z"), std::nullopt);
  EXPECT_EQ(UnixMs("2026-01-05T12:00:60Z"), std::nullopt);
  EXPECT_EQ(UnixMs("2026-01-05T12:00+14:01"), std::nullopt);
}

TEST(LiteralValues, TextsAreDecoded) {
  EXPECT_EQ(DecodeText(R"("a\"b\\c\n\t")"), "a\"b\\c\n\t");
  EXPECT_EQ(DecodeText(R"("\u{e9}\u{65E5}\u{1F511}!")"), "é日🔑!");
  EXPECT_EQ(DecodeText("\"\""), "");
  EXPECT_EQ(DecodePattern(R"(/a\/b\.c\\/)"), R"(a/b\.c\\)");
}

struct ProblemCase {
  std::string text;
  Texts problems;
};
class Problems : public ::testing::TestWithParam<ProblemCase> {};
TEST_P(Problems, AreReportedWhereTheyStand) {
  const Scanned scanned = ScanText(GetParam().text);
  EXPECT_EQ(scanned.ok, GetParam().problems.empty());
  EXPECT_EQ(scanned.problems, GetParam().problems);
}
INSTANTIATE_TEST_SUITE_P(
    All, Problems,
    ::testing::Values(
        ProblemCase{"a $ b", {"KR0001 1:3 $"}}, ProblemCase{"a \\ b", {"KR0001 1:3 \\"}},
        ProblemCase{"pr\u00FCf", {"KR0001 1:3 ü"}}, ProblemCase{"a\x01", {"KR0001 1:2 \x01"}},
        ProblemCase{"# \x1B[2J", {"KR0001 1:3 \x1B"}},
        ProblemCase{"\"open\nb \"c", {"KR0002 1:1 \"open", "KR0002 2:3 \"c"}},
        ProblemCase{"\"a\\", {"KR0002 1:1 \"a\\"}},
        ProblemCase{"x matches /ab  \nc", {"KR0002 1:11 /ab"}},
        ProblemCase{"x matches //", {"KR0017 1:11 //"}}, ProblemCase{"\"\\q\"", {"KR0003 1:2 \\q"}},
        ProblemCase{"\"\\u{}\"", {"KR0003 1:2 \\u"}},
        ProblemCase{"\"\\u{110000}\"", {"KR0003 1:2 \\u{110000}"}},
        ProblemCase{"\"\\u{DFFF}\"", {"KR0003 1:2 \\u{DFFF}"}},
        ProblemCase{"\"\\u{FFFFFFFFFFFF}\"", {"KR0003 1:2 \\u{FFFFFFFFFFFF}"}},
        ProblemCase{"\"\\u{10FFFF}\\u{0}\"", {}},
        ProblemCase{"a == 'b' or a == 'c'", {"KR0004 1:6 'b'"}},
        ProblemCase{"a == ‘b’", {"KR0004 1:6 ‘b’"}}, ProblemCase{"a == «b", {"KR0004 1:6 «"}},
        ProblemCase{"a && b || !c;",
                    {"KR0005 1:3 &&", "KR0005 1:8 ||", "KR0005 1:11 !", "KR0005 1:13 ;"}},
        ProblemCase{"// a 'comment'\nb", {"KR0005 1:1 //"}},
        ProblemCase{"/* a */", {"KR0005 1:1 /*"}}, ProblemCase{"a\n\"\xFF\"", {"KR0006 2:2 \xFF"}},
        ProblemCase{"\xC0\xAF", {"KR0006 1:1 \xC0"}},
        ProblemCase{"\xED\xA0\x80", {"KR0006 1:1 \xED"}},
        ProblemCase{"a\u200Bb", {"KR0007 1:2 \u200B"}},
        ProblemCase{"a \uFEFFb", {"KR0007 1:3 \uFEFF"}},
        ProblemCase{"a\u00A0b", {"KR0007 1:2 \u00A0"}},
        ProblemCase{"\"a\u200Bb\"", {"KR0007 1:3 \u200B"}},
        ProblemCase{"\"a\u202Eb\"", {"KR0007 1:3 \u202E"}},
        ProblemCase{"# \u202E", {"KR0007 1:3 \u202E"}},
        ProblemCase{"# Größe 👩\u200D💻, a\u00A0b", {}},
        ProblemCase{"\"Größe 日本語 \u00A0 ❤\"", {}}));

TEST(Scan, KnowsTheBytesOfAFileThatIsNotUtf8) {
  Sources sources;
  sources.Add("t", "keyrule 1\n\xE9");
  Diagnostics diagnostics;
  Tokens tokens;
  EXPECT_FALSE(Scan(sources, 0, tokens, diagnostics));
  ASSERT_EQ(diagnostics.all().size(), 1U);
  EXPECT_EQ(diagnostics.all()[0].message, "the file is not UTF-8 at byte 11");
}

TEST(Scan, RefusesAFileOfMoreThan64MiB) {
  EXPECT_TRUE(ScanText(std::string(kMaxTextBytes, ' ')).ok);
  const Scanned scanned = ScanText(std::string(kMaxTextBytes + 1, ' '));
  EXPECT_FALSE(scanned.ok);
  EXPECT_EQ(scanned.problems, Texts{"KR0014 1:1 "});
}

TEST(Words, AreFoundBySpelling) {
  EXPECT_EQ(WordKind("rule"), TokenKind::word_rule);
  EXPECT_EQ(WordKind("test"), TokenKind::word_test);
  EXPECT_EQ(WordKind("Rule"), TokenKind::kIdentifier);
  EXPECT_EQ(WordKind("rules"), TokenKind::kIdentifier);
  EXPECT_EQ(WordKind(""), TokenKind::kIdentifier);
  for (int i = 0; i < static_cast<int>(TokenKind::kIdentifier); ++i) {
    const auto kind = static_cast<TokenKind>(i);
    EXPECT_EQ(WordKind(WordSpelling(kind)), kind);
  }
  EXPECT_TRUE(IsStatementWord(TokenKind::word_schema));
  EXPECT_FALSE(IsStatementWord(TokenKind::word_keyrule));
  EXPECT_TRUE(IsReservedWord(TokenKind::word_credential));
  EXPECT_FALSE(IsReservedWord(TokenKind::word_with));
}

}  // namespace
}  // namespace keyrule::dsl
