#include "dsl/csv.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace keyrule::dsl {
namespace {

using Rows = std::vector<std::vector<std::string>>;

Rows ReadAll(std::string_view text) {
  CsvReader reader(text);
  CsvRecord record;
  Rows rows;
  while (reader.Next(record)) {
    auto& row = rows.emplace_back();
    for (const CsvField& field : record.fields) row.push_back(field.value);
  }
  EXPECT_FALSE(reader.error()) << text;
  return rows;
}

struct Case {
  const char* note;
  std::string_view text;
  Rows rows;
};

TEST(Csv, ReadsRecords) {
  const std::vector<Case> cases = {
      {"nothing", "", {}},
      {"one line without its end", "a,b", {{"a", "b"}}},
      {"lines", "a,b\n1,2\n", {{"a", "b"}, {"1", "2"}}},
      {"CRLF", "a,b\r\n1,2\r\n", {{"a", "b"}, {"1", "2"}}},
      {"a return alone is a character", "a\rb,c\n", {{"a\rb", "c"}}},
      {"empty fields", ",\n,,x\n", {{"", ""}, {"", "", "x"}}},
      {"spaces belong to the field", " a , b\n", {{" a ", " b"}}},
      {"quoted", "\"a\",\"b\"\n", {{"a", "b"}}},
      {"comma in quotes", "\"a,b\",c\n", {{"a,b", "c"}}},
      {"quote in quotes", "\"say \"\"hi\"\"\",c\n", {{"say \"hi\"", "c"}}},
      {"only a quote", "\"\"\"\"\n", {{"\""}}},
      {"empty in quotes", "\"\",x\n", {{"", "x"}}},
      {"line break in quotes", "\"a\nb\",c\nd,e\n", {{"a\nb", "c"}, {"d", "e"}}},
      {"CRLF in quotes is kept", "\"a\r\nb\",c\r\n", {{"a\r\nb", "c"}}},
      {"quote inside a plain field", "a\"b,c\n", {{"a\"b", "c"}}},
      {"comments", "# who\na,b\n# more, here \"\n1,2\n#", {{"a", "b"}, {"1", "2"}}},
      {"hash inside a record", "a,#b\n\"#c\",d\n", {{"a", "#b"}, {"#c", "d"}}},
      {"hash on a quoted line", "\"a\n# b\",c\n", {{"a\n# b", "c"}}},
      {"empty lines", "\n\na,b\n\n1,2\n\r\n", {{"a", "b"}, {"1", "2"}}},
      {"byte order mark",
       "\xEF\xBB\xBF"
       "a,b\n",
       {{"a", "b"}}},
      {"byte order mark before quotes",
       "\xEF\xBB\xBF"
       "\"a\",b\n",
       {{"a", "b"}}},
  };
  for (const Case& c : cases) EXPECT_EQ(ReadAll(c.text), c.rows) << c.note;
}

TEST(Csv, FieldsKnowTheirPlace) {
  const std::string_view text = "a,\"b\"\"c\"\r\nd,e\n";
  CsvReader reader(text);
  CsvRecord record;
  ASSERT_TRUE(reader.Next(record));
  EXPECT_EQ(text.substr(record.begin, record.end - record.begin), "a,\"b\"\"c\"");
  EXPECT_EQ(record.fields[1].begin, 2u);
  EXPECT_EQ(record.fields[1].end, 8u);
  ASSERT_TRUE(reader.Next(record));
  EXPECT_EQ(text.substr(record.begin, record.end - record.begin), "d,e");
}

TEST(Csv, AQuoteThatIsNeverClosed) {
  CsvReader reader("a,b\n1,\"2\n3,4\n");
  CsvRecord record;
  ASSERT_TRUE(reader.Next(record));
  EXPECT_FALSE(reader.Next(record));
  ASSERT_TRUE(reader.error());
  EXPECT_EQ(reader.error()->kind, CsvError::Kind::kOpenQuote);
  EXPECT_EQ(reader.error()->begin, 6u);
  EXPECT_FALSE(reader.Next(record)) << "an error is the end";
}

TEST(Csv, SomethingBehindAClosingQuote) {
  CsvReader reader("\"a\"é,b\n");
  CsvRecord record;
  EXPECT_FALSE(reader.Next(record));
  ASSERT_TRUE(reader.error());
  EXPECT_EQ(reader.error()->kind, CsvError::Kind::kAfterQuote);
  EXPECT_EQ(reader.error()->begin, 3u);
  EXPECT_EQ(reader.error()->end, 5u) << "a whole character";
}

}  // namespace
}  // namespace keyrule::dsl
