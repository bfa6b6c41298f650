// Old generations go when nobody is on them, and not before.

#include "store/generation_lock.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <set>
#include <thread>

#include "tests/store/support.h"

namespace keyrule::store {
namespace {

namespace fs = std::filesystem;

std::set<std::string> Generations(const std::string& store) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(store + "/generations")) {
    names.insert(entry.path().filename());
  }
  return names;
}

uint64_t PublishAgain(Writer* writer) {
  static uint32_t round = 0;
  Metadata metadata = SampleMetadata("tenant-1", "openai", "alpha");
  metadata.weight = 1 + ++round % kMaxWeight;
  PutSample(writer, metadata);
  Result<Published> published = writer->Publish();
  EXPECT_TRUE(published.ok()) << published.status().message();
  return published->held;
}

using Names = std::set<std::string>;

TEST(GenerationLock, OnlyTheHeldOnesStay) {
  const TempDir dir;
  MakeSampleStore(dir / "s", TestKey());
  auto first = MustRead(dir / "s", TestKey());
  auto again = MustRead(dir / "s", TestKey());
  const auto writer = MustWrite(dir / "s", TestKey());
  EXPECT_EQ(PublishAgain(writer.get()), 1u);
  auto second = MustRead(dir / "s", TestKey());
  EXPECT_EQ(PublishAgain(writer.get()), 2u);
  EXPECT_EQ(PublishAgain(writer.get()), 2u);
  EXPECT_EQ(Generations(dir / "s"), (Names{"000001", "000002", "000004"}));
  first.reset();
  EXPECT_EQ(writer->Tidy(), 2u);
  EXPECT_TRUE(again->Verify().ok());
  again.reset();
  EXPECT_EQ(writer->Tidy(), 1u);
  EXPECT_EQ(Generations(dir / "s"), (Names{"000002", "000004"}));
  EXPECT_EQ(PublishAgain(writer.get()), 1u);
  EXPECT_TRUE(second->Verify().ok());
  second.reset();
  EXPECT_EQ(PublishAgain(writer.get()), 0u);
  EXPECT_EQ(Generations(dir / "s"), Names{"000006"});
}

// The child shares its parent's hold: neither the parent's end of reading nor anything but its own
// end gives it back, and kill -9 does.
TEST(GenerationLock, AChildHoldsWhatItInherited) {
  const TempDir dir;
  MakeSampleStore(dir / "s", TestKey());
  auto reader = MustRead(dir / "s", TestKey());
  const pid_t child = fork();
  if (child == 0) {
    pause();
    _exit(0);
  }
  const pid_t closes = fork();
  if (closes == 0) {  // its closing takes nothing from the others
    reader.reset();
    _exit(0);
  }
  int status = -1;
  ASSERT_EQ(waitpid(closes, &status, 0), closes);
  reader.reset();
  const auto writer = MustWrite(dir / "s", TestKey());
  EXPECT_EQ(PublishAgain(writer.get()), 1u);
  EXPECT_EQ(Generations(dir / "s"), (Names{"000001", "000002"}));
  kill(child, SIGKILL);
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(writer->Tidy(), 0u);
  EXPECT_EQ(Generations(dir / "s"), Names{"000002"});
}

TEST(GenerationLock, AProgramThatIsStartedInheritsNothing) {
  const TempDir dir;
  MakeSampleStore(dir / "s", TestKey());
  auto reader = MustRead(dir / "s", TestKey());
  const pid_t child = fork();
  if (child == 0) {
    execl("/bin/sleep", "sleep", "60", nullptr);
    _exit(127);
  }
  reader.reset();
  const auto writer = MustWrite(dir / "s", TestKey());
  uint64_t held = PublishAgain(writer.get());
  for (int i = 0; held != 0 && i < 500; ++i) {  // until the program has begun
    usleep(10'000);
    held = writer->Tidy();
  }
  EXPECT_EQ(held, 0u);
  kill(child, SIGKILL);
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
}

TEST(GenerationLock, HalfARemovalIsFinishedByTheNextWriter) {
  const TempDir dir;
  MakeSampleStore(dir / "s", TestKey());
  ASSERT_TRUE(fs::remove(dir / "s/generations/000001/CURRENT"));  // as a killed removal leaves it
  const Result<std::unique_ptr<Reader>> reader = Reader::Open(dir / "s", TestKey());
  EXPECT_EQ(reader.status().code(), Code::kDamaged);  // CURRENT still names it here
  const auto writer = MustWrite(dir / "s", TestKey());
  EXPECT_EQ(PublishAgain(writer.get()), 0u);
  EXPECT_EQ(Generations(dir / "s"), Names{"000002"});
  EXPECT_TRUE(MustRead(dir / "s", TestKey())->Verify().ok());
}

TEST(GenerationLock, WhatIsGoneIsNotFound) {
  const TempDir dir;
  fs::create_directory(dir / "g");
  {
    const Result<Fd> hold = HoldGeneration(dir / "g");
    ASSERT_TRUE(hold.ok());
    const Result<bool> removed = RemoveGeneration(dir / "g");
    ASSERT_TRUE(removed.ok());
    EXPECT_FALSE(*removed);
  }
  EXPECT_TRUE(*RemoveGeneration(dir / "g"));
  EXPECT_TRUE(*RemoveGeneration(dir / "g"));
  EXPECT_EQ(HoldGeneration(dir / "g").status().code(), Code::kNotFound);
}

// Between reading CURRENT and holding what it names, a quick writer removes it: readers look again.
TEST(GenerationLock, ReadersOpenWhileGenerationsComeAndGo) {
  const TempDir dir;
  MakeSampleStore(dir / "s", TestKey());
  const auto writer = MustWrite(dir / "s", TestKey());
  std::atomic<bool> stop{false};
  std::atomic<int> opened{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([&] {
      uint64_t newest = 0;
      while (!stop) {
        Result<std::unique_ptr<Reader>> reader = Reader::Open(dir / "s", TestKey());
        ASSERT_TRUE(reader.ok()) << reader.status().message();
        EXPECT_GE((*reader)->generation(), newest);
        newest = (*reader)->generation();
        EXPECT_EQ((*reader)->records(), 24u);
        ++opened;
      }
    });
  }
  for (int i = 0; i < 60; ++i) EXPECT_LE(PublishAgain(writer.get()), 2u);
  stop = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_GT(opened, 10);
  EXPECT_EQ(writer->Tidy(), 0u);
}

}  // namespace
}  // namespace keyrule::store
