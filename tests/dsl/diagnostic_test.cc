#include "dsl/diagnostic.h"

#include <gtest/gtest.h>

#include <set>

namespace keyrule::dsl {
namespace {

TEST(Codes, HaveTheirNameSeverityAndTitle) {
  EXPECT_EQ(CodeName(Code::KR0101), "KR0101");
  EXPECT_EQ(CodeName(Code::KR0001), "KR0001");
  EXPECT_EQ(CodeName(Code::KR0903), "KR0903");
  EXPECT_EQ(DefaultSeverity(Code::KR0101), Severity::kError);
  EXPECT_EQ(DefaultSeverity(Code::KR0110), Severity::kWarning);
  EXPECT_EQ(CodeTitle(Code::KR0401), "there is no `default`");
}

TEST(Codes, AreInOrderAndUnique) {
  std::set<std::string_view> names;
  std::string_view last;
  for (const Code code : AllCodes()) {
    EXPECT_LT(last, CodeName(code));
    last = CodeName(code);
    names.insert(last);
    EXPECT_EQ(last.size(), 6U);
  }
  EXPECT_EQ(names.size(), 74U);
}

// The rules for messages: lower case (names and abbreviations aside), no full stop, one line.
TEST(Codes, TitlesKeepTheRulesForMessages) {
  for (const Code code : AllCodes()) {
    const std::string_view title = CodeTitle(code);
    EXPECT_FALSE(title.empty()) << CodeName(code);
    EXPECT_FALSE(title.ends_with('.')) << title;
    EXPECT_EQ(title.find('\n'), std::string_view::npos) << title;
    EXPECT_FALSE(title[0] >= 'A' && title[0] <= 'Z') << title;
  }
}

TEST(Diagnostics, KeepTenErrorsAndCountTheRest) {
  Diagnostics diagnostics;
  for (uint32_t i = 0; i < 12; ++i) diagnostics.Add(Code::KR0101, {0, i, i + 1}, "e");
  diagnostics.Add(Code::KR0110, {0, 0, 1}, "w");
  EXPECT_EQ(diagnostics.errors(), 12U);
  EXPECT_EQ(diagnostics.warnings(), 1U);
  EXPECT_EQ(diagnostics.all().size(), 11U);
  EXPECT_TRUE(diagnostics.full());
  EXPECT_EQ(diagnostics.all().back().severity, Severity::kWarning);
}

TEST(Diagnostics, BeyondTheCapNotesGoNowhere) {
  Diagnostics diagnostics;
  for (uint32_t i = 0; i < 11; ++i) {
    diagnostics.Add(Code::KR0101, {0, i, i}, "e").notes.push_back({"first here", {0, 0, 1}});
  }
  EXPECT_EQ(diagnostics.all().size(), 10U);
  for (const Diagnostic& diagnostic : diagnostics.all()) EXPECT_EQ(diagnostic.notes.size(), 1U);
}

TEST(Diagnostics, SortByFileThenPlaceAndKeepTheOrderOfEquals) {
  Diagnostics diagnostics;
  diagnostics.Add(Code::KR0101, {1, 0, 1}, "third");
  diagnostics.Add(Code::KR0101, {0, 9, 10}, "second");
  diagnostics.Add(Code::KR0102, {0, 9, 10}, "second too");
  diagnostics.Add(Code::KR0101, {0, 2, 3}, "first");
  diagnostics.Sort();
  std::string order;
  for (const Diagnostic& diagnostic : diagnostics.all()) order += diagnostic.message + ", ";
  EXPECT_EQ(order, "first, second, second too, third, ");
}

}  // namespace
}  // namespace keyrule::dsl
