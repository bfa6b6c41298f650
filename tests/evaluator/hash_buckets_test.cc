#include "evaluator/hash_buckets.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "evaluator/name_numbers.h"

namespace keyrule::evaluator {
namespace {

using Entries = std::vector<std::pair<uint64_t, uint32_t>>;

std::set<uint32_t> Found(const HashBuckets& buckets, const HashBuckets::Table& table, uint64_t hash) {
  std::set<uint32_t> found;
  buckets.ForEach(table, hash, [&](uint32_t value) { found.insert(value); });
  return found;
}

TEST(HashBuckets, FindWhatWasAddedToEachTable) {
  std::mt19937_64 dice(7);
  HashBuckets buckets;
  std::vector<std::pair<HashBuckets::Table, Entries>> tables;
  for (const size_t size : {0, 1, 4, 5, 6, 8, 9, 40, 41, 1'000, 20'000}) {
    Entries entries;
    for (size_t i = 0; i < size; ++i) entries.emplace_back(dice(), static_cast<uint32_t>(dice()));
    tables.emplace_back(buckets.Add(entries), entries);
  }
  for (const auto& [table, entries] : tables) {
    for (const auto& [hash, value] : entries) EXPECT_TRUE(Found(buckets, table, hash).contains(value));
    size_t strangers = 0;
    for (int i = 0; i < 20'000; ++i) strangers += Found(buckets, table, dice()).size();
    EXPECT_LE(strangers, 1U);  // half of a hash is compared
  }
}

// However they meet: in one bucket, which overflows into others and around the end, and with one mark.
TEST(HashBuckets, HoldMoreThanALineOfOneBucket) {
  for (const uint64_t low : {uint64_t{0}, uint64_t{UINT32_MAX}}) {
    HashBuckets buckets;
    Entries entries;
    for (uint32_t i = 0; i < 100; ++i) entries.emplace_back(uint64_t{i + 1} << 33 | low, i);
    const HashBuckets::Table table = buckets.Add(entries);
    for (const auto& [hash, value] : entries) EXPECT_EQ(Found(buckets, table, hash), std::set<uint32_t>{value});
    EXPECT_EQ(Found(buckets, table, uint64_t{500} << 33 | low).size(), 0U);
  }
  HashBuckets buckets;
  const HashBuckets::Table table = buckets.Add(Entries{{uint64_t{7} << 33, 1}, {uint64_t{7} << 33, 2}, {uint64_t{8} << 33, 3}});
  EXPECT_EQ(Found(buckets, table, uint64_t{7} << 33), (std::set<uint32_t>{1, 2}));
}

TEST(NameNumbers, AreThePlacesOfTheNames) {
  std::vector<std::string> texts;
  for (size_t i = 0; i < 3'000; ++i) texts.push_back(std::string(i % 40, 'x') + std::to_string(i));
  const NameNumbers numbers(std::vector<std::string_view>(texts.begin(), texts.end()));
  for (uint32_t i = 0; i < texts.size(); ++i) EXPECT_EQ(numbers.Find(texts[i]), i);
  for (const char* other : {"", "x", "3000", "xx1"}) EXPECT_EQ(numbers.Find(other), NameNumbers::kNone) << other;
  EXPECT_EQ(NameNumbers().Find("a"), NameNumbers::kNone);
}

}  // namespace
}  // namespace keyrule::evaluator
