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
  EXPECT_EQ(key.status().code(), Code::kKeyForeign);
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
  ASSERT_EQ(chmod(path.c_str(), 0600), 0);
  for (size_t size = 0; size < good.size(); ++size) {
    WriteFile(path, good.substr(0, size));
    EXPECT_EQ(LoadCode(path), Code::kKeyTruncated) << size;
  }
  EXPECT_EQ(LoadMasterKey(path).status().message(),
            path +
                ": the master key is cut off after 85 of 86 bytes; a master key is the line "
                "`keyrule master key 1` and a line of 64 lower-case hex digits; restore it from "
                "your backup");
  const std::string bad[] = {good + "\n",
                             good + good,
                             std::string(86, 'x'),
                             "keyrule master key 2\n" + good.substr(21),
                             good.substr(0, 84) + "g\n",
                             good.substr(0, 85) + " ",
                             good.substr(21),
                             "\xef\xbb\xbf" + good,
                             good.substr(0, 20) + "\r\n" + good.substr(21, 64) + "\r\n",
                             has_letter ? upper : std::string(32, '\1')};
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
  for (const std::string& content : {hex + "x", hex.substr(0, 63), "x" + hex}) {
    WriteFile(path, "keyrule master key 1\n" + content);
    const Status status = LoadMasterKey(path).status();
    EXPECT_FALSE(status.ok());
    EXPECT_EQ(status.message().find(hex.substr(1, 7)), std::string::npos);
  }
}

// What systemd passes, in a directory as it makes it.
class Systemd : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(mkdir(directory_.c_str(), 0700), 0);
    ASSERT_TRUE(CreateMasterKey(directory_ + "/keyrule.key").ok());
    setenv("CREDENTIALS_DIRECTORY", directory_.c_str(), 1);
  }
  void TearDown() override { unsetenv("CREDENTIALS_DIRECTORY"); }

  static Code Load() {
    Result<Secret> key = SystemdCredential("keyrule.key").Load();
    return key.ok() ? Code::kOk : key.status().code();
  }

  const TempDir dir_;
  const std::string directory_ = dir_ / "credentials";
};

TEST_F(Systemd, LoadsWhatAServiceGets) {
  Result<Secret> key = SystemdCredential("keyrule.key").Load();
  ASSERT_TRUE(key.ok()) << key.status().message();
  EXPECT_EQ(ToHex(key->Expose()), ReadFile(directory_ + "/keyrule.key").substr(21, 64));
  EXPECT_EQ(SystemdCredential("keyrule.key").name(), "systemd:keyrule.key");
}

TEST_F(Systemd, TheGroupsRightToReadIsAnAccessListsMask) {
  for (unsigned mode = 0400; mode <= 0777; ++mode) {
    ASSERT_EQ(chmod((directory_ + "/keyrule.key").c_str(), mode), 0);
    EXPECT_EQ(Load(), (mode & 037) != 0 ? Code::kKeyTooOpen : Code::kOk) << mode;
  }
  chmod((directory_ + "/keyrule.key").c_str(), 0440);
  for (const mode_t mode : {0500, 0550, 0700}) {
    ASSERT_EQ(chmod(directory_.c_str(), mode), 0);
    EXPECT_EQ(Load(), Code::kOk) << mode;
  }
  for (const mode_t mode : {0501, 0554, 0755, 0777}) {
    ASSERT_EQ(chmod(directory_.c_str(), mode), 0);
    EXPECT_EQ(Load(), Code::kKeyTooOpen) << mode;
  }
}

TEST_F(Systemd, RefusesAStrangers) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  ASSERT_EQ(chown((directory_ + "/keyrule.key").c_str(), 12345, 12345), 0);
  EXPECT_EQ(Load(), Code::kKeyForeign);
  ASSERT_EQ(chown((directory_ + "/keyrule.key").c_str(), 0, 0), 0);
  EXPECT_EQ(Load(), Code::kOk);
  ASSERT_EQ(chown(directory_.c_str(), 12345, 12345), 0);
  EXPECT_EQ(Load(), Code::kKeyForeign);
}

TEST_F(Systemd, SaysWhatTheUnitLacks) {
  EXPECT_EQ(SystemdCredential("other").Load().status().message(),
            directory_ +
                "/other: there is no master key file; write `LoadCredentialEncrypted=other:FILE` "
                "or `LoadCredential=other:FILE` into the [Service] section of the unit");
  setenv("CREDENTIALS_DIRECTORY", (dir_ / "none").c_str(), 1);
  EXPECT_EQ(Load(), Code::kKeyMissing);
  unsetenv("CREDENTIALS_DIRECTORY");
  const Status status = SystemdCredential("keyrule.key").Load().status();
  EXPECT_EQ(status.code(), Code::kKeyMissing);
  EXPECT_TRUE(status.message().starts_with(
      "systemd:keyrule.key: systemd passed no credentials to this process; write `LoadCred"))
      << status.message();
}

TEST(KeyVariable, LoadsWithAWarningAndWithoutTheLastBreak) {
  const TempDir dir;
  ASSERT_TRUE(CreateMasterKey(dir / "k").ok());
  const std::string text = ReadFile(dir / "k");
  const KeyVariable variable("KEYRULE_TEST_KEY");
  unsetenv("KEYRULE_TEST_KEY");
  EXPECT_EQ(variable.Load().status().message(),
            "env:KEYRULE_TEST_KEY: the environment has no such variable; set it to the two lines "
            "of a key file, or name the file by its path");
  EXPECT_EQ(variable.Load().status().code(), Code::kKeyMissing);
  for (const std::string& value : {text, text.substr(0, 85)}) {
    setenv("KEYRULE_TEST_KEY", value.c_str(), 1);
    Result<Secret> key = variable.Load();
    ASSERT_TRUE(key.ok()) << key.status().message();
    EXPECT_EQ(ToHex(key->Expose()), text.substr(21, 64));
  }
  EXPECT_NE(variable.warning().find("KEYRULE_TEST_KEY"), std::string::npos);
  EXPECT_EQ(variable.warning().find(text.substr(21, 8)), std::string::npos);
  for (const std::string& value : {text + "\n", text.substr(21), " " + text}) {
    setenv("KEYRULE_TEST_KEY", value.c_str(), 1);
    const Status status = variable.Load().status();
    EXPECT_EQ(status.code(), Code::kKeyMalformed);
    EXPECT_EQ(status.message().find(text.substr(21, 8)), std::string::npos);
  }
  setenv("KEYRULE_TEST_KEY", text.substr(0, 84).c_str(), 1);
  EXPECT_EQ(variable.Load().status().code(), Code::kKeyTruncated);
  unsetenv("KEYRULE_TEST_KEY");
}

}  // namespace
}  // namespace keyrule::store
