#include "store/timestamp.h"

#include <gtest/gtest.h>

namespace keyrule::store {
namespace {

TEST(Timestamp, Reads) {
  EXPECT_EQ(ParseTimestamp("1970-01-01T00:00Z"), 0);
  EXPECT_EQ(ParseTimestamp("2027-01-01T00:00Z"), 1798761600000);
  EXPECT_EQ(ParseTimestamp("2027-01-01T00:00:01Z"), 1798761601000);
  EXPECT_EQ(ParseTimestamp("2027-01-01T00:00:01.250Z"), 1798761601250);
  EXPECT_EQ(ParseTimestamp("2027-01-01T02:00+02:00"), 1798761600000);
  EXPECT_EQ(ParseTimestamp("2026-12-31T18:30-05:30"), 1798761600000);
  EXPECT_EQ(ParseTimestamp("2028-02-29T00:00Z"), 1835395200000);
}

TEST(Timestamp, Refuses) {
  for (const char* text :
       {"", "2027", "2027-01-01", "2027-01-01T00:00", "2027-02-29T00:00Z", "2027-13-01T00:00Z",
        "2027-01-01T24:00Z", "2027-01-01T00:60Z", "2027-01-01T00:00:60Z", "2027-1-1T00:00Z",
        "2027-01-01 00:00Z", "2027-01-01T00:00Z ", "2027-01-01T00:00z", "2027-01-01T00:00:00.25Z",
        "1969-12-31T00:00Z", "2027-01-01T00:00+0200", "tomorrow", "-027-01-01T00:00Z"}) {
    EXPECT_EQ(ParseTimestamp(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace keyrule::store
