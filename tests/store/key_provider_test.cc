#include "store/key_provider.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "tests/store/support.h"

namespace keyrule::store {
namespace {

Code LoadCode(const std::string& path) {
  Result<Secret> key = LoadMasterKey(path);
  return key.ok() ? Code::kOk : key.status().code();
}

TEST(KeyProvider, CreatesOnceAndLoads) {
  const TempDir dir;
  const std::string path = dir / "master.key";
  ASSERT_TRUE(CreateMasterKey(path).ok());
  struct stat info;
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0400u);
  EXPECT_EQ(info.st_size, 86);
  const std::string before = ReadFile(path);
  EXPECT_TRUE(before.starts_with("keyrule master key 1\n"));

  Result<Secret> key = KeyFile(path).Load();
  ASSERT_TRUE(key.ok()) << key.status().message();
  EXPECT_EQ(ToHex(key->Expose()) + "\n", before.substr(21));

  const Status again = CreateMasterKey(path);
  EXPECT_EQ(again.code(), Code::kExists);
  EXPECT_EQ(again.message(),
            path + ": it exists already; nothing was changed; use it, or choose another path");
  EXPECT_EQ(ReadFile(path), before);

  ASSERT_TRUE(CreateMasterKey(dir / "other.key").ok());
  EXPECT_NE(ReadFile(dir / "other.key"), before);
}

TEST(KeyProvider, RefusesEveryModeThatLetsOthersIn) {
  const TempDir dir;
  const std::string path = dir / "master.key";
  ASSERT_TRUE(CreateMasterKey(path).ok());
  for (unsigned mode = 0400; mode <= 0777; ++mode) {
    ASSERT_EQ(chmod(path.c_str(), mode), 0);
    EXPECT_EQ(LoadCode(path), (mode & 077) != 0 ? Code::kKeyTooOpen : Code::kOk) << mode;
  }
  chmod(path.c_str(), 0644);
  EXPECT_EQ(LoadMasterKey(path).status().message(),
            path + ": others than its owner may use the master key (mode 0644); run `chmod 0400 " +
                path + "`, and change the key if strangers could read it");
}

TEST(KeyProvider, RefusesAStrangersFile) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  const TempDir dir;
  const std::string path = dir / "master.key";
  ASSERT_TRUE(CreateMasterKey(path).ok());
  ASSERT_EQ(chown(path.c_str(), 12345, 12345), 0);
  Result<Secret> key = LoadMasterKey(path);
  EXPECT_EQ(
      key.status().message(),
      path + ": the master key belongs to user 12345, not to this process or root; run `chown 0 " +
          path + "`");
  EXPECT_EQ(key.status().code(), Code::kKeyTooOpen);
}

TEST(KeyProvider, RefusesMissingAndMalformed) {
  const TempDir dir;
  const std::string path = dir / "master.key";
  EXPECT_EQ(LoadCode(path), Code::kKeyMissing);
  EXPECT_EQ(
      LoadMasterKey(path).status().message(),
      path +
          ": there is no master key file; give its path, or let `keyrule import` make one for a "
          "new store");
  ASSERT_TRUE(CreateMasterKey(path).ok());
  const std::string good = ReadFile(path);
  std::string upper = good;
  for (size_t i = 21; i < upper.size(); ++i) upper[i] = static_cast<char>(toupper(upper[i]));
  const bool has_letter = upper != good;
  const std::string bad[] = {"",
                             good.substr(0, 85),
                             good + "\n",
                             std::string(86, 'x'),
                             "keyrule master key 2\n" + good.substr(21),
                             good.substr(0, 84) + "g\n",
                             good.substr(0, 85) + " ",
                             has_letter ? upper : std::string(32, '\1')};
  ASSERT_EQ(chmod(path.c_str(), 0600), 0);
  for (const std::string& content : bad) {
    WriteFile(path, content);
    EXPECT_EQ(LoadCode(path), Code::kKeyMalformed) << content.size();
  }
  EXPECT_EQ(LoadCode(dir.path()), Code::kUnreadable);
  const std::string pipe = dir / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0400), 0);
  EXPECT_EQ(LoadCode(pipe), Code::kUnreadable);  // and does not hang
}

TEST(KeyProvider, NoMessageShowsTheKey) {
  const TempDir dir;
  const std::string path = dir / "master.key";
  ASSERT_TRUE(CreateMasterKey(path).ok());
  const std::string hex = ReadFile(path).substr(21, 64);
  chmod(path.c_str(), 0600);
  WriteFile(path, "keyrule master key 1\n" + hex + "x");
  EXPECT_EQ(LoadMasterKey(path).status().message().find(hex.substr(0, 8)), std::string::npos);
}

}  // namespace
}  // namespace keyrule::store
