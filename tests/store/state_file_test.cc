// STATE and PROCESSES: made, checked, replaced as a whole, and refused where the folder is not this user's alone.
#include "store/state_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "store/process_slot.h"
#include "tests/store/support.h"

namespace keyrule::store {
namespace {

namespace fs = std::filesystem;

constexpr size_t kSize = size_t{1} << 20;
constexpr size_t kReplacedAt = 64;
const std::string kFixed = "KEYRULET layout 1, boot 1";

StateFileShape Shape(const std::string& fixed = kFixed) { return {fixed, kSize, kReplacedAt}; }

class StateFileTest : public testing::Test {
 protected:
  std::unique_ptr<StateFile> Open(const std::string& fixed = kFixed) {
    auto opened = StateFile::Open(dir_, Shape(fixed));
    EXPECT_TRUE(opened.ok()) << opened.status().message();
    return opened.ok() ? *std::move(opened) : nullptr;
  }
  std::string Refusal() {
    const auto opened = StateFile::Open(dir_, Shape());
    return opened.ok() ? std::string() : opened.status().message();
  }
  static uint64_t WordAt(const StateFile& file, size_t offset) {
    uint64_t word;
    std::memcpy(&word, static_cast<const char*>(file.memory()) + offset, sizeof word);
    return word;
  }

  TempDir temp_;
  std::string dir_ = temp_.path() + "/state";
};

TEST_F(StateFileTest, IsMadeForItsOwnerAloneWithAllItsSpace) {
  const auto file = Open();
  struct stat info;
  ASSERT_EQ(stat(dir_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0700u);
  ASSERT_EQ(stat((dir_ + "/STATE").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0600u);
  EXPECT_EQ(info.st_size, static_cast<off_t>(kSize));
  EXPECT_GE(static_cast<size_t>(info.st_blocks) * 512, kSize) << "no holes";
  EXPECT_EQ(std::memcmp(file->memory(), kFixed.data(), kFixed.size()), 0);
  EXPECT_TRUE(file->IsInPlace());
}

TEST_F(StateFileTest, IsOneForAll) {
  const auto one = Open();
  const auto two = Open();
  static_cast<char*>(one->memory())[5000] = 'x';
  EXPECT_EQ(static_cast<char*>(two->memory())[5000], 'x');
  EXPECT_TRUE(one->IsSameAs(*two));
}

// Each byte of the fixed part: a file that differs in one is another boot's, another layout's, or damaged.
TEST_F(StateFileTest, AnyOtherBeginningIsReplacedAndThoseWhoMapItAreTold) {
  for (size_t i = 0; i < kFixed.size(); ++i) {
    const auto old = Open();
    static_cast<char*>(old->memory())[i] ^= 1;
    static_cast<char*>(old->memory())[5000] = 'x';
    const auto fresh = Open();
    EXPECT_FALSE(fresh->IsSameAs(*old)) << i;
    EXPECT_EQ(static_cast<char*>(fresh->memory())[5000], 0);
    EXPECT_EQ(WordAt(*old, kReplacedAt), 1u);
    EXPECT_EQ(WordAt(*fresh, kReplacedAt), 0u);
    EXPECT_FALSE(old->IsInPlace());
    EXPECT_FALSE(fs::exists(dir_ + "/STATE.new"));
  }
}

TEST_F(StateFileTest, AnotherBootBeginsAnew) {
  const auto before = Open("KEYRULET layout 1, boot 0");
  EXPECT_FALSE(Open()->IsSameAs(*before));
}

TEST_F(StateFileTest, AFileOfAnotherSizeModeOrKindIsReplaced) {
  const std::string path = dir_ + "/STATE";
  const auto is_replaced = [&](const char* what, const auto& spoil) {
    const auto before = Open();
    spoil();
    EXPECT_FALSE(before->IsInPlace() && Open()->IsSameAs(*before)) << what;
    EXPECT_TRUE(Open()->IsInPlace()) << what;
  };
  is_replaced("cut", [&] { EXPECT_EQ(truncate(path.c_str(), 4096), 0); });
  is_replaced("longer", [&] { EXPECT_EQ(truncate(path.c_str(), kSize + 1), 0); });
  is_replaced("removed", [&] { fs::remove(path); });
  is_replaced("a second name", [&] { fs::create_hard_link(path, dir_ + "/other"); });
  fs::remove(dir_ + "/other");
  is_replaced("a link", [&] {
    fs::rename(path, dir_ + "/elsewhere");
    fs::create_symlink(dir_ + "/elsewhere", path);
  });
  is_replaced("empty", [&] {
    fs::remove(path);
    std::ofstream(path).flush();
  });
  const auto before = Open();
  chmod(path.c_str(), 0644);
  EXPECT_FALSE(Open()->IsSameAs(*before)) << "others could have read it";
}

TEST_F(StateFileTest, AFolderThatIsNotPrivateIsRefusedWithItsMend) {
  fs::create_directory(dir_);
  chmod(dir_.c_str(), 0755);
  EXPECT_EQ(Refusal(), dir_ + ": the folder of the state is open to others; run `chmod 700 " + dir_ + "`");
  fs::remove(dir_);
  fs::create_directory(temp_.path() + "/real");
  chmod((temp_.path() + "/real").c_str(), 0700);
  fs::create_symlink(temp_.path() + "/real", dir_);
  EXPECT_EQ(Refusal(), dir_ + ": the folder of the state is a link; name the folder that it leads to");
  fs::remove(dir_);
  std::ofstream(dir_).flush();
  EXPECT_NE(Refusal().find("it is no folder"), std::string::npos);
  dir_ = temp_.path() + "/missing/state";
  EXPECT_NE(Refusal().find("it cannot be made"), std::string::npos);
}

TEST_F(StateFileTest, AnothersFolderIsRefused) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give a folder away";
  fs::create_directory(dir_);
  chmod(dir_.c_str(), 0700);
  ASSERT_EQ(chown(dir_.c_str(), 4711, 4711), 0);
  EXPECT_NE(Refusal().find("another user owns the folder"), std::string::npos);
}

TEST_F(StateFileTest, AFullDiskIsAnErrorAndNotASignalLater) {
  fs::create_directory(dir_);
  if (mount("tmpfs", dir_.c_str(), "tmpfs", 0, "size=256k,mode=0700") != 0) GTEST_SKIP() << "nothing can be mounted here";
  EXPECT_NE(Refusal().find("1 MiB cannot be reserved: No space left on device"), std::string::npos) << Refusal();
  EXPECT_FALSE(fs::exists(dir_ + "/STATE"));
  EXPECT_FALSE(fs::exists(dir_ + "/STATE.new"));
  umount(dir_.c_str());
}

// ---- PROCESSES

int ExitCode(pid_t child) {
  int status = -1;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_F(StateFileTest, ASlotIsFreeAgainWhenItsProcessIsKilled) {
  Open();
  ProcessSlot* slot = *ProcessSlot::Of(dir_, 4);
  const uint32_t mine = slot->Here();
  EXPECT_TRUE(slot->IsAlive(mine));
  EXPECT_EQ(*ProcessSlot::Of(dir_, 4), slot) << "one for the process: closing another would drop its lock";
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  if (child == 0) {
    const uint32_t own = slot->Here();  // the parent's lock is not inherited
    const char told = static_cast<char>(own);
    (void)!write(ready[1], &told, 1);
    pause();
  }
  char told = 0;
  ASSERT_EQ(read(ready[0], &told, 1), 1);
  EXPECT_NE(static_cast<uint32_t>(told), mine);
  EXPECT_TRUE(slot->IsAlive(static_cast<uint32_t>(told)));
  kill(child, SIGKILL);
  ExitCode(child);
  EXPECT_FALSE(slot->IsAlive(static_cast<uint32_t>(told)));
}

// A child that never looks at Keyrule must not keep its dead parent alive.
TEST_F(StateFileTest, AChildDoesNotKeepItsParentsSlot) {
  Open();
  ProcessSlot* slot = *ProcessSlot::Of(dir_, 4);
  const uint32_t mine = slot->Here();
  int pipe_to_us[2];
  ASSERT_EQ(pipe(pipe_to_us), 0);
  const pid_t parent = fork();
  if (parent == 0) {
    const auto own = static_cast<char>(slot->Here());
    if (fork() == 0) {
      usleep(300'000);
      _exit(0);
    }
    (void)!write(pipe_to_us[1], &own, 1);
    _exit(0);
  }
  ExitCode(parent);
  char own = 0;
  ASSERT_EQ(read(pipe_to_us[0], &own, 1), 1);
  EXPECT_NE(static_cast<uint32_t>(own), mine);
  EXPECT_FALSE(slot->IsAlive(static_cast<uint32_t>(own)));
}

TEST_F(StateFileTest, WhenAllSlotsAreTakenThatIsSaid) {
  Open();
  ProcessSlot* slot = *ProcessSlot::Of(dir_, 1);
  EXPECT_EQ(slot->Here(), 0u);
  const pid_t child = fork();
  if (child == 0) _exit(slot->Here() == 1 ? 0 : 1);  // none
  EXPECT_EQ(ExitCode(child), 0);
}

}  // namespace
}  // namespace keyrule::store
