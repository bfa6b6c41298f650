// SHARED: its bytes, what readers see of it, and that neither a killed writer nor a bad file harms
// them.

#include <fcntl.h>
#include <signal.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <filesystem>
#include <map>
#include <random>
#include <thread>

#include "store/shared_file.h"
#include "store/shared_layout.h"
#include "store/shared_table.h"
#include "store/shared_view.h"
#include "tests/store/support.h"

namespace keyrule::store {
namespace {

namespace fs = std::filesystem;

const StoreId kId = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

RevocationMark MarkOf(uint64_t n) {
  const Digest digest = Sha256({std::to_string(n)});
  RevocationMark mark;
  std::memcpy(&mark.first, digest.data(), 8);
  std::memcpy(&mark.second, digest.data() + 8, 8);
  mark.first |= 2;
  return mark;
}

std::unique_ptr<SharedTable> MustOpen(const std::string& dir) {
  Result<std::unique_ptr<SharedTable>> table = SharedTable::Open(dir, kId);
  EXPECT_TRUE(table.ok()) << table.status().message();
  return table.ok() ? *std::move(table) : nullptr;
}

std::unique_ptr<SharedView> MustMap(const std::string& dir) {
  Result<std::unique_ptr<SharedView>> view = SharedView::Map(dir, kId);
  EXPECT_TRUE(view.ok()) << view.status().message();
  return view.ok() ? *std::move(view) : nullptr;
}

const auto kNothingPends = [](const RevocationMark&) { return false; };

uint64_t Word(const std::string& bytes, size_t offset) {
  uint64_t word = 0;
  std::memcpy(&word, bytes.data() + offset, sizeof word);
  return word;
}

TEST(Shared, BytesAreAsDescribed) {
  const TempDir dir;
  const auto table = MustOpen(dir.path());
  table->SetGeneration(7);
  RevocationMark mark = MarkOf(1);
  ASSERT_TRUE(table->Revoke(mark, 3));
  const std::string bytes = ReadFile(dir / "SHARED");
  ASSERT_EQ(bytes.size(), 2'101'248u);
  EXPECT_EQ(bytes.substr(0, 8), "KEYRULES");
  EXPECT_EQ(Word(bytes, 8), uint64_t{0x01020304} << 32 | 1);
  EXPECT_EQ(Word(bytes, 16), bytes.size());
  EXPECT_EQ(bytes.substr(24, 16), AsText(kId));
  EXPECT_EQ(Word(bytes, 40), uint64_t{32} << 32 | 65536);
  EXPECT_EQ(Word(bytes, 64), 7u);
  EXPECT_EQ(Word(bytes, 128) & 0xfffff, 1u);
  const size_t slot = 4096 + mark.first % 65536 * 32;
  EXPECT_EQ(Word(bytes, slot), mark.first);
  EXPECT_EQ(Word(bytes, slot + 8), mark.second);
  EXPECT_EQ(Word(bytes, slot + 16), 3u);
  EXPECT_EQ(Word(bytes, slot + 24), 0u);
  EXPECT_EQ(fs::status(dir / "SHARED").permissions(), fs::perms::owner_read);
}

TEST(Shared, AViewSeesEachChange) {
  const TempDir dir;
  const auto table = MustOpen(dir.path());
  const auto view = MustMap(dir.path());
  EXPECT_EQ(view->Generation(), 0u);
  EXPECT_EQ(view->Revocations(), 0u);
  table->SetGeneration(1);
  EXPECT_EQ(view->Generation(), 1u);
  ASSERT_TRUE(table->Revoke(MarkOf(1), 5));
  const uint64_t first = view->Revocations();
  EXPECT_NE(first, 0u);
  EXPECT_TRUE(view->Revoked(MarkOf(1), 5));
  EXPECT_FALSE(view->Revoked(MarkOf(1), 6));  // added again since
  EXPECT_FALSE(view->Revoked(MarkOf(2), 1));
  ASSERT_TRUE(table->Revoke(MarkOf(1), kEveryVersion));
  EXPECT_TRUE(view->Revoked(MarkOf(1), 6));
  EXPECT_NE(view->Revocations(), first);
  EXPECT_EQ(table->entries(), 1u);
  ASSERT_TRUE(table->Revoke(MarkOf(1), 6));
  EXPECT_FALSE(view->Revoked(MarkOf(1), 7));
  RevocationMark twin = MarkOf(1);
  twin.second ^= 1;
  EXPECT_FALSE(view->Revoked(twin, 1));
  EXPECT_TRUE(table->Sync().ok());
}

TEST(Shared, EntriesGoWhenTheirGenerationIsTheOldest) {
  const TempDir dir;
  const auto table = MustOpen(dir.path());
  const auto view = MustMap(dir.path());
  ASSERT_TRUE(table->Revoke(MarkOf(1), 1));
  ASSERT_TRUE(table->Revoke(MarkOf(2), 1));
  table->Clear(100);  // both only pend
  EXPECT_EQ(table->entries(), 2u);
  table->MarkGone(5, [](const RevocationMark& mark) { return mark == MarkOf(2); });
  table->Clear(4);
  EXPECT_TRUE(view->Revoked(MarkOf(1), 1));
  table->Clear(5);
  EXPECT_FALSE(view->Revoked(MarkOf(1), 1));
  EXPECT_TRUE(view->Revoked(MarkOf(2), 1));
  EXPECT_EQ(table->entries(), 1u);
  table->MarkGone(6, kNothingPends);
  ASSERT_TRUE(table->Revoke(MarkOf(2), 9));  // revoked again: pends again
  table->Clear(6);
  EXPECT_TRUE(view->Revoked(MarkOf(2), 9));
  table->MarkGone(7, kNothingPends);
  table->Clear(7);
  EXPECT_EQ(view->Revocations(), 0u);
}

// Random changes beside a plain map that says what must hold.
TEST(Shared, AgreesWithAMapOverManyChanges) {
  const TempDir dir;
  auto table = MustOpen(dir.path());
  const auto view = MustMap(dir.path());
  std::mt19937_64 random(3);
  struct Expected {
    uint64_t up_to;
    uint64_t gone_in;
  };
  std::map<uint64_t, Expected> expected;
  uint64_t generation = 1;
  for (int round = 0; round < 60; ++round) {
    for (int i = 0; i < 1500; ++i) {
      const uint64_t n = random() % 40'000;
      const uint64_t up_to = random() % 10;
      ASSERT_TRUE(table->Revoke(MarkOf(n), up_to)) << table->entries();
      expected[n] = {up_to, 0};
    }
    ++generation;
    table->MarkGone(generation, kNothingPends);
    for (auto& [n, e] : expected) e.gone_in = e.gone_in == 0 ? generation : e.gone_in;
    const uint64_t oldest = generation - random() % 8;
    table->Clear(oldest);
    std::erase_if(expected, [oldest](const auto& item) { return item.second.gone_in <= oldest; });
    ASSERT_EQ(table->entries(), expected.size());
    if (round % 10 == 0) table = MustOpen(dir.path());
    for (int i = 0; i < 500; ++i) {
      const uint64_t n = random() % 40'000;
      const uint64_t version = random() % 10;
      const auto found = expected.find(n);
      ASSERT_EQ(view->Revoked(MarkOf(n), version),
                found != expected.end() && version <= found->second.up_to);
    }
  }
  table->Clear(generation);
  EXPECT_EQ(view->Revocations(), 0u);
  const std::string bytes = ReadFile(dir / "SHARED");
  for (size_t slot = 4096; slot < bytes.size(); slot += 32) ASSERT_EQ(Word(bytes, slot), 0u);
}

TEST(Shared, AFullTableSaysSoAndKeepsWhatItHas) {
  const TempDir dir;
  const auto table = MustOpen(dir.path());
  const auto view = MustMap(dir.path());
  uint64_t n = 0;
  while (table->Revoke(MarkOf(n), 1)) ++n;
  EXPECT_GT(n, 40'000u);
  for (uint64_t i = 0; i < n; ++i) ASSERT_TRUE(view->Revoked(MarkOf(i), 1));
  EXPECT_FALSE(view->Revoked(MarkOf(n), 1));
  EXPECT_EQ(table->entries(), n);
  ASSERT_TRUE(table->Revoke(MarkOf(0), 2));  // what is there can always be changed
}

// All want the same slot, so that each is given to another credential again and again.
RevocationMark CrowdedMark(uint64_t n) { return {(n + 1) << 16 | 0xfff0, MarkOf(n).second}; }

TEST(Shared, ReadersNeverSeeHalfAnEntry) {
  const TempDir dir;
  const auto table = MustOpen(dir.path());
  constexpr uint64_t kAlways = 20;  // revoked all the time
  constexpr uint64_t kNow = 50;     // come and go
  std::vector<RevocationMark> marks;
  for (uint64_t n = 0; n < kAlways + 2 * kNow; ++n) marks.push_back(CrowdedMark(n));
  for (uint64_t n = 0; n < kAlways; ++n) ASSERT_TRUE(table->Revoke(marks[n], 1000 + n));
  std::atomic<bool> stop{false};
  std::atomic<int> wrong{0};
  std::atomic<uint64_t> looks{0};
  std::atomic<uint64_t> met{0};
  std::vector<std::thread> readers;
  for (int t = 0; t < 3; ++t) {
    readers.emplace_back([&, t] {
      const auto view = MustMap(dir.path());
      std::mt19937_64 random(static_cast<uint64_t>(t));
      while (!stop) {
        const uint64_t n = random() % kAlways;
        if (view->Revocations() == 0 || !view->Revoked(marks[n], 1000 + n)) ++wrong;
        if (view->Revoked(marks[n], 1001 + n)) ++wrong;  // another entry's bound
        const uint64_t other = kAlways + random() % (2 * kNow);
        if (view->Revoked(marks[other], 1000 + other)) ++met;
        if (view->Revoked(marks[other], 1001 + other)) ++wrong;
        ++looks;
      }
    });
  }
  std::mt19937_64 random(9);
  for (uint64_t round = 1; round < 400 || looks < 3000; ++round) {
    for (uint64_t i = 0; i < kNow; ++i) {
      const uint64_t n = kAlways + random() % (2 * kNow);
      ASSERT_TRUE(table->Revoke(marks[n], 1000 + n));
    }
    table->MarkGone(round, [](const RevocationMark& mark) { return mark.first >> 16 <= kAlways; });
    table->Clear(round);
  }
  stop = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_GT(met, 0u);
}

// Killed between any two stores, a writer leaves entries that are whole, and the next one counts.
TEST(Shared, AKilledWriterLeavesAValidTable) {
  const TempDir dir;
  MustOpen(dir.path());
  std::mt19937_64 random(5);
  for (int round = 0; round < 60; ++round) {
    const pid_t child = fork();
    if (child == 0) {
      Result<std::unique_ptr<SharedTable>> table = SharedTable::Open(dir.path(), kId);
      for (uint64_t i = 1;; ++i) {
        (*table)->SetGeneration(i);
        for (uint64_t n = 0; n < 50; ++n) (void)(*table)->Revoke(MarkOf(n), 1000 + n);
        (*table)->MarkGone(i, kNothingPends);
        (*table)->Clear(i);
      }
    }
    usleep(static_cast<useconds_t>(random() % 8000));
    kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    const auto view = MustMap(dir.path());
    const auto table = MustOpen(dir.path());
    uint64_t found = 0;
    for (uint64_t n = 0; n < 50; ++n) {
      found += view->Revoked(MarkOf(n), 1000 + n);
      EXPECT_FALSE(view->Revoked(MarkOf(n), 1001 + n));
    }
    EXPECT_EQ(table->entries(), found);
    EXPECT_EQ(view->Revocations() != 0, found != 0);
  }
}

TEST(Shared, AReplacedFileIsSeenByWhoeverMapsTheOldOne) {
  const TempDir dir;
  MustOpen(dir.path())->SetGeneration(3);
  const auto view = MustMap(dir.path());
  EXPECT_TRUE(view->IsInPlace());
  const StoreId other = {9};
  ASSERT_TRUE(SharedTable::Open(dir.path(), other).ok());  // another store's writer
  EXPECT_NE(view->Generation(), 3u);
  EXPECT_FALSE(view->IsInPlace());
  EXPECT_EQ(SharedView::Map(dir.path(), kId).status().code(), Code::kDamaged);
  MustOpen(dir.path());
  EXPECT_EQ(MustMap(dir.path())->Generation(), 0u);
  fs::remove(dir / "SHARED");
  EXPECT_EQ(SharedView::Map(dir.path(), kId).status().code(), Code::kNotFound);
}

void SetMode(const std::string& path, mode_t mode) { ASSERT_EQ(chmod(path.c_str(), mode), 0); }

TEST(Shared, ABadFileIsSaidAndReplaced) {
  const TempDir dir;
  MustOpen(dir.path());
  const std::string good = ReadFile(dir / "SHARED");
  const auto with = [&good](size_t offset, char byte) {
    std::string bytes = good;
    bytes[offset] = byte;
    return bytes;
  };
  const struct {
    std::string bytes;
    Code code;
  } cases[] = {
      {"", Code::kDamaged},
      {good.substr(0, 63), Code::kDamaged},
      {good.substr(0, 4096), Code::kDamaged},
      {good.substr(0, good.size() - 1), Code::kDamaged},
      {good + "x", Code::kDamaged},
      {with(0, 'k'), Code::kDamaged},
      {with(8, 2), Code::kNewerFormat},
      {with(12, 1), Code::kDamaged},  // the other order of bytes
      {with(16, 1), Code::kDamaged},
      {with(24, 0), Code::kDamaged},
      {with(41, 1), Code::kDamaged},
      {with(44, 33), Code::kDamaged},
      {std::string(good.size(), '\xff'), Code::kDamaged},
  };
  for (const auto& bad : cases) {
    fs::remove(dir / "SHARED");
    WriteFile(dir / "SHARED", bad.bytes);
    EXPECT_EQ(SharedView::Map(dir.path(), kId).status().code(), bad.code) << bad.bytes.size();
    EXPECT_NE(MustOpen(dir.path()), nullptr);
    EXPECT_EQ(ReadFile(dir / "SHARED"), good);
  }
  fs::remove(dir / "SHARED");
  WriteFile(dir / "elsewhere", "precious");
  fs::create_symlink(dir / "elsewhere", dir / "SHARED");
  EXPECT_FALSE(SharedView::Map(dir.path(), kId).ok());
  MustOpen(dir.path());
  EXPECT_EQ(ReadFile(dir / "elsewhere"), "precious");
  EXPECT_EQ(ReadFile(dir / "SHARED"), good);
}

// Whatever stands in the words that change is a hint: nothing hangs on it, nothing crashes.
TEST(Shared, NonsenseInTheTableIsOnlyNonsense) {
  const TempDir dir;
  const auto table = MustOpen(dir.path());
  SetMode(dir / "SHARED", 0600);
  std::string bytes = ReadFile(dir / "SHARED");
  std::mt19937_64 random(8);
  for (size_t at = 64; at < bytes.size(); ++at) bytes[at] = static_cast<char>(random());
  const int fd = open((dir / "SHARED").c_str(), O_WRONLY | O_CLOEXEC);
  ASSERT_EQ(pwrite(fd, bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
  close(fd);
  const auto view = MustMap(dir.path());
  for (uint64_t n = 0; n < 1000; ++n) EXPECT_FALSE(view->Revoked(MarkOf(n), 1));
  EXPECT_FALSE(table->Revoke(MarkOf(1), 1));  // all of it is taken
  table->MarkGone(1, kNothingPends);
  table->Clear(UINT64_MAX);
  EXPECT_EQ(MustOpen(dir.path())->entries(), 0u);
  EXPECT_TRUE(table->Revoke(MarkOf(1), 1));
  EXPECT_TRUE(view->Revoked(MarkOf(1), 1));
}

TEST(Shared, TheWriterTellsReaders) {
  const TempDir dir;
  MakeSampleStore(dir / "s", TestKey());
  const auto reader = MustRead(dir / "s", TestKey());
  ASSERT_NE(reader->shared(), nullptr) << reader->shared_status().message();
  EXPECT_EQ(reader->shared()->Generation(), 1u);
  EXPECT_FALSE(reader->LooksOutdated());
  const auto writer = MustWrite(dir / "s", TestKey());
  PutSample(writer.get(), SampleMetadata("tenant-1", "openai", "new"));
  const Result<Published> published = writer->Publish();
  ASSERT_TRUE(published.ok());
  EXPECT_EQ(published->warning, "");
  EXPECT_EQ(reader->shared()->Generation(), 2u);
  EXPECT_TRUE(reader->LooksOutdated());
  EXPECT_FALSE(MustRead(dir / "s", TestKey())->LooksOutdated());
}

TEST(Shared, ReadersDoWithoutIt) {
  const TempDir dir;
  MakeSampleStore(dir / "s", TestKey());
  fs::remove(dir / "s/SHARED");
  const auto reader = MustRead(dir / "s", TestKey());
  EXPECT_EQ(reader->shared(), nullptr);
  EXPECT_EQ(reader->shared_status().message(),
            (dir / "s/SHARED") + ": the file is missing; the next writer makes it");
  EXPECT_FALSE(reader->LooksOutdated());
  {
    const auto writer = MustWrite(dir / "s", TestKey());
    PutSample(writer.get(), SampleMetadata("tenant-1", "openai", "new"));
    ASSERT_TRUE(writer->Publish().ok());
  }
  EXPECT_TRUE(reader->LooksOutdated());
  const auto next = MustRead(dir / "s", TestKey());
  ASSERT_NE(next->shared(), nullptr);
  EXPECT_EQ(next->shared()->Generation(), 2u);
  SetMode(dir / "s/SHARED", 0600);
  fs::resize_file(dir / "s/SHARED", 0);  // nobody may touch the mapping now
  EXPECT_TRUE(next->LooksOutdated());
  EXPECT_EQ(MustRead(dir / "s", TestKey())->shared(), nullptr);
  MustWrite(dir / "s", TestKey());
  EXPECT_EQ(MustRead(dir / "s", TestKey())->shared()->Generation(), 2u);
}

// A writer that was killed after CURRENT and before SHARED.
TEST(Shared, TheNextWriterTellsWhatTheLastCouldNot) {
  const TempDir dir;
  MakeSampleStore(dir / "s", TestKey());
  const auto reader = MustRead(dir / "s", TestKey());
  const std::string before = ReadFile(dir / "s/SHARED");
  {
    const auto writer = MustWrite(dir / "s", TestKey());
    PutSample(writer.get(), SampleMetadata("tenant-1", "openai", "new"));
    ASSERT_TRUE(writer->Publish().ok());
  }
  SetMode(dir / "s/SHARED", 0600);
  const int fd = open((dir / "s/SHARED").c_str(), O_WRONLY | O_CLOEXEC);
  ASSERT_EQ(pwrite(fd, before.data(), before.size(), 0), static_cast<ssize_t>(before.size()));
  close(fd);
  EXPECT_EQ(reader->shared()->Generation(), 1u);
  EXPECT_TRUE(reader->LooksOutdated());  // seen by now and then
  MustWrite(dir / "s", TestKey());
  EXPECT_EQ(reader->shared()->Generation(), 2u);
}

// In a child: opens and reads everything where nothing can be written. Its exit code.
int ReadWhereNothingCanBeWritten(const std::string& store) {
  if (open((store + "/probe").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600) >= 0) return 10;
  if (open((store + "/SHARED").c_str(), O_WRONLY | O_CLOEXEC) >= 0) return 11;
  const Result<std::unique_ptr<Reader>> reader = Reader::Open(store, TestKey());
  if (!reader.ok()) return 12;
  if ((*reader)->shared() == nullptr || (*reader)->shared()->Generation() != 1) return 13;
  return (*reader)->Verify().ok() ? 0 : 14;
}

int InAChild(const std::function<int()>& work) {
  const pid_t child = fork();
  if (child == 0) _exit(work());
  int status = -1;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(Shared, AReaderNeedsNoRightToWrite) {
  const TempDir dir;
  const std::string store = dir / "s";
  MakeSampleStore(store, TestKey());
  if (geteuid() == 0) {  // modes do not bind root: a mount does, and so does being somebody else
    EXPECT_EQ(InAChild([&] {
                if (unshare(CLONE_NEWNS) != 0) return 20;
                // Impossible where the root is no mount of its own (chroot): then others see ours for a moment.
                const bool alone = mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
                const char* place = store.c_str();
                if (mount(place, place, nullptr, MS_BIND, nullptr) != 0) return 22;
                if (mount(place, place, nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY, nullptr) != 0) {
                  return 23;
                }
                const int code = ReadWhereNothingCanBeWritten(store);
                return !alone && umount2(place, MNT_DETACH) != 0 ? 24 : code;
              }),
              0);
  }
  const auto readable = [](const fs::path& path) {
    fs::permissions(path, fs::is_directory(path) ? fs::perms(0555) : fs::perms(0444));
  };
  for (const auto& entry : fs::recursive_directory_iterator(store)) readable(entry.path());
  readable(store);
  fs::permissions(dir.path(), fs::perms(0755));
  EXPECT_EQ(InAChild([&] {
              if (geteuid() == 0 && setuid(65534) != 0) return 20;
              return ReadWhereNothingCanBeWritten(store);
            }),
            0);
  fs::permissions(store, fs::perms(0700));
  for (const auto& entry : fs::recursive_directory_iterator(store)) {
    fs::permissions(entry.path(), fs::perms(0700));
  }
}

}  // namespace
}  // namespace keyrule::store
