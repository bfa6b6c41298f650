#include "plugin_api/decision_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>
#include <vector>

namespace keyrule::plugin_api {
namespace {

TEST(DecisionPool, GivesEachObjectOnceAndUsesThemAgain) {
  DecisionPool pool;
  std::set<keyrule_decision*> taken;
  for (int i = 0; i < 1000; ++i) taken.insert(pool.Take());
  EXPECT_EQ(taken.size(), 1000u);
  EXPECT_FALSE(taken.contains(nullptr));
  for (keyrule_decision* decision : taken) pool.Give(decision);
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(taken.contains(pool.Take()));
}

TEST(DecisionPool, TheLastGivenComesFirst) {
  DecisionPool pool;
  keyrule_decision* a = pool.Take();
  keyrule_decision* b = pool.Take();
  pool.Give(a);
  pool.Give(b);
  EXPECT_EQ(pool.Take(), b);
  EXPECT_EQ(pool.Take(), a);
}

TEST(DecisionPool, TwoThreadsNeverHoldTheSameObject) {
  DecisionPool pool;
  std::atomic<int> clashes{0};
  std::vector<std::thread> threads;
  for (uint32_t mark = 1; mark <= 4; ++mark) {
    threads.emplace_back([&pool, &clashes, mark] {
      for (int i = 0; i < 20'000; ++i) {
        keyrule_decision* x = pool.Take();
        keyrule_decision* y = pool.Take();
        if (x == y) ++clashes;
        // A plain field: the thread sanitizer sees it if two threads hold one object.
        x->payload_fork = mark;
        y->payload_fork = mark;
        if (x->payload_fork != mark || y->payload_fork != mark) ++clashes;
        pool.Give(x);
        pool.Give(y);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(clashes, 0);
}

}  // namespace
}  // namespace keyrule::plugin_api
