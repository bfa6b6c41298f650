// The words of windows and totals, by one thread: against a list of everything that was ever added.
#include "evaluator/sliding_window.h"

#include <gtest/gtest.h>

#include <random>
#include <thread>
#include <vector>

#include "evaluator/period_total.h"

namespace keyrule::evaluator {
namespace {

constexpr int64_t kRound = int64_t{1} << 26;  // slots after which a word's number comes again

struct Added {
  int64_t slot;
  int64_t amount;
};

int64_t Sum(const std::vector<Added>& list, int64_t slot) {
  int64_t sum = 0;
  for (const Added& one : list) {
    if (slot - one.slot < SlidingWindow::kCounted) sum += one.amount;
  }
  return sum;
}

TEST(SlidingWindowTest, CountsAsAListDoes) {
  std::mt19937 random(11);
  for (int round = 0; round < 200; ++round) {
    SlidingWindow window{};
    std::vector<Added> list;
    int64_t slot = static_cast<int64_t>(random() % (1u << 31));
    for (int step = 0; step < 300; ++step) {
      slot += random() % 8 == 0 ? random() % 90 : random() % 3;
      const int64_t amount = random() % 1000;
      ASSERT_EQ(window.Add(slot, amount), slot);
      list.push_back({slot, amount});
      if (random() % 4 == 0) {
        Added& one = list[list.size() - 1 - random() % std::min<size_t>(list.size(), 5)];
        if (slot - one.slot >= 60) continue;
        const int64_t more = std::max<int64_t>(static_cast<int64_t>(random() % 400) - 200, -one.amount);
        window.Adjust(one.slot, more);
        one.amount += more;
      }
      ASSERT_EQ(window.Used(slot), Sum(list, slot)) << "round " << round << ", step " << step;
      const int64_t later = slot + random() % 70;
      ASSERT_EQ(window.Used(later), Sum(list, later));
      const int64_t excess = 1 + random() % (Sum(list, slot) + 2);
      const int64_t free = window.FreeSlot(slot, excess);
      if (free == SlidingWindow::kNever) {
        ASSERT_GT(excess, Sum(list, slot));
      } else {
        ASSERT_LE(Sum(list, free), Sum(list, slot) - excess);
        ASSERT_GT(Sum(list, free - 1), Sum(list, slot) - excess);
      }
    }
  }
}

TEST(SlidingWindowTest, WhatLiesAheadOfAClockThatWasPutBackCounts) {
  SlidingWindow window{};
  window.Add(10'000, 5);
  EXPECT_EQ(window.Used(9'000), 5);
  const int64_t slot = window.Add(10'000 - 64, 7);  // its place belongs to the one ahead
  EXPECT_EQ(slot, 10'000);
  EXPECT_EQ(window.Used(9'000), 12);
  EXPECT_EQ(window.Used(10'060), 12);
  EXPECT_EQ(window.Used(10'061), 0);
  window.Adjust(slot, -7);
  EXPECT_EQ(window.Used(10'000), 5);
  EXPECT_EQ(window.FreeSlot(9'000, 5), 10'061);
}

// A word that nobody has written over must not look new when its number comes again.
TEST(SlidingWindowTest, OldWordsAreForgottenBeforeTheyLookNew) {
  SlidingWindow window{};
  window.Add(1'000'000, 9);
  for (int64_t slot = 1'000'001; slot < 1'000'000 + kRound + 100; slot += kRound / 8 + 1) {
    window.ForgetOld(slot);
    EXPECT_EQ(window.Used(slot), slot > 1'000'060 ? 0 : 9) << slot;
  }
  EXPECT_EQ(window.Used(1'000'000 + kRound), 0);
}

TEST(SlidingWindowTest, WhatASlotCannotHoldIsMoreThanAnyLimit) {
  SlidingWindow window{};
  EXPECT_EQ(window.Add(5, SlidingWindow::kMost), 5);
  EXPECT_EQ(window.Add(5, 1), -1);
  EXPECT_EQ(window.Used(5), INT64_MAX);
}

TEST(SlidingWindowTest, ThreadsLoseNothing) {
  SlidingWindow window{};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&window] {
      for (int i = 0; i < 20'000; ++i) {
        window.Add(i % 64, 3);
        if (i % 3 == 0) window.Adjust(i % 64, -1);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  int64_t sum = 0;
  for (int64_t slot = 0; slot < 64; slot += 61) sum += window.Used(slot + 60 < 64 ? slot + 60 : 63);
  EXPECT_GE(sum, 4 * (20'000 * 3 - 6'667) * 61 / 64);
}

TEST(PeriodTotalTest, APeriodBeginsAtNothing) {
  StateWord word{0};
  PeriodTotal total(&word);
  EXPECT_EQ(total.Add(20'000, 4, 5), 20'000);
  EXPECT_EQ(total.Add(20'000, 2, 5), -1);
  EXPECT_EQ(total.Used(20'000), 4);
  EXPECT_EQ(total.Used(20'001), 0);
  EXPECT_EQ(total.Used(19'999), 4) << "what lies ahead counts";
  EXPECT_EQ(total.Add(19'999, 1, 5), 20'000) << "and is added to";
  EXPECT_EQ(total.Add(20'001, 5, 5), 20'001);
  total.Adjust(20'000, 3);
  EXPECT_EQ(total.Used(20'001), 5) << "what is over is not settled";
  total.Adjust(20'001, -9);
  EXPECT_EQ(total.Used(20'001), 0);
}

}  // namespace
}  // namespace keyrule::evaluator
