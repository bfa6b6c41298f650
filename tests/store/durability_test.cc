// What must be on disk before something else is: seen by standing before the system's own calls,
// RocksDB's included. An executable of its own, because it replaces them.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/store/support.h"

namespace {

// "sync PATH" and "rename FROM TO" in their order.
std::vector<std::string>* events = nullptr;
int failing_locks = 0;  // an errno: what flock() fails with

std::string PathOf(int fd) {
  char path[4096];
  const ssize_t size =
      readlink(("/proc/self/fd/" + std::to_string(fd)).c_str(), path, sizeof path);
  return size > 0 ? std::string(path, static_cast<size_t>(size)) : std::string();
}

int Sync(int fd, long call) {
  if (events != nullptr) events->push_back("sync " + PathOf(fd));
  return static_cast<int>(syscall(call, fd));
}

}  // namespace

extern "C" {
__attribute__((visibility("default"))) int fsync(int fd) { return Sync(fd, SYS_fsync); }
__attribute__((visibility("default"))) int fdatasync(int fd) { return Sync(fd, SYS_fdatasync); }
__attribute__((visibility("default"))) int rename(const char* from, const char* to) noexcept {
  if (events != nullptr) events->push_back("rename " + std::string(from) + " " + to);
  return static_cast<int>(syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0));
}
__attribute__((visibility("default"))) int flock(int fd, int operation) noexcept {
  if (failing_locks != 0) {
    errno = failing_locks;
    return -1;
  }
  return static_cast<int>(syscall(SYS_flock, fd, operation));
}
}

namespace keyrule::store {
namespace {

namespace fs = std::filesystem;

class Events {
 public:
  Events() { events = &seen_; }
  ~Events() { events = nullptr; }
  // Where it stands; the number of all where it does not.
  size_t Find(const std::string& event) const {
    return static_cast<size_t>(std::find(seen_.begin(), seen_.end(), event) - seen_.begin());
  }
  size_t FindAfter(size_t begin, const std::string& event) const {
    if (begin >= seen_.size()) return seen_.size();
    return static_cast<size_t>(
        std::find(seen_.begin() + static_cast<std::ptrdiff_t>(begin), seen_.end(), event) -
        seen_.begin());
  }
  size_t size() const { return seen_.size(); }

 private:
  std::vector<std::string> seen_;
};

// Whatever CURRENT names is on disk before CURRENT names it, directories included; and so is CURRENT
// itself before the publication is reported.
TEST(Durability, EverythingIsSyncedBeforeCurrentNamesIt) {
  const TempDir dir;
  MakeSampleStore(dir / "s", TestKey());
  const auto writer = MustWrite(dir / "s", TestKey());
  const Events seen;
  PutSample(writer.get(), SampleMetadata("tenant-1", "openai", "new"));
  ASSERT_TRUE(writer->Publish().ok());
  const std::string store = dir / "s";
  const std::string made = store + "/generations/000002";
  const size_t named = seen.Find("rename " + made + ".tmp " + made);
  const size_t swap =
      seen.FindAfter(named, "rename " + store + "/CURRENT.new " + store + "/CURRENT");
  ASSERT_LT(swap, seen.size());
  EXPECT_LT(seen.FindAfter(named, "sync " + store + "/CURRENT.new"), swap);
  EXPECT_LT(seen.FindAfter(swap, "sync " + store), seen.size());
  EXPECT_LT(seen.FindAfter(named, "sync " + made), swap);
  EXPECT_LT(seen.FindAfter(named, "sync " + store + "/generations"), swap);
  int files = 0;
  for (const auto& entry : fs::directory_iterator(made)) {
    ++files;
    EXPECT_LT(seen.FindAfter(named, "sync " + entry.path().string()), swap);
  }
  EXPECT_GE(files, 4);  // CURRENT, MANIFEST, OPTIONS and a table
}

// A commit is a table; it is whole on disk before WRITTEN asks for it.
TEST(Durability, ACommitIsSyncedBeforeWrittenSaysSo) {
  const TempDir dir;
  const auto writer = MustWrite(dir / "s", TestKey());
  const Events seen;
  PutSample(writer.get(), SampleMetadata("tenant-1", "openai", "new"));
  ASSERT_TRUE(writer->Commit().ok());
  const std::string store = dir / "s";
  const size_t said = seen.Find("rename " + store + "/WRITTEN.new " + store + "/WRITTEN");
  ASSERT_LT(said, seen.size());
  EXPECT_LT(seen.Find("sync " + store + "/WRITTEN.new"), said);
  EXPECT_LT(seen.FindAfter(said, "sync " + store), seen.size());
  for (const auto& entry : fs::directory_iterator(store + "/writer")) {
    const std::string path = entry.path();
    if (path.ends_with(".sst")) {
      EXPECT_LT(seen.Find("sync " + path), said) << path;
    }
  }
}

// As on a network file system.
TEST(Durability, AFileSystemWithoutLocksIsSaid) {
  const TempDir dir;
  MakeSampleStore(dir / "s", TestKey());
  failing_locks = ENOLCK;
  const Status reading = Reader::Open(dir / "s", TestKey()).status();
  const Status writing = Writer::Open(dir / "s", TestKey()).status();
  failing_locks = 0;
  EXPECT_EQ(reading.code(), Code::kIo);
  EXPECT_EQ(reading.message(), (dir / "s/generations/000001") +
                                   ": it cannot be locked: No locks available; keep the store on a "
                                   "local file system");
  EXPECT_EQ(writing.code(), Code::kIo);
  EXPECT_TRUE(writing.message().ends_with("keep the store on a local file system"));
}

}  // namespace
}  // namespace keyrule::store
