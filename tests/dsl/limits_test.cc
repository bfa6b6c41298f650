// What a policy costs to read grows with its text and no faster, whoever wrote it; what could not is
// refused. Each text here is large enough that anything quadratic takes a minute.
#include "dsl/limits.h"

#include <gtest/gtest.h>
#include <time.h>

#include <string>
#include <string_view>

#include "dsl/lexical.h"
#include "dsl/render.h"
#include "tests/support/problems.h"

namespace keyrule::dsl {
namespace {

constexpr std::string_view kHead = "keyrule 1\nschema \"dify\"\n";
constexpr std::string_view kDefault = "default { leave to host }\n";
constexpr double kMostSeconds = 10;  // linear ones take tenths of one, ten times that when sanitized

// Of this thread alone: a busy machine is no hang.
double ProcessorSeconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

std::string Times(size_t times, std::string_view text) {
  std::string all;
  all.reserve(times * text.size());
  for (size_t i = 0; i < times; ++i) all += text;
  return all;
}

std::string Policy(const std::string& text) {
  return std::string(kHead) + text + "\n" + std::string(kDefault);
}

std::string Numbered(size_t count, std::string_view before, std::string_view after) {
  std::string all;
  for (size_t i = 0; i < count; ++i) {
    all.append(before).append(std::to_string(i)).append(after);
  }
  return all;
}

// `"v0", "v1", …`.
std::string Values(size_t count) { return Numbered(count - 1, "\"v", "\", ") + "\"last\""; }

// Loads, and renders in every way as much as a command shows.
LoadResult Read(const std::string& text, const MemoryReader& reader = MemoryReader()) {
  const double begin = ProcessorSeconds();
  LoadResult result = LoadText(reader, "p.keyrule", text);
  for (const Diagnostic& diagnostic : result.diagnostics.all()) {
    RenderJson(diagnostic, *result.sources);
    if (diagnostic.severity != Severity::kError) continue;
    Render(diagnostic, *result.sources, RenderStyle::kText);
  }
  EXPECT_LT(ProcessorSeconds() - begin, kMostSeconds) << text.substr(0, 200);
  return result;
}

class OnOneLine : public ::testing::TestWithParam<std::string_view> {};
TEST_P(OnOneLine, MistakesCostNoMoreInALongerLine) {
  const LoadResult result = Read(Policy(Times(400'000, GetParam())));
  EXPECT_TRUE(result.diagnostics.has_errors());
}
INSTANTIATE_TEST_SUITE_P(All, OnOneLine,
                         ::testing::Values(";", "&", "!", "@", "* ", "'a' ", "'a", "`a` ", "“a” ", "“",
                                           "ä", "\u00A0", "\u200B", "\"\\q\" ", "=== ", "\x01",
                                           "/* ", "<!-- ", "matches /(/ ", "1a ", "a.\"b"));

TEST(Limits, ForeignCommentsThatNothingEndsAreSearchedOnce) {
  for (const char* line : {"/* \n", "<!-- \n", "/* a <!-- \n"}) {
    EXPECT_TRUE(Read(Policy(Times(200'000, line))).diagnostics.has_errors());
  }
}

TEST(Limits, WarningsOnOneLongLine) {
  const std::string rules = Numbered(40'000, "rule r", " { when app.id != \"a\" deny \"n\" } ");
  EXPECT_EQ(Read(Policy(rules)).diagnostics.warnings(), 40'000u);
}

TEST(Limits, AnAllowBeforeEachRuleAndManyBeforeOne) {
  std::string rules;
  for (int i = 0; i < 100'000; ++i) {
    rules += "# allow KR0410: x\nrule r" + std::to_string(i) + " { when app.id != \"a\" deny \"n\" }\n";
  }
  EXPECT_EQ(Read(Policy(rules)).silenced.size(), 100'000u);
  const std::string many = Times(100'000, "# allow KR0410: x\n");
  EXPECT_EQ(Read(Policy(many + "rule r { when app.id != \"a\" deny \"n\" }")).silenced.size(), 1u);
  std::string list = "let l = [\n";
  for (int i = 0; i < 50'000; ++i) list += "\"v" + std::to_string(i) + "\", # allow KR0410: x\n";
  const LoadResult inside = Read(Policy(list + "\"z\"]\nrule r { when app.id in l deny \"n\" }"));
  EXPECT_EQ(inside.diagnostics.warnings(), 50'000u) << "each silences nothing";
  const std::string texts = "rule r { when app.id in [" + Values(90'000) + "] deny \"n\" }";
  Read(Policy(texts + "\n# allow KR0410: the one comment"));
}

TEST(Limits, ManyAttributesValuesAndProviders) {
  constexpr std::string_view kSchema = "keyrule 1\nschema \"x\" { provider : string  model : string ";
  const std::string attributes = Numbered(200'000, " a.b", " : string");
  EXPECT_TRUE(Read(std::string(kSchema) + attributes + " }\n" + std::string(kDefault)).policy);
  const std::string values = Values(90'000);
  EXPECT_TRUE(Read(std::string(kSchema) + " e : enum [" + values + "] }\nlet l = [" + values + "]\n" +
                   "rule a { when e in [" + values + "] deny \"n\" }\n" +
                   Numbered(10'000, "rule r", " { when e in l deny \"n\" }\n") +
                   std::string(kDefault))
                  .policy);
  EXPECT_TRUE(Read(Policy("let l = [" + values + "]\npool p of " + values + " { \"k\" }\n" +
                          Numbered(10'000, "rule r", " { when provider in l use p by random }\n")))
                  .policy);
}

TEST(Limits, LargeConditionsThatManyOthersName) {
  const auto policy = [](const std::string& part, std::string_view more) {
    std::string text = "let big = ";
    for (int i = 0; i < 10'000; ++i) text += (i > 0 ? " and " : "") + part + std::to_string(i) + "\"";
    for (int i = 0; i < 10'000; ++i) {
      const std::string number = std::to_string(i);
      text += "\nlet x" + number + " = big and app.id == \"" + number + "\"\nrule r" + number +
              " { when x" + number;
      text.append(more).append(" deny \"n\" }");
    }
    return Policy(text);
  };
  EXPECT_TRUE(Read(policy("inputs.a != \"", "")).policy);
  EXPECT_TRUE(Read(policy("time in 22:00..06:00 at \"Etc/UTC\" and user.id != \"",
                          " and weekday == fri at \"UTC\""))
                  .policy);
  std::string forced;
  for (int i = 0; i < 20'000; ++i) {
    const std::string number = std::to_string(i);
    forced += "inputs.a" + number + " == \"x\" and (user.id == \"" + number + "\" or model == \"m\") and ";
  }
  EXPECT_EQ(Read(Policy("rule r { when " + forced + "app.id != \"a\" deny \"n\" }"))
                .diagnostics.warnings(),
            1u);
  std::string attributes;
  for (int i = 0; i < 10'000; ++i) attributes += "inputs.a" + std::to_string(i) + " != \"x\" and ";
  std::string users;
  for (int i = 0; i < 10'000; ++i) {
    const std::string number = std::to_string(i);
    users += "let x" + number + " = big and app.id == \"" + number + "\"\n";
    users += "rule r" + number + " { when x" + number + " deny \"n\" }\n";
  }
  EXPECT_TRUE(Read(Policy("let big = " + attributes + "app.id is set\n" + users)).policy);
}

TEST(Limits, AFileThatManyTablesNameIsKeptOnce) {
  const MemoryReader reader{{"t.csv", "k,v,w\n" + Numbered(1'000, "key", ",a value of the table,w\n")}};
  const LoadResult result =
      Read(Policy(Numbered(10'000, "table t", " from \"t.csv\" maps \"k\" to \"v\"\n")), reader);
  ASSERT_TRUE(result.policy) << Short(result);
  const std::vector<Table>& tables = result.policy->tables;
  EXPECT_EQ(tables[0].entries().size(), 1'000u);
  EXPECT_EQ(tables[0].rows, tables[9'999].rows);
}

// A file of many columns: each pair of them is a table of its own, and all are read in one go.
TEST(Limits, RowsOfAllTablesTogether) {
  constexpr int kColumns = 2'000;
  const auto problems = [](int rows) {
    std::string csv = "k" + Numbered(kColumns, ",c", "") + "\n";
    for (int row = 0; row < rows; ++row) csv += std::to_string(row) + Times(kColumns, ",v") + "\n";
    const MemoryReader reader{{"t.csv", std::move(csv)}};
    std::string tables;
    for (int i = 0; i < kColumns; ++i) {
      const std::string number = std::to_string(i);
      tables += "table t" + number + " from \"t.csv\" maps \"k\" to \"c" + number + "\"\n";
    }
    const LoadResult result = Read(Policy(tables), reader);
    return result.diagnostics.has_errors() ? Short(result) : std::string();
  };
  EXPECT_EQ(problems(500), "");
  EXPECT_EQ(problems(501),
            "error KR0014 3:7 `t0`: the number of rows of all tables is larger than 1,000,000\n");
}

TEST(Limits, ATableOfTooManyRows) {
  const std::string rows = Numbered(kMaxTableRows + 1, "\"", "\":\"v\"\n");
  EXPECT_EQ(Short(Read(Policy("table t {\n" + rows + "}"))),
            "error KR0014 3:7 `t`: the number of rows of all tables is larger than 1,000,000\n");
}

TEST(Limits, WhatIsTooManyIsNotKept) {
  const auto tokens_of = [](std::string text, std::string* problem) {
    Sources sources;
    sources.Add("t", std::move(text));
    Diagnostics diagnostics;
    Tokens tokens;
    EXPECT_FALSE(Scan(sources, 0, tokens, diagnostics));
    EXPECT_EQ(diagnostics.errors(), 1u);
    if (!diagnostics.all().empty()) *problem = diagnostics.all().front().message;
    return tokens.size();
  };
  std::string problem;
  EXPECT_LE(tokens_of(Policy(Times(kMaxRules + 1, "rule r { when b deny \"\" }\n")), &problem), 1u);
  EXPECT_EQ(problem, "the number of rules is larger than 1,000,000");
  EXPECT_LT(tokens_of(Policy("let l = [" + Values(3'000'000) + "]"), &problem), 300'000u);
  EXPECT_EQ(problem, "this list is larger than 100,000 items");
}

TEST(Limits, ErrorsBeyondThoseShownAreCounted) {
  const auto rules = [](size_t count) {
    return Policy(Numbered(count, "rule r", " { when app.id = \"x\" deny \"no\" }\n"));
  };
  const LoadResult few = Read(rules(14));
  EXPECT_EQ(few.diagnostics.errors(), 14u);
  EXPECT_EQ(few.diagnostics.all().size(), Diagnostics::kMaxErrors);
  EXPECT_EQ(few.diagnostics.unseen_errors(), 4u);
  EXPECT_EQ(Read(rules(300'000)).diagnostics.errors(), 300'000u);
}

TEST(Limits, CallsInFlight) {
  const auto problems = [](const char* times) {
    return Problems(Policy(std::string("test \"t\" { request ") + times + " expect host }"));
  };
  EXPECT_EQ(problems("10_000 times at once"), "");
  EXPECT_EQ(problems("1_000_000 times"), "");
  EXPECT_EQ(problems("10_001 times at once"),
            "error KR0014 3:20 `10_001 times at once`: the number of requests at once is larger than "
            "10,000 = ask for fewer at once, or one after the other\n");
}

TEST(Limits, PatternsHaveABudgetTogether) {
  const auto rules = [](size_t count, const std::string& pattern) {
    return Policy(Numbered(count, "rule r", " { when app.id matches /" + pattern + "/ deny \"no\" }\n"));
  };
  const auto distinct = [](size_t count, const std::string& pattern) {
    std::string text;
    for (size_t i = 0; i < count; ++i) {
      const std::string number = std::to_string(i);
      text += "rule r" + number + " { when app.id matches /(" + pattern + "|" + number + ")/ deny \"no\" }\n";
    }
    return Policy(text);
  };
  // Three seconds in RE2, and all of it again in every process that loads it.
  const LoadResult costly = Read(distinct(100, "(\\pL{1,10}){1,9}"));
  ASSERT_EQ(costly.diagnostics.errors(), 1u) << "said once";
  const std::string& said = costly.diagnostics.all().front().message;
  EXPECT_TRUE(said.starts_with("with this one, the patterns of this policy are larger than 200,")) << said;
  // What is too large by itself is found out a few times only.
  EXPECT_LE(Read(distinct(1000, "((\\pL{1,30}){1,30})")).diagnostics.errors(), 7u);
  // The same one again costs nothing, and ordinary ones never come near.
  EXPECT_EQ(Read(rules(1000, "(\\pL{1,10}){1,9}")).diagnostics.errors(), 0u);
  EXPECT_EQ(Read(distinct(20'000, "^wf-[a-z0-9_-]+-eu$")).diagnostics.errors(), 0u);
}

TEST(Limits, ParenthesesAndNamesCountInNesting) {
  const auto named = [](size_t length) {
    std::string text = "let c0 = user.id == \"0\"\n";
    for (size_t i = 1; i <= length; ++i) {
      const std::string number = std::to_string(i);
      text += "let c" + number + " = c" + std::to_string(i - 1) + " or user.id == \"" + number + "\"\n";
    }
    return Problems(Policy(text + "rule r { when c" + std::to_string(length) + " deny \"n\" }"));
  };
  EXPECT_EQ(named(63), "");  // and the rule names the last one
  EXPECT_NE(named(64).find("error KR0013"), std::string::npos);
  const auto open = [](size_t depth) {
    std::string text = Times(depth, "(") + "app.id == \"a\"";
    for (size_t i = 0; i < depth; ++i) {
      text += i % 2 == 0 ? " or app.id == \"b\")" : " and model == \"m\")";
    }
    return Problems(Policy("rule r { when " + text + " or user.id is set deny \"n\" }"));
  };
  EXPECT_EQ(open(64), "");
  EXPECT_NE(open(65).find("error KR0013"), std::string::npos);
}

}  // namespace
}  // namespace keyrule::dsl
