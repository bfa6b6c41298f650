#include "evaluator/fork_gate.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>
#include <vector>

namespace keyrule::evaluator {
namespace {

// Runs `work` in a child; its exit code.
template <class Work>
int InAChild(const Work& work) {
  const pid_t child = fork();
  if (child == 0) {
    alarm(60);
    _exit(work());
  }
  int status = -1;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(ForkGate, ForkWaitsForThoseInside) {
  ForkGate::Install();
  std::atomic<bool> in{false};
  std::atomic<bool> out{false};
  std::thread thread([&] {
    const ForkGate::Pass pass;
    const ForkGate::Pass nested;
    in = true;
    usleep(200'000);
    out = true;
  });
  while (!in) std::this_thread::yield();
  EXPECT_EQ(InAChild([&] { return out ? 0 : 1; }), 0);
  thread.join();
}

// A mutex that threads hold and release all the time is free in every child.
TEST(ForkGate, AChildNeverInheritsALockedMutex) {
  ForkGate::Install();
  std::mutex mutex;
  std::atomic<bool> stop{false};
  std::atomic<uint64_t> turns{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      while (!stop) {
        const ForkGate::Lock lock(mutex);
        ++turns;
      }
    });
  }
  for (int i = 0; i < 100; ++i) {
    ASSERT_EQ(InAChild([&] {
                const ForkGate::Lock lock(mutex);
                return 0;
              }),
              0);
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_GT(turns, 100u);
}

TEST(ForkGate, WhoIsInsideMayFork) {
  ForkGate::Install();
  const ForkGate::Pass pass;
  EXPECT_EQ(InAChild([&] {
              const ForkGate::Pass again;
              return 0;
            }),
            0);
}

TEST(ForkGate, NobodyWaitsForEver) {
  ForkGate::Install();
  std::atomic<bool> in{false};
  std::atomic<bool> stop{false};
  std::thread stuck([&] {
    const ForkGate::Pass pass;
    in = true;
    while (!stop) usleep(1'000);
  });
  while (!in) std::this_thread::yield();
  EXPECT_EQ(InAChild([&] {
              const ForkGate::Pass pass;  // whoever was inside is not here
              return 0;
            }),
            0);
  stop = true;
  stuck.join();
  const ForkGate::Pass pass;
}

}  // namespace
}  // namespace keyrule::evaluator
