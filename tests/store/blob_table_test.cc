#include "store/blob_table.h"

#include <random>
#include <thread>

#include "tests/store/support.h"

namespace keyrule::store {
namespace {

std::string At(const BlobTable& table, const BlobId& id) {
  return std::string(AsText(table.Find(id)));
}

// Ids that meet in few cells, and share the half that the cells hold.
BlobId Crowded(uint64_t number) { return {number % 7, number % 3 << 32 | number}; }

TEST(BlobTable, FindsWhatWasAdded) {
  BlobTable table(1000, 1 << 20);
  for (uint64_t i = 0; i < 1000; ++i) {
    EXPECT_EQ(At(table, Crowded(i)), "");
    ASSERT_TRUE(table.Add(Crowded(i), {"number ", std::to_string(i), std::string(i % 50, '.')}));
  }
  for (uint64_t i = 0; i < 1000; ++i) {
    EXPECT_EQ(At(table, Crowded(i)),
              "number " + std::to_string(i) + std::string(i % 50, '.'));
    EXPECT_EQ(reinterpret_cast<uintptr_t>(table.Find(Crowded(i)).data()) % 16, 0u);
  }
  EXPECT_EQ(At(table, Crowded(1000)), "");
  EXPECT_EQ(table.size(), 1000u);
}

TEST(BlobTable, TheFirstOfTwoStays) {
  BlobTable table(10, 1 << 20);
  ASSERT_TRUE(table.Add({1, 2}, {"first"}));
  EXPECT_TRUE(table.Add({1, 2}, {"second"}));
  EXPECT_EQ(At(table, {1, 2}), "first");
  EXPECT_EQ(table.size(), 1u);
}

TEST(BlobTable, IsFullByNumberOrByBytes) {
  BlobTable few(3, 1 << 20);
  for (uint64_t i = 0; i < 10; ++i) EXPECT_EQ(few.Add({i, 1}, {"x"}), i < 3);
  EXPECT_EQ(few.size(), 3u);
  BlobTable small(1000, 20'000);
  uint64_t added = 0;
  while (small.Add({added, 1}, {std::string(84, 'x')})) ++added;
  EXPECT_GT(added, 20u);
  EXPECT_LE(small.bytes(), 20'000u);
  for (uint64_t i = 0; i < added; ++i) EXPECT_EQ(At(small, {i, 1}), std::string(84, 'x'));
  EXPECT_EQ(At(small, {added, 1}), "");
  BlobTable none(1000, 0);
  EXPECT_FALSE(none.Add({1, 1}, {"x"}));
  EXPECT_EQ(At(none, {1, 1}), "");
  BlobTable nobody(0, 1 << 20);
  EXPECT_FALSE(nobody.Add({1, 1}, {"x"}));
}

TEST(BlobTable, LargePiecesDoNotStraddleChunks) {
  BlobTable table(100, 64 << 20);
  std::mt19937_64 random(3);
  std::map<BlobId, std::string> pieces;
  EXPECT_FALSE(table.Add({9, 9}, {std::string(2 << 20, 'x')}));
  for (char letter = 'a'; letter <= 'z'; ++letter) {
    const BlobId id{random(), random()};
    pieces[id] = std::string(random() % (2'000'000), letter);
    ASSERT_TRUE(table.Add(id, {pieces[id]}));
  }
  for (const auto& [id, piece] : pieces) EXPECT_EQ(At(table, id), piece);
}

TEST(BlobTable, ThreadsAgree) {
  constexpr uint64_t kPieces = 3000;
  constexpr int kThreads = 4;
  BlobTable table(2 * kPieces, 8 << 20);
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (uint64_t i = 0; i < kPieces; ++i) {
        const uint64_t number = t % 2 == 0 ? i : kPieces - 1 - i;
        const std::string text = "piece " + std::to_string(number);
        if (At(table, Crowded(number)).empty() && !table.Add(Crowded(number), {text})) ++wrong;
        if (At(table, Crowded(number)) != text) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(table.size(), kPieces);
}

TEST(BlobTable, ChildrenOfABusyProcessGoOn) {
  BlobTable table(200'000, 64 << 20);
  std::atomic<bool> stop{false};
  std::atomic<uint64_t> next{0};
  std::vector<std::thread> busy;
  for (int t = 0; t < (kSanitized ? 0 : 2); ++t) {
    busy.emplace_back([&] {
      while (!stop && next < 100'000) {
        const uint64_t number = next++;
        (void)table.Add({number, number << 32}, {std::to_string(number)});
      }
    });
  }
  for (int i = 0; i < 30; ++i) {
    EXPECT_EQ(InChild([&] {
                for (uint64_t n = 0; n < 100'000; n += 17) {
                  const BlobId id{n, n << 32};
                  const std::string found = At(table, id);
                  if (!found.empty() && found != std::to_string(n)) return 1;
                  if (!table.Add(id, {std::to_string(n)}) || At(table, id).empty()) return 2;
                }
                return 0;
              }),
              0);
  }
  stop = true;
  for (std::thread& thread : busy) thread.join();
}

}  // namespace
}  // namespace keyrule::store
