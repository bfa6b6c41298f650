#include "store/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace keyrule::store {
namespace {

TEST(Utf8, AcceptsEveryLength) {
  const std::string text = "a\u00e9\u20ac\U0001F511\U0010FFFF";
  EXPECT_EQ(FindInvalidUtf8(text), text.size());
  EXPECT_EQ(Utf8SequenceSize(""), 0u);
}

TEST(Utf8, FindsTheFirstBadByte) {
  for (const char* bad :
       {"\x80", "\xc0\xaf", "\xc1\xbf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf0\x80\x80\x80",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xe2\x82", "\xe2(\xa1"}) {
    EXPECT_EQ(FindInvalidUtf8("ok" + std::string(bad) + "x"), 2u) << bad;
  }
}

}  // namespace
}  // namespace keyrule::store
