#include "dsl/source.h"

#include <gtest/gtest.h>

namespace keyrule::dsl {
namespace {

std::string At(const Source& source, uint32_t offset) {
  const Location place = source.Locate(offset);
  return std::to_string(place.line) + ":" + std::to_string(place.column);
}

TEST(Source, CountsLinesAndColumnsFromOne) {
  const Source source("a", "ab\ncd\n");
  EXPECT_EQ(At(source, 0), "1:1");
  EXPECT_EQ(At(source, 1), "1:2");
  EXPECT_EQ(At(source, 2), "1:3");  // the line break belongs to the line it ends
  EXPECT_EQ(At(source, 3), "2:1");
  EXPECT_EQ(At(source, 6), "3:1");
  EXPECT_EQ(At(source, 999), "3:1");
}

TEST(Source, CountsCharactersNotBytes) {
  const Source source("a", "\"é日🔑\" x");
  EXPECT_EQ(At(source, 1), "1:2");
  EXPECT_EQ(At(source, 3), "1:3");
  EXPECT_EQ(At(source, 6), "1:4");
  EXPECT_EQ(At(source, 10), "1:5");
  EXPECT_EQ(At(source, 12), "1:7");
}

TEST(Source, AByteOrderMarkIsNoColumn) {
  const Source source("a", "\xEF\xBB\xBFkeyrule 1\nx");
  EXPECT_EQ(At(source, 3), "1:1");
  EXPECT_EQ(At(source, 0), "1:1");
  EXPECT_EQ(source.LineAt(5), "keyrule 1");
  EXPECT_EQ(At(source, 13), "2:1");
}

TEST(Source, LinesComeWithoutTheirBreaks) {
  const Source source("a", "one\r\n\ntwo");
  EXPECT_EQ(source.LineAt(0), "one");
  EXPECT_EQ(source.LineAt(4), "one");
  EXPECT_EQ(source.LineAt(5), "");
  EXPECT_EQ(source.LineAt(6), "two");
  EXPECT_EQ(source.LineAt(9), "two");
  EXPECT_EQ(source.LineStart(8), 6U);
}

// Columns are counted from marks within the line, whatever stands before them.
TEST(Source, FindsColumnsInLongLines) {
  std::string text = "x\n";
  for (int i = 0; i < 5000; ++i) text += "\u00e4b";
  const Source source("a", text + "\nend");
  for (const uint32_t pair : {0U, 1U, 340U, 341U, 342U, 1000U, 4999U}) {
    EXPECT_EQ(At(source, 2 + 3 * pair), "2:" + std::to_string(1 + 2 * pair));
    EXPECT_EQ(At(source, 2 + 3 * pair + 2), "2:" + std::to_string(2 + 2 * pair));
    EXPECT_EQ(source.LineOf(2 + 3 * pair), 2U);
  }
  EXPECT_EQ(At(source, 2 + 3 * 5000 + 1), "3:1");
}

TEST(Source, AnEmptyTextHasOneEmptyLine) {
  const Source source("a", "");
  EXPECT_EQ(At(source, 0), "1:1");
  EXPECT_EQ(source.LineAt(0), "");
}

TEST(Sources, KeepAddressesAndKnowPlaces) {
  Sources sources;
  EXPECT_EQ(sources.Add("a.keyrule", "one\ntwo"), 0U);
  const Source* const first = &sources.at(0);
  for (int i = 0; i < 100; ++i) sources.Add("b.keyrule", "x");
  EXPECT_EQ(&sources.at(0), first);
  EXPECT_EQ(sources.size(), 101U);
  EXPECT_EQ(sources.TextOf({0, 4, 7}), "two");
  EXPECT_EQ(sources.TextOf({0, 7, 4}), "");
  EXPECT_EQ(sources.TextOf({0, 99, 120}), "");
  EXPECT_EQ(sources.Where({0, 5, 6}), "a.keyrule:2:2");
}

}  // namespace
}  // namespace keyrule::dsl
