#include "plugin_api/snapshot_ref.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace keyrule::plugin_api {
namespace {

struct Content {
  explicit Content(int n, std::atomic<int>* l) : number(n), live(l) { ++*live; }
  ~Content() {
    number = -1;
    --*live;
  }
  int number;
  std::atomic<int>* live;
};

TEST(SnapshotRef, ContentLivesUntilItsLastReader) {
  std::atomic<int> live{0};
  SnapshotRef<Content> ref;
  ref.Publish(std::make_unique<Content>(1, &live));
  auto* first = ref.Acquire();
  ref.Publish(std::make_unique<Content>(2, &live));
  EXPECT_EQ(live, 2);
  EXPECT_EQ(first->content().number, 1);
  auto* second = ref.Acquire();
  EXPECT_EQ(second->content().number, 2);
  first->Release();
  EXPECT_EQ(live, 1);
  ref.Close();
  EXPECT_EQ(live, 1);
  second->Release();
  EXPECT_EQ(live, 0);
}

TEST(SnapshotRef, ReadersNeverMeetADeadContent) {
  std::atomic<int> live{0};
  SnapshotRef<Content> ref;
  ref.Publish(std::make_unique<Content>(0, &live));
  std::atomic<bool> stop{false};
  std::atomic<int> bad{0};
  std::atomic<uint64_t> reads{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < 4; ++i) {
    readers.emplace_back([&] {
      while (!stop) {
        auto* cell = ref.Acquire();
        if (cell->content().number < 0) ++bad;
        ++reads;
        cell->Release();
      }
    });
  }
  for (int i = 1; i <= 2000; ++i) ref.Publish(std::make_unique<Content>(i, &live));
  while (reads < 1000) std::this_thread::yield();
  stop = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(bad, 0);
  EXPECT_EQ(live, 1);
  EXPECT_LE(ref.CountCells(), 6u);  // current, next, and one for each reader
  ref.Close();
  EXPECT_EQ(live, 0);
}

TEST(SnapshotRef, CellsAreUsedAgainWhenTheyAreEmpty) {
  std::atomic<int> live{0};
  SnapshotRef<Content> ref;
  ref.Publish(std::make_unique<Content>(0, &live));
  auto* first = ref.Acquire();
  for (int i = 1; i < 1000; ++i) ref.Publish(std::make_unique<Content>(i, &live));
  EXPECT_EQ(first->content().number, 0);
  EXPECT_EQ(live, 2);
  EXPECT_EQ(ref.CountCells(), 3u);
  first->Release();
  auto* last = ref.Acquire();
  EXPECT_EQ(last->content().number, 999);
  for (int i = 1000; i < 2000; ++i) ref.Publish(std::make_unique<Content>(i, &live));
  EXPECT_EQ(last->content().number, 999);
  EXPECT_EQ(ref.CountCells(), 3u);
  last->Release();
  EXPECT_EQ(live, 1);
}

// The engine dies this way: the content owns what owns the SnapshotRef.
TEST(SnapshotRef, TheLastReleaseMayDestroyTheReference) {
  struct Owner;
  struct Link {
    std::shared_ptr<Owner> owner;
  };
  struct Owner {
    explicit Owner(bool* d) : dead(d) {}
    ~Owner() { *dead = true; }
    bool* dead;
    SnapshotRef<Link> ref;
  };
  bool dead = false;
  auto owner = std::make_shared<Owner>(&dead);
  owner->ref.Publish(std::make_unique<Link>(Link{owner}));
  auto* cell = owner->ref.Acquire();
  owner->ref.Close();
  owner.reset();
  EXPECT_FALSE(dead);
  cell->Release();
  EXPECT_TRUE(dead);
}

}  // namespace
}  // namespace keyrule::plugin_api
