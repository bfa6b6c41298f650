#include "dsl/render.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace keyrule::dsl {
namespace {

// One diagnostic about `part` of a text, its first place in it.
struct Case {
  Case(std::string text, std::string_view part) {
    const auto begin = static_cast<uint32_t>(text.find(part));
    sources.Add("billing.keyrule", std::move(text));
    diagnostic.code = Code::KR0101;
    diagnostic.message = "no attribute is named `enviroment`";
    diagnostic.span = {0, begin, begin + static_cast<uint32_t>(part.size())};
  }
  std::string Text() const { return Render(diagnostic, sources, RenderStyle::kText); }
  // The source line and the line under it, without the frame.
  std::string Excerpt() const {
    const std::string text = Text();
    const size_t from = text.find('\n', text.find(" |\n")) + 1;
    return text.substr(from);
  }

  Sources sources;
  Diagnostic diagnostic;
};

TEST(Render, HasTheFormOfTheReference) {
  Case c(std::string(11, '\n') + "  when enviroment == \"production\"\n", "enviroment");
  c.diagnostic.help = "did you mean `environment`?";
  EXPECT_EQ(c.Text(),
            "error[KR0101]: no attribute is named `enviroment`\n"
            "  --> billing.keyrule:12:8\n"
            "   |\n"
            "12 |   when enviroment == \"production\"\n"
            "   |        ^^^^^^^^^^\n"
            "   = help: did you mean `environment`?\n");
}

TEST(Render, NotesNameTheirPlace) {
  Case c("a\nenviroment\n", "enviroment");
  c.diagnostic.severity = Severity::kWarning;
  c.diagnostic.notes.push_back({"first here", {0, 0, 1}});
  EXPECT_EQ(c.Text(),
            "warning[KR0101]: no attribute is named `enviroment`\n"
            " --> billing.keyrule:2:1\n"
            "  |\n"
            "2 | enviroment\n"
            "  | ^^^^^^^^^^\n"
            "  = note: first here: billing.keyrule:1:1\n");
}

TEST(Render, UnderlinesManyLinesOnTheFirst) {
  EXPECT_EQ(Case("a when b\n and c\n", "when b\n and c").Excerpt(),
            "1 | a when b\n"
            "  |   ^^^^^^\n");
}

TEST(Render, TabsAndWideAndCombiningTextKeepTheCaretInPlace) {
  EXPECT_EQ(Case("\tx\ty", "y").Excerpt(),
            "1 |     x    y\n"
            "  |          ^\n");
  EXPECT_EQ(Case("\"日本\" y", "y").Excerpt(),
            "1 | \"日本\" y\n"
            "  |        ^\n");
  EXPECT_EQ(Case("\"日本\" y", "本").Excerpt(),
            "1 | \"日本\" y\n"
            "  |    ^^\n");
  EXPECT_EQ(Case("\"e\u0301\" y", "y").Excerpt(),
            "1 | \"e\u0301\" y\n"
            "  |     ^\n");
}

TEST(Render, ShowsNothingThatCouldHarmATerminal) {
  Case c("a\x1B[2Jb\u202E\xFFz\r\n", "z");
  c.diagnostic.message = "`\x1B[31m` and `\x07`";
  const std::string text = c.Text();
  EXPECT_EQ(text,
            "error[KR0101]: `\\x1B[31m` and `\\x07`\n"
            " --> billing.keyrule:1:9\n"
            "  |\n"
            "1 | a\\x1B[2JbU+202E\uFFFDz\n"
            "  |                 ^\n");
}

TEST(Render, AnEmptySpanGetsOneCaret) {
  Case c("rule r {", "");
  c.diagnostic.span = {0, 8, 8};
  EXPECT_EQ(c.Excerpt(),
            "1 | rule r {\n"
            "  |         ^\n");
  c.diagnostic.span = {0, 5, 5};
  EXPECT_EQ(c.Excerpt(),
            "1 | rule r {\n"
            "  |      ^\n");
}

TEST(Render, CutsLongLinesAroundTheFault) {
  const Case c(std::string(500, 'a') + "FAULT" + std::string(500, 'b'), "FAULT");
  EXPECT_EQ(c.Excerpt(), "1 | …" + std::string(40, 'a') + "FAULT" + std::string(75, 'b') + "…\n" +
                             "  | " + std::string(41, ' ') + "^^^^^\n");
}

TEST(Render, AnExcerptCostsTheSameHoweverLongTheLineIs) {
  for (const std::string_view unit : {"x", "é", "漢", "x\xCC\x81"}) {
    const auto excerpt_of = [unit](size_t count) {
      std::string side;
      for (size_t i = 0; i < count; ++i) side += unit;
      const Case c(side + "enviroment" + side + "\n", "enviroment");
      // The line and what is under it; the frame above tells the column, which differs.
      return c.Excerpt();
    };
    const std::string expected = excerpt_of(1000);
    EXPECT_NE(expected.find("enviroment"), std::string::npos);
    EXPECT_EQ(excerpt_of(5000), expected) << unit;
    EXPECT_EQ(excerpt_of(300'000), expected) << unit;
  }
}

TEST(Render, PlainIsOneLine) {
  Case c("a\nenviroment\n", "enviroment");
  c.diagnostic.notes.push_back({"first here", {0, 0, 1}});
  EXPECT_EQ(Render(c.diagnostic, c.sources, RenderStyle::kPlain),
            "billing.keyrule:2:1: error[KR0101]: no attribute is named `enviroment` "
            "(note: first here: billing.keyrule:1:1)\n");
  c.diagnostic.notes.clear();
  c.diagnostic.help = "did you mean `environment`?";
  EXPECT_EQ(Render(c.diagnostic, c.sources, RenderStyle::kPlain),
            "billing.keyrule:2:1: error[KR0101]: no attribute is named `enviroment` "
            "(help: did you mean `environment`?)\n");
}

TEST(Render, ColourChangesNothingButColour) {
  Case c("a enviroment", "enviroment");
  c.diagnostic.help = "did you mean `environment`?";
  std::string text = Render(c.diagnostic, c.sources, RenderStyle::kColour);
  EXPECT_NE(text.find("\x1B[1;31merror[KR0101]\x1B[0m"), std::string::npos);
  for (size_t at = 0; (at = text.find('\x1B')) != std::string::npos;) {
    text.erase(at, text.find('m', at) + 1 - at);
  }
  EXPECT_EQ(text, c.Text());
}

TEST(RenderJson, HasTheKeysOfTheReferenceInOrder) {
  Case c("a\nenviroment é\n", "enviroment é");
  c.diagnostic.notes.push_back({"first here", {0, 0, 1}});
  EXPECT_EQ(RenderJson(c.diagnostic, c.sources),
            R"({"code":"KR0101","severity":"error","message":"no attribute is named `enviroment`",)"
            R"("help":null,"file":"billing.keyrule","line":2,"column":1,"end_line":2,)"
            R"("end_column":13,"notes":[{"message":"first here","file":"billing.keyrule","line":1,)"
            R"("column":1}]})"
            "\n");
}

TEST(RenderJson, StaysJsonWhateverTheTextHolds) {
  Case c("x", "x");
  c.diagnostic.message = "`\xFF\n\"`";
  c.diagnostic.help = "mend";
  const auto json = nlohmann::json::parse(RenderJson(c.diagnostic, c.sources));
  EXPECT_EQ(json["message"], "`\uFFFD\n\"`");
  EXPECT_EQ(json["help"], "mend");
}

}  // namespace
}  // namespace keyrule::dsl
