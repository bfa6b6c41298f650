#include "evaluator/hash.h"

#include <gtest/gtest.h>

#include <string>

namespace keyrule::evaluator {
namespace {

// The vectors of the language reference.
TEST(Hash, IsPinnedByTheEdition) {
  EXPECT_EQ(Hash({"share", "user.id", "", "u-1"}), 0x4288bae8332b97c6u);
  EXPECT_EQ(Scale(Hash({"share", "user.id", "", "u-1"}), 10'000), 2598u);
  EXPECT_EQ(Hash({"share", "user.id", "", "alice"}), 0x6facc01988619cd5u);
  EXPECT_EQ(Scale(Hash({"share", "user.id", "", "alice"}), 10'000), 4362u);
  EXPECT_EQ(Hash({"sticky", "cache-1", "c-1"}), 13570277444525867834u);
}

TEST(Hash, TellsPartsApart) {
  EXPECT_NE(Hash({"a", "bc"}), Hash({"ab", "c"}));
  EXPECT_NE(Hash({"a", ""}), Hash({"a"}));
}

// Inputs that fit the buffer on the stack and those that do not are the same function.
TEST(Hash, DoesNotDependOnTheWayItIsComputed) {
  const std::string part(400, 'x');
  const std::string joined = part + '\x1F' + part;
  EXPECT_EQ(Hash({part, part}), Hash({joined}));                  // both streamed
  const std::string half(200, 'x');
  EXPECT_EQ(Hash({half, half}), Hash({half + '\x1F' + half}));    // both at one go
}

TEST(Decimal, WritesIntegers) {
  EXPECT_EQ(Decimal(INT64_MIN).view(), "-9223372036854775808");
  EXPECT_EQ(Decimal(UINT64_MAX).view(), "18446744073709551615");
  EXPECT_EQ(Decimal(0).view(), "0");
}

TEST(Decimal, ACopyHasDigitsOfItsOwn) {
  Decimal number(7);
  number = Decimal(12345);
  EXPECT_EQ(number.view(), "12345");
  EXPECT_GE(number.view().data(), reinterpret_cast<const char*>(&number));
  EXPECT_LT(number.view().data(), reinterpret_cast<const char*>(&number + 1));
}

// At all lengths around those where the text does not fit any more, one middle after another of another length.
TEST(MiddleHashTest, IsTheHashOfTheThree) {
  const std::string letters(700, 'x');
  const std::string_view all = letters;
  for (const size_t first : {0, 6, 480, 500, 501, 502, 600}) {
    for (const size_t last : {0, 1, 36, 240, 470, 600}) {
      MiddleHash hash(all.substr(0, first), all.substr(0, last));
      for (const size_t middle : {36, 36, 0, 5, 5, 12, 220, 221, 440, 441, 460, 455, 465, 466, 494, 495, 496, 600, 36}) {
        const std::string_view it = all.substr(0, middle);
        ASSERT_EQ(hash(it), Hash({all.substr(0, first), it, all.substr(0, last)})) << first << " " << middle << " " << last;
      }
    }
  }
}

}  // namespace
}  // namespace keyrule::evaluator
