// The part of a hash that was computed beforehand, with the rest of it, is the language's hash; and what is remembered is what
// was computed.
#include "evaluator/sticky_table.h"

#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "evaluator/hash.h"
#include "evaluator/sticky.h"

namespace keyrule::evaluator {
namespace {

using Members = std::vector<StickyTable::Member>;

std::string RandomText(std::mt19937* random, size_t size) {
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>((*random)());
  return text;
}

// By the definition (LANGUAGE.md §4.4); no two costs are equal.
uint32_t Expected(const Members& members, std::string_view value) {
  bool even = true;
  for (const StickyTable::Member& member : members) even = even && member.weight == members[0].weight;
  const auto cost = [&](size_t i) {
    const uint64_t hash = Hash({"sticky", members[i].id, value});
    return even ? ~hash : RendezvousScore(hash);
  };
  size_t best = 0;
  for (size_t i = 1; i < members.size(); ++i) {
    const auto a = static_cast<Wide>(cost(i)) * members[best].weight;
    if (a < static_cast<Wide>(cost(best)) * members[i].weight) best = i;
  }
  return static_cast<uint32_t>(best);
}

TEST(StickyTableTest, FindsWhoHasTheLargestHash) {
  std::mt19937 random(7);
  uint64_t found = 0, unknown = 0;
  for (int round = 0; round < 3'000; ++round) {
    const bool even = random() % 2 == 0;
    const bool one_length = random() % 2 == 0;
    const size_t length = 1 + random() % (random() % 8 == 0 ? 110 : 48);
    std::set<std::string> ids;
    const size_t count = 1 + random() % 40;
    while (ids.size() < count) ids.insert(RandomText(&random, one_length && length > 1 ? length : 2 + random() % 48));
    Members members;
    for (const std::string& id : ids) members.push_back({id, even ? 3u : 1 + static_cast<uint32_t>(random() % 4)});
    std::shuffle(members.begin(), members.end(), random);
    const StickyTable table(members);
    for (int i = 0; i < 8; ++i) {
      const std::string value = RandomText(&random, 1 + random() % (random() % 8 == 0 ? 110 : 60));
      size_t longest = 0;
      for (const StickyTable::Member& member : members) longest = std::max(longest, member.id.size());
      const std::optional<uint32_t> known = table.Find(value);
      EXPECT_EQ(known.has_value(), 18 + longest + value.size() <= 128) << longest << " and " << value.size();
      ++(known ? found : unknown);
      if (!known) continue;
      ASSERT_EQ(*known, Expected(members, value)) << "round " << round << ", " << longest << " and " << value.size();
      ASSERT_EQ(table.Find(value), known) << "remembered";
      ASSERT_EQ(table.Compute(value), known);
    }
  }
  EXPECT_GT(found, 15'000u);
  EXPECT_GT(unknown, 500u);
}

// Every sum of lengths, and so every way in which blocks begin and end, in ids and in values.
TEST(StickyTableTest, OfEveryLength) {
  std::mt19937 random(8);
  for (size_t id_size = 1; id_size <= 109; ++id_size) {
    std::vector<std::string> ids;
    for (int i = 0; i < 3; ++i) ids.push_back(RandomText(&random, id_size - 1) + static_cast<char>(i));
    const Members members = {{ids[0], 1}, {ids[1], 1}, {ids[2], 1}};
    const StickyTable table(members);
    for (size_t size = 1; 18 + id_size + size <= 128; ++size) {
      const std::string value = RandomText(&random, size);
      ASSERT_EQ(table.Compute(value), Expected(members, value)) << id_size << " and " << size;
    }
  }
}

TEST(StickyTableTest, ATieIsLeftToACloserLook) {
  EXPECT_EQ(StickyTable(Members{{"same", 1}, {"same", 1}}).Find("u"), std::nullopt);
  EXPECT_EQ(StickyTable(Members{{"same", 2}, {"same", 2}, {"same", 2}, {"same", 2}}).Find("u"), std::nullopt);
  EXPECT_EQ(StickyTable(Members{}).Find("u"), std::nullopt);
  EXPECT_EQ(StickyTable(Members{{"one", 5}}).Find("u"), 0u);
  EXPECT_EQ(StickyTable(Members{{"one", 5}}).Find("u"), 0u);
}

// Far more values than are remembered, by several threads at once: each is found as if it were alone.
TEST(StickyTableTest, ThreadsRememberForEachOther) {
  std::vector<std::string> ids;
  Members members;
  for (int i = 0; i < 20; ++i) ids.push_back("id-" + std::to_string(i));
  for (size_t i = 0; i < ids.size(); ++i) members.push_back({ids[i], 1 + static_cast<uint32_t>(i % 3)});
  const StickyTable table(members);
  std::vector<uint32_t> expected;
  for (int v = 0; v < 400; ++v) expected.push_back(Expected(members, "user-" + std::to_string(v)));
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      std::mt19937 random(t);
      for (int i = 0; i < 30'000; ++i) {
        const size_t v = random() % expected.size();
        wrong += table.Find("user-" + std::to_string(v)) != expected[v];
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong.load(), 0);
}

}  // namespace
}  // namespace keyrule::evaluator
