// Warnings that a comment silences in its place.
#include <gtest/gtest.h>

#include "tests/support/problems.h"

namespace keyrule::dsl {
namespace {

// Line 5 of what this makes is the clause that warns, 4 to 7 the rule.
std::string Policy(const std::string& before_rule, const std::string& before_when,
                   const std::string& behind_when, const std::string& behind_rule = "") {
  return "keyrule 1\nschema \"dify\"\n" + before_rule + "\nrule r {" + before_when +
         "\n  when environment != \"staging\"" + behind_when + "\n  deny \"d\"\n}" + behind_rule +
         "\ndefault { leave to host }\n";
}

constexpr char kWarning[] =
    "warning KR0410 5:8 `environment != \"staging\"`: this is also true when `environment` is "
    "absent = write `environment is set and …`, or `environment is not set or …`\n";

TEST(Silence, WithoutACommentItWarns) { EXPECT_EQ(Problems(Policy("", "", "")), kWarning); }

TEST(Silence, OnTheLineItself) {
  EXPECT_EQ(Problems(Policy("", "", "  # allow KR0410: absent is production")), "");
}

TEST(Silence, OnTheLineBefore) {
  EXPECT_EQ(Problems(Policy("", "\n  # allow KR0410: absent is production", "")), "");
  EXPECT_EQ(Problems(Policy("", "\n  # allow KR0410: absent is production\n\n  # why not", "")), "");
}

TEST(Silence, BeforeAndBehindTheStatement) {
  EXPECT_EQ(Problems(Policy("# allow KR0410: absent is production", "", "")), "");
  EXPECT_EQ(Problems(Policy("", "", "", "  # allow KR0410: absent is production")), "");
  EXPECT_EQ(Problems("keyrule 1\nschema \"dify\"\nrule r { when environment != \"staging\" deny "
                     "\"d\" }  # allow KR0410: one line\ndefault { leave to host }\n"),
            "");
}

TEST(Silence, ABrokenConditionCountsAsOneLine) {
  const std::string broken = "\n    and app.id in [\n      \"a\",\n      \"b\"\n    ]";
  EXPECT_EQ(Problems(Policy("", "", broken + "  # allow KR0410: absent is production")), "");
}

TEST(Silence, NotFurtherThanItReaches) {
  EXPECT_EQ(Problems(Policy("let x = [\"a\"]  # allow KR0110: later", "", "")), kWarning);
  const std::string on_the_brace = Problems(Policy("", "  # allow KR0410: too early", ""));
  EXPECT_EQ(on_the_brace,
            "warning KR0112 4:13 `allow KR0410`: `allow KR0410` silences nothing = remove it\n" +
                std::string(kWarning));
}

TEST(Silence, SeveralCodes) {
  EXPECT_EQ(Problems("keyrule 1\nschema \"dify\"\n# allow KR0110, KR0410: shown in a lesson\n"
                     "let x = environment != \"staging\"\ndefault { leave to host }\n"),
            "warning KR0112 3:3 `allow KR0110, KR0410`: `allow KR0410` silences nothing = remove it\n");
}

TEST(Silence, AReasonIsNeeded) {
  for (const char* comment : {"  # allow KR0410", "  # allow KR0410:  ", "  # allow kr0410 because"}) {
    const std::string problems = Problems(Policy("", "", comment));
    EXPECT_TRUE(problems.ends_with(
        ": `allow KR0410` gives no reason = say why it is right here: `# allow KR0410: …`\n"))
        << problems;
    EXPECT_TRUE(problems.starts_with("warning KR0111 5:36 `allow ")) << problems;
  }
}

TEST(Silence, WhatSilencesNothing) {
  const auto idle = [](const std::string& code) {
    return Problems("keyrule 1\nschema \"dify\"\ndefault { leave to host }  # allow " + code +
                    ": x\n");
  };
  EXPECT_EQ(idle("KR0410"),
            "warning KR0112 3:30 `allow KR0410`: `allow KR0410` silences nothing = remove it\n");
  EXPECT_EQ(idle("KR0301"),
            "warning KR0112 3:30 `allow KR0301`: `allow KR0301` silences nothing = KR0301 is an "
            "error; errors cannot be silenced\n");
  EXPECT_EQ(idle("KR0112"),
            "warning KR0112 3:30 `allow KR0112`: `allow KR0112` silences nothing = KR0112 cannot be "
            "silenced\n");
  EXPECT_EQ(idle("KR77777777"),
            "warning KR0112 3:30 `allow KR77777777`: `allow KR77777777` silences nothing = "
            "`keyrule explain --list` lists the codes\n");
  EXPECT_EQ(idle("KR0902"), "") << "known only with a catalog";
}

TEST(Silence, ErrorsStay) {
  EXPECT_EQ(Problems("keyrule 1\nschema \"dify\"\nrule r {\n  when environmint == \"x\"  # allow "
                     "KR0101: no\n  deny \"d\"\n}\ndefault { leave to host }\n"),
            "error KR0101 4:8 `environmint`: no attribute is named `environmint` = did you mean "
            "`environment`?\n");
}

TEST(Silence, OnlyInComments) {
  EXPECT_EQ(Problems(Policy("", "", "") + "test \"# allow KR0410: x\" { request expect host }\n"),
            std::string(kWarning));
  EXPECT_EQ(Problems(Policy("# we allow KR0410: prose", "# allowed KR0410: prose", "")), kWarning);
}

TEST(Silence, TheFirstAndTheLastCommentOfAFile) {
  EXPECT_EQ(Problems("# allow KR0110: x\nkeyrule 1\nschema \"dify\"\ndefault { leave to host }\n"
                     "# allow KR0410: y"),
            "warning KR0112 1:3 `allow KR0110`: `allow KR0110` silences nothing = remove it\n"
            "warning KR0112 5:3 `allow KR0410`: `allow KR0410` silences nothing = remove it\n");
}

TEST(Silence, DeniedWarningsDoNotCountWhatIsAllowed) {
  LoadOptions strict;
  strict.deny_warnings = true;
  const LoadResult result = LoadText(
      MemoryReader(), "p.keyrule", Policy("", "", "  # allow KR0410: absent is production"), strict);
  EXPECT_TRUE(result.policy);
  ASSERT_EQ(result.silenced.size(), 1U);
  EXPECT_EQ(result.silenced[0].reason, "absent is production");
  EXPECT_EQ(result.silenced[0].warning.code, Code::KR0410);
}

TEST(Silence, InImportedFiles) {
  const MemoryReader files = {{"b.keyrule",
                               "keyrule 1\nschema \"dify\"\n# allow KR0410: baseline\nrule b { when "
                               "environment != \"x\" deny \"d\" }\n"}};
  EXPECT_EQ(Problems("keyrule 1\nschema \"dify\"\nimport \"b.keyrule\"\ndefault { leave to host }\n",
                     files),
            "");
}

}  // namespace
}  // namespace keyrule::dsl
