#include "dsl/suggest.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace keyrule::dsl {
namespace {

TEST(EditDistance, CountsInsertionsDeletionsReplacementsAndSwaps) {
  EXPECT_EQ(EditDistance("environment", "environment", 2), 0u);
  EXPECT_EQ(EditDistance("enviroment", "environment", 2), 1u);
  EXPECT_EQ(EditDistance("environmnet", "environment", 2), 1u) << "a swap counts once";
  EXPECT_EQ(EditDistance("modle.tpye", "model.type", 2), 2u);
  EXPECT_EQ(EditDistance("", "ab", 2), 2u);
  EXPECT_EQ(EditDistance("ab", "", 2), 2u);
}

TEST(EditDistance, StopsAboveTheLimit) {
  EXPECT_EQ(EditDistance("kitten", "sitting", 2), 3u);
  EXPECT_EQ(EditDistance("kitten", "sitting", 3), 3u);
  EXPECT_EQ(EditDistance("a", "abcdefgh", 2), 3u);
  EXPECT_EQ(EditDistance("abc", "xyz", 1), 2u);
}

TEST(EditDistance, CountsCharactersNotBytes) {
  EXPECT_EQ(EditDistance("schlüssel", "schlussel", 2), 1u);
  EXPECT_EQ(EditDistance("é", "è", 2), 1u);
}

// The plain recursion over both texts, as the definition says it.
size_t Plain(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return std::max(a.size(), b.size());
  const std::string_view ra = a.substr(1), rb = b.substr(1);
  size_t least = std::min({Plain(ra, b) + 1, Plain(a, rb) + 1, Plain(ra, rb) + (a[0] != b[0])});
  if (a.size() > 1 && b.size() > 1 && a[0] == b[1] && a[1] == b[0]) {
    least = std::min(least, Plain(a.substr(2), b.substr(2)) + 1);
  }
  return least;
}

TEST(EditDistance, AgreesWithTheDefinition) {
  std::mt19937 random(1);
  const auto word = [&] {
    std::string text(random() % 6, 'a');
    for (char& c : text) c = static_cast<char>('a' + random() % 3);
    return text;
  };
  for (int i = 0; i < 2000; ++i) {
    const std::string a = word(), b = word();
    for (size_t limit = 0; limit <= 3; ++limit) {
      EXPECT_EQ(EditDistance(a, b, limit), std::min(Plain(a, b), limit + 1))
          << a << " " << b << " " << limit;
    }
  }
}

TEST(Nearest, GuessesWithinTwoAndAThirdOfTheLength) {
  const std::vector<std::string_view> legal = {"app.id", "user.id", "environment", "model"};
  EXPECT_EQ(Nearest("enviroment", legal), "environment");
  EXPECT_EQ(Nearest("envirment", legal), "environment");
  EXPECT_EQ(Nearest("envrmnt", legal), "") << "four away";
  EXPECT_EQ(Nearest("mdl", legal), "") << "two away, but only three long";
  EXPECT_EQ(Nearest("modl", legal), "model");
  EXPECT_EQ(Nearest("ap", legal), "");
  EXPECT_EQ(Nearest("", legal), "");
}

TEST(Nearest, TakesTheNearestAndOfEqualsTheFirst) {
  EXPECT_EQ(Nearest("staging", {"stagingxy", "stagings", "stagin"}), "stagings");
  EXPECT_EQ(Nearest("staging", {"stagingxy", "staging"}), "staging");
}

TEST(Suggest, GuessesOrLists) {
  EXPECT_EQ(Suggest("producton", {"production", "staging"}, "pools"), "did you mean `production`?");
  EXPECT_EQ(Suggest("nope", {"production", "staging"}, "pools"), "pools: production, staging");
  EXPECT_EQ(Suggest("nope", {}, "pools", "there are no pools"), "there are no pools");
}

TEST(Suggest, ListsAtMostTenAndTheFamilyFirst) {
  std::vector<std::string> names;
  for (int i = 0; i < 12; ++i) names.push_back("attribute" + std::to_string(i));
  names.push_back("user.id");
  const std::vector<std::string_view> legal(names.begin(), names.end());
  EXPECT_EQ(Suggest("user.shoe_size", legal, "attributes"),
            "attributes: user.id, attribute0, attribute1, attribute2, attribute3, attribute4, "
            "attribute5, attribute6, attribute7, attribute8, …");
}

}  // namespace
}  // namespace keyrule::dsl
