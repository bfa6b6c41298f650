// The sum beside a token window is always what the window adds up to.
#include "evaluator/token_tally.h"

#include <gtest/gtest.h>

#include <random>
#include <thread>
#include <vector>

namespace keyrule::evaluator {
namespace {

constexpr int64_t kNow = 1'767'614'400'000;

TEST(TokenTallyTest, IsTheWindowsSumWhateverHappens) {
  std::mt19937_64 random(17);
  TokenWindow window;
  std::atomic<uint64_t> word{0};
  TokenTally tally(&window, &word);
  std::vector<int64_t> slots;
  int64_t now = kNow;
  for (int i = 0; i < 100'000; ++i) {
    const auto step = static_cast<int64_t>(random() % 3'000);
    if (random() % 4 == 0) now += random() % 5 == 0 ? -4 * step : 2 * step;  // a clock that is put back, too
    if (random() % 1'000 == 0) now += 70'000;
    switch (random() % 4) {
      case 0:
        slots.push_back(tally.Charge(static_cast<int64_t>(random() % 3) * 100, now));
        break;
      case 1:
        if (!slots.empty()) tally.Adjust(slots[random() % slots.size()], static_cast<int64_t>(random() % 400) - 200);
        if (random() % 5'000 == 0 && !slots.empty()) tally.Adjust(slots.back(), SlidingWindow::kMost);
        break;
      default: ASSERT_EQ(tally.Used(now), window.Used(now)) << i;
    }
    if (slots.size() > 40) slots.erase(slots.begin());
  }
}

// The sum is used, and is not added up anew each time: a change of the window behind its back is not seen in that second.
TEST(TokenTallyTest, IsAddedUpOncePerSecond) {
  TokenWindow window;
  std::atomic<uint64_t> word{0};
  TokenTally tally(&window, &word);
  const int64_t slot = tally.Charge(100, kNow);
  EXPECT_EQ(tally.Used(kNow), 100);
  tally.Adjust(slot, 20);
  window.Adjust(slot, 1'000);
  EXPECT_EQ(tally.Used(kNow + 999), 120);
  EXPECT_EQ(tally.Used(kNow + 1'000), 1'120);
}

TEST(TokenTallyTest, ThreadsLoseNothing) {
  constexpr int kThreads = 4;
  constexpr int kRounds = 20'000;
  for (int again = 0; again < 5; ++again) {
    TokenWindow window;
    std::atomic<uint64_t> word{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&] {
        TokenTally tally(&window, &word);
        for (int i = 0; i < kRounds; ++i) {
          const int64_t slot = tally.Charge(10, kNow);
          (void)tally.Used(kNow);
          tally.Adjust(slot, -7);
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(window.Used(kNow), 3 * kThreads * kRounds);
    EXPECT_EQ(TokenTally(&window, &word).Used(kNow), 3 * kThreads * kRounds);
  }
}

}  // namespace
}  // namespace keyrule::evaluator
