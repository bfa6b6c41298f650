#include "store/confirm.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <memory>

#include "tests/store/support.h"

namespace keyrule::store {
namespace {

std::chrono::system_clock::time_point At(int64_t unix_ms) {
  return std::chrono::system_clock::time_point(std::chrono::milliseconds(unix_ms));
}

TEST(Confirm, ReadersSeeTheMomentAtOnce) {
  const TempDir dir;
  MakeSampleStore(dir / "store", TestKey(), 1);
  const std::unique_ptr<Reader> reader = MustRead(dir / "store", TestKey());
  ASSERT_NE(reader->shared(), nullptr);
  EXPECT_EQ(reader->shared()->ConfirmedMs(), 0);
  ASSERT_TRUE(ConfirmSource(dir / "store", At(1'790'000'000'123)).ok());
  EXPECT_EQ(reader->shared()->ConfirmedMs(), 1'790'000'000'123);
  EXPECT_EQ(reader->shared()->Generation(), reader->generation()) << "nothing else has changed";
}

// The writer does not need to be there, and the key does not either.
TEST(Confirm, AMissingSharedIsMadeAgainWithItsGeneration) {
  const TempDir dir;
  MakeSampleStore(dir / "store", TestKey(), 1);
  std::filesystem::remove(dir / "store/SHARED");
  ASSERT_TRUE(ConfirmSource(dir / "store", At(5)).ok());
  const std::unique_ptr<Reader> reader = MustRead(dir / "store", TestKey());
  ASSERT_NE(reader->shared(), nullptr);
  EXPECT_EQ(reader->shared()->ConfirmedMs(), 5);
  EXPECT_EQ(reader->shared()->Generation(), reader->generation());
}

TEST(Confirm, APublicationKeepsIt) {
  const TempDir dir;
  MakeSampleStore(dir / "store", TestKey(), 1);
  ASSERT_TRUE(ConfirmSource(dir / "store", At(7)).ok());
  const std::unique_ptr<Writer> writer = MustWrite(dir / "store", TestKey());
  PutSample(writer.get(), SampleMetadata("tenant-0", "openai", "new"));
  ASSERT_TRUE(writer->Publish().ok());
  const std::unique_ptr<Reader> reader = MustRead(dir / "store", TestKey());
  EXPECT_EQ(reader->shared()->ConfirmedMs(), 7);
}

TEST(Confirm, WhatIsNoStoreStaysUntouched) {
  const TempDir dir;
  EXPECT_EQ(ConfirmSource(dir.path(), At(7)).code(), Code::kNotFound);
  EXPECT_TRUE(AllFiles(dir.path()).empty());
}

}  // namespace
}  // namespace keyrule::store
