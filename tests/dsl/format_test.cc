#include "dsl/format.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/format_promises.h"
#include "tests/support/golden.h"
#include "tests/support/parsed.h"

namespace keyrule::dsl {
namespace {

std::string Body(const std::string& statements) {
  constexpr std::string_view kHeader = "keyrule 1\n\n";
  const std::string text = Formatted("keyrule 1\n" + statements);
  EXPECT_TRUE(text.starts_with(kHeader)) << text;
  return text.substr(std::min(kHeader.size(), text.size()));
}

TEST(FormatTest, OneClauseOrEntryALine) {
  EXPECT_EQ(Body("rule r{when a==\"x\" use p by random else deny\"no\"retry 1 times within 2s}"),
            "rule r {\n  when a == \"x\"\n  use p by random\n  else deny \"no\"\n"
            "  retry 1 time within 2s\n}\n");
  EXPECT_EQ(Body("pool p of \"a\",\"b\"{\"k\" weight 2 all of q then where name like\"x*\" "
                 "after 2 server_error cool 1s up to 2s}"),
            "pool p of \"a\", \"b\" {\n  \"k\" weight 2\n  all of q\nthen\n"
            "  where name like \"x*\"\n"
            "  after 2 server_error cool 1s up to 2s\n}\n");
}

TEST(FormatTest, ABlockOfOneEntryTakesOneLineIfItFits) {
  EXPECT_EQ(Body("default{\nleave to host\n}"), "default { leave to host }\n");
  EXPECT_EQ(Body("pool p {\n  \"a\"\n}"), "pool p { \"a\" }\n");
  EXPECT_EQ(Body("table t {\n}"), "table t { }\n");
  const std::string fits = "default { deny \"" + std::string(81, 'x') + "\" }\n";
  EXPECT_EQ(fits.size(), 101U);  // 100 columns and the line break
  EXPECT_EQ(Body(fits), fits);
  const std::string wide(82, 'x');
  EXPECT_EQ(Body("default { deny \"" + wide + "\" }"), "default {\n  deny \"" + wide + "\"\n}\n");
}

TEST(FormatTest, LongConditionsBreakBeforeAndAndOr) {
  const std::string x(30, 'x');
  EXPECT_EQ(Body("rule r { when a == \"" + x + "\" and b == \"" + x + "\" and (c == \"" + x +
                 "\" or d == \"" + x + "\" or e == \"" + x + "\") deny \"no\" }"),
            "rule r {\n  when a == \"" + x + "\"\n    and b == \"" + x +
                "\"\n    and (\n      c == \"" + x + "\"\n      or d == \"" + x +
                "\"\n      or e == \"" + x + "\"\n    )\n  deny \"no\"\n}\n");
  EXPECT_EQ(Body("let l = a == \"" + x + "\" or b == \"" + x + "\" or c == \"" + x + "\""),
            "let l =\n  a == \"" + x + "\"\n  or b == \"" + x + "\"\n  or c == \"" + x + "\"\n");
}

TEST(FormatTest, LongListsTakeALineForEachValueAndLongClausesFillLines) {
  const std::string x(45, 'x');
  EXPECT_EQ(Body("let l = [\"" + x + "\", \"" + x + "\", \"c\",]"),
            "let l = [\n  \"" + x + "\",\n  \"" + x + "\",\n  \"c\",\n]\n");
  EXPECT_EQ(Body("test \"t\" { request with a = \"" + x + "\", b = \"" + x + "\", c = 1 next }"),
            "test \"t\" {\n  request with a = \"" + x + "\",\n    b = \"" + x +
                "\", c = 1\n  next\n}\n");
}

TEST(FormatTest, ColonsAndDescriptionsAreAligned) {
  EXPECT_EQ(Body("table t { \"a\":\"1\" \"bcd\" : \"2\" }"),
            "table t {\n  \"a\"   : \"1\"\n  \"bcd\" : \"2\"\n}\n");
  EXPECT_EQ(Body("schema \"s\" with { a.b:string \"x\" a.bcd : int optional \"y\" c : bool }"),
            "schema \"s\" with {\n  a.b   : string        \"x\"\n  a.bcd : int optional  \"y\"\n"
            "  c     : bool\n}\n");
  const std::string wide(60, 'w');  // stands out, the others stay where they are
  EXPECT_EQ(Body("table t { \"a\":\"1\" \"" + wide + "\" : \"2\" }"),
            "table t {\n  \"a\" : \"1\"\n  \"" + wide + "\" : \"2\"\n}\n");
}

TEST(FormatTest, BlankLines) {
  EXPECT_EQ(Body("\n\n\n\nschema \"s\"\nlet a = [1]\nlet b = [2]\n\n\n\nlet c = [3]\n"
                 "pool p { \"a\" }\n"
                 "pool q { \"b\" }\ndefault { leave to host }\n\n\n"),
            "schema \"s\"\n\nlet a = [1]\nlet b = [2]\n\nlet c = [3]\n\npool p { \"a\" }\n"
            "pool q { \"b\" }\n\ndefault { leave to host }\n");
  EXPECT_EQ(Body("pool p {\n\n\n\"a\"\n\n\n\"b\"\n\n\n}\n# about q\npool q { \"c\" }"),
            "pool p {\n  \"a\"\n\n  \"b\"\n}\n\n# about q\npool q { \"c\" }\n");
}

TEST(FormatTest, CommentsStayWhereTheyAre) {
  EXPECT_EQ(Formatted("# first\nkeyrule 1 # edition\n"
                      "# about the schema\nschema \"s\"# tight\n\n# last"),
            "# first\nkeyrule 1                                     # edition\n\n"
            "# about the schema\nschema \"s\"                                    # tight\n\n# last\n");
  EXPECT_EQ(Body("pool p { # head\n# above\n\"a\" # behind\n\n# dangling\n}"),
            "pool p {                                      # head\n  # above\n"
            "  \"a\"                                         # behind\n\n  # dangling\n}\n");
  EXPECT_EQ(Body("rule r { when a == \"x\" # why a\nand b == \"y\" use p by random # why p\n}"),
            "rule r {\n  when a == \"x\"                               # why a\n"
            "    and b == \"y\"\n"
            "  use p by random                             # why p\n}\n");
  EXPECT_EQ(Body("let l = [\"a\", # one\n\"b\" # two\n]"),
            "let l = [\n  \"a\",                                        # one\n"
            "  \"b\"                                         # two\n]\n");
}

TEST(FormatTest, LinesMayBeLongWhereAnAllowanceSpeaksForThem) {
  const std::string x(60, 'x');
  const std::string tag = "  tag a = \"" + x + "\", b = \"" + x + "\"  # allow KR0411: why\n";
  const std::string rule = "rule r {\n  when a == \"x\"\n  leave to host\n" + tag + "}\n";
  EXPECT_EQ(Body(rule), rule);
}

TEST(FormatTest, UnitsFollowTheirNumber) {
  const std::string budget =
      Body("budget b { limit 1 requests per day limit 2 request per day limit 1 tokens per day }");
  EXPECT_EQ(budget,
            "budget b {\n  limit 1 request per day\n  limit 2 requests per day\n"
            "  limit 1 token per day\n}\n");
  EXPECT_EQ(Body("test \"t\" { request 1 times again 2 time at once }"),
            "test \"t\" {\n  request 1 time\n  again 2 times at once\n}\n");
}

TEST(FormatTest, ARangeBeforeAList) {
  const auto moments = [](const std::string& written) {
    const std::string text = Body("let l = " + written + " at \"UTC\"");
    return text.substr(8, text.size() - 8 - 10);
  };
  EXPECT_EQ(moments("time in[09:00..12:00]"), "time in 09:00..12:00");
  EXPECT_EQ(moments("weekday not in [mon..fri,]"), "weekday not in mon..fri");
  EXPECT_EQ(moments("weekday in [mon, tue, wed]"), "weekday in mon..wed");
  EXPECT_EQ(moments("weekday in [sat,sun,mon]"), "weekday in sat..mon");
  for (const char* kept : {"weekday in [mon, tue]", "weekday in [mon, wed, thu]",
                           "weekday in [wed, tue, mon]", "date in [2026-01-01]",
                           "time in [09:00..10:00, 11:00..12:00]"}) {
    EXPECT_EQ(moments(kept), kept);
  }
  EXPECT_EQ(Body("let l = weekday in [mon, tue, # why\nwed] at \"UTC\"").find("mon.."),
            std::string::npos);
}

TEST(FormatTest, ByteOrderMarkTabsAndLineBreaks) {
  EXPECT_EQ(Formatted("\xEF\xBB\xBFkeyrule 1\r\n\r\n\r\n\tschema \"a\tb\" # c \t\r\n"),
            "keyrule 1\n\nschema \"a\tb\"                                  # c\n");
}

TEST(FormatTest, WordsOfTheLanguageMayBeNames) {
  const std::string odd =
      "rule enum {\n  when matches in list and set like \"x\"\n  use credential enum[at]\n"
      "  tag by = enum[of], in_ = \"x\"\n}\n\n"
      "test \"t\" { request with and = 1, time = \"x\", or = [\"a\"] }\n";
  EXPECT_EQ(Body(odd), odd);
}

TEST(FormatTest, WhatDoesNotParseIsNotTouched) {
  for (const char* bad : {"", "pool", "keyrule 1\nrule r { when a = \"x\" deny \"n\" }",
                          "keyrule 2\n",
                          "keyrule 1\nlet a = time == 25:00 at \"UTC\"", "keyrule 1 'x'", "\xFF"}) {
    Sources sources;
    sources.Add("p", bad);
    Diagnostics diagnostics;
    EXPECT_FALSE(Format(sources, 0, diagnostics)) << bad;
    EXPECT_TRUE(diagnostics.has_errors()) << bad;
  }
}

TEST(FormatTest, DeepAndLongTexts) {
  std::string deep = "let l = ", text = "let l = [";
  for (int i = 0; i < 64; ++i) deep += "(a == \"x\" and ";
  deep += "b == \"y\"" + std::string(64, ')');
  for (int i = 0; i < 20'000; ++i) text += "\"item-" + std::to_string(i) + "\", ";
  EXPECT_TRUE(KeepsItsPromises("keyrule 1\n" + deep));
  EXPECT_TRUE(KeepsItsPromises("keyrule 1\n" + text + "\"last\"]"));
}

// ---- every policy of the tree

class FormatCorpus : public ::testing::TestWithParam<std::filesystem::path> {};

TEST_P(FormatCorpus, KeepsItsPromisesWithRandomComments) {
  const std::string text = testing::ReadFile(GetParam());
  Sources sources;
  sources.Add("p", text);
  Diagnostics diagnostics;
  if (!Format(sources, 0, diagnostics)) {
    EXPECT_TRUE(diagnostics.has_errors());
    return;
  }
  EXPECT_TRUE(KeepsItsPromises(text));
  std::minstd_rand random(1);
  for (int i = 0; i < 25; ++i) ASSERT_TRUE(KeepsItsPromises(WithRandomGaps(text, random)));
}

std::vector<std::filesystem::path> Corpus() {
  std::vector<std::filesystem::path> files;
  for (const char* folder : {"policies", "tests/golden/examples", "tests/golden/examples/company",
                             "tests/golden/reference", "tests/golden/checks", "tests/golden/tests",
                             "tests/golden/parse", "tests/golden/diagnostics", "dsl"}) {
    for (auto& file : testing::FilesIn(folder, ".keyrule")) files.push_back(std::move(file));
  }
  return files;
}

std::string CorpusName(const ::testing::TestParamInfo<std::filesystem::path>& file) {
  std::filesystem::path from_root = file.param.lexically_relative(testing::SourcePath("."));
  std::string name = (from_root.parent_path() / from_root.stem()).string();
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, FormatCorpus, ::testing::ValuesIn(Corpus()), CorpusName);

// ---- what people read first

class Shipped : public ::testing::TestWithParam<std::filesystem::path> {};

TEST_P(Shipped, IsFormatted) {
  const std::string text = testing::ReadFile(GetParam());
  EXPECT_EQ(Formatted(text), text) << "`keyrule fmt policies/*.keyrule` mends it";
}

INSTANTIATE_TEST_SUITE_P(Policies, Shipped,
                         ::testing::ValuesIn(testing::FilesIn("policies", ".keyrule")),
                         [](const auto& file) { return testing::TestName(file.param); });

// The example policies of the language reference are the layout that people expect.
TEST(FormatTest, ExamplesAreFixedPoints) {
  for (const auto& file : testing::FilesIn("tests/golden/examples", ".keyrule")) {
    std::string text = testing::ReadFile(file);
    if (file.filename() == "environments.keyrule") {  // there a single entry takes three lines
      const std::string written = "pool staging {\n  where name like \"staging-*\"\n}";
      ASSERT_NE(text.find(written), std::string::npos);
      text.replace(text.find(written), written.size(),
                   "pool staging { where name like \"staging-*\" }");
    }
    EXPECT_EQ(Formatted(text), text) << file;
  }
}

}  // namespace
}  // namespace keyrule::dsl
