#include "store/master_keys.h"

#include <sys/stat.h>
#include <unistd.h>

#include "store/open_store.h"
#include "tests/store/support.h"

namespace keyrule::store {
namespace {

class MasterKey : public testing::Test {
 protected:
  void SetUp() override { MakeSampleStore(store_, one_, 2); }

  Code Opens(const Secret& key) const {
    Result<std::unique_ptr<Reader>> reader = Reader::Open(store_, key);
    return reader.ok() ? (*reader)->Verify().code() : reader.status().code();
  }

  static MasterKeys Must(Result<MasterKeys> result) {
    EXPECT_TRUE(result.ok()) << result.status().message();
    return result.ok() ? *result : MasterKeys();
  }

  const TempDir dir_;
  const std::string store_ = dir_ / "s";
  const Secret one_ = TestKey(1), two_ = TestKey(2), three_ = TestKey(3);
};

TEST_F(MasterKey, ChangesInTwoStepsWhileReadersGoOn) {
  const auto before = MustRead(store_, one_);
  const auto files = AllFiles(store_);
  EXPECT_EQ(Must(FindMasterKeys(store_, one_)).count, 1u);

  const MasterKeys added = Must(AddMasterKey(store_, one_, two_));
  EXPECT_EQ(added.count, 2u);
  EXPECT_TRUE(added.changed);
  EXPECT_EQ(Opens(one_), Code::kOk);
  EXPECT_EQ(Opens(two_), Code::kOk);
  EXPECT_EQ(Opens(three_), Code::kKeyWrong);

  const MasterKeys retired = Must(RetireMasterKeys(store_, two_));
  EXPECT_EQ(retired.count, 1u);
  EXPECT_TRUE(retired.changed);
  EXPECT_EQ(Opens(one_), Code::kKeyWrong);
  EXPECT_EQ(Opens(two_), Code::kOk);
  EXPECT_TRUE(before->Verify().ok());

  auto after = AllFiles(store_);
  EXPECT_NE(after["STORE"], files.at("STORE"));
  after["STORE"] = files.at("STORE");
  EXPECT_EQ(after, files);  // one file of all
}

TEST_F(MasterKey, RepeatedStepsChangeNothing) {
  Must(AddMasterKey(store_, one_, two_));
  const auto both = AllFiles(store_);
  for (const Secret* key : {&one_, &two_}) {
    const MasterKeys again = Must(AddMasterKey(store_, *key, two_));
    EXPECT_EQ(again.count, 2u);
    EXPECT_FALSE(again.changed);
  }
  EXPECT_EQ(AllFiles(store_), both);
  Must(RetireMasterKeys(store_, two_));
  const auto alone = AllFiles(store_);
  const MasterKeys again = Must(RetireMasterKeys(store_, two_));
  EXPECT_EQ(again.count, 1u);
  EXPECT_FALSE(again.changed);
  EXPECT_FALSE(Must(AddMasterKey(store_, two_, two_)).changed);
  EXPECT_EQ(AllFiles(store_), alone);
}

TEST_F(MasterKey, OnlyTheNewestCanRetireTheOthersAndTheOldOneCanBecomeIt) {
  Must(AddMasterKey(store_, one_, two_));
  const auto both = AllFiles(store_);
  const Status status = RetireMasterKeys(store_, one_).status();
  EXPECT_EQ(status.code(), Code::kInvalid);
  EXPECT_EQ(status.message(),
            store_ +
                ": the key given is not the newest of the 2 that open this store; give the newest "
                "with `--key`; to go back to the one given, name it by `--new-key` first");
  EXPECT_EQ(AllFiles(store_), both);
  const MasterKeys back = Must(AddMasterKey(store_, two_, one_));
  EXPECT_EQ(back.count, 2u);
  EXPECT_TRUE(back.changed);
  EXPECT_EQ(RetireMasterKeys(store_, two_).status().code(), Code::kInvalid);
  EXPECT_EQ(Must(RetireMasterKeys(store_, one_)).count, 1u);
  EXPECT_EQ(Opens(one_), Code::kOk);
  EXPECT_EQ(Opens(two_), Code::kKeyWrong);
}

TEST_F(MasterKey, AWrongKeyADamagedStoreOrNoStoreChangesNothing) {
  const auto before = AllFiles(store_);
  EXPECT_EQ(FindMasterKeys(store_, two_).status().code(), Code::kKeyWrong);
  EXPECT_EQ(AddMasterKey(store_, two_, three_).status().code(), Code::kKeyWrong);
  EXPECT_EQ(RetireMasterKeys(store_, two_).status().code(), Code::kKeyWrong);
  EXPECT_EQ(AllFiles(store_), before);

  for (const char* file : {"STORE", "CURRENT"}) {
    CopyTree(store_, dir_ / "bad");
    std::string bytes = ReadFile((dir_ / "bad/") + file);
    bytes[bytes.size() / 2] ^= 1;
    WriteFile((dir_ / "bad/") + file, bytes);
    const auto damaged = AllFiles(dir_ / "bad");
    EXPECT_EQ(AddMasterKey(dir_ / "bad", one_, two_).status().code(), Code::kDamaged) << file;
    EXPECT_EQ(RetireMasterKeys(dir_ / "bad", one_).status().code(), Code::kDamaged) << file;
    EXPECT_EQ(AllFiles(dir_ / "bad"), damaged);
  }
  ASSERT_EQ(mkdir((dir_ / "none").c_str(), 0700), 0);
  EXPECT_EQ(AddMasterKey(dir_ / "none", one_, two_).status().code(), Code::kNotFound);
  EXPECT_EQ(RetireMasterKeys(dir_ / "absent", one_).status().code(), Code::kNotFound);
  EXPECT_TRUE(AllFiles(dir_ / "none").empty());  // not even a lock
}

TEST_F(MasterKey, OneChangeAtATimeAndNoneWhileSomebodyWrites) {
  const auto writer = MustWrite(store_, one_);
  EXPECT_EQ(AddMasterKey(store_, one_, two_).status().code(), Code::kBusy);
  EXPECT_EQ(RetireMasterKeys(store_, one_).status().code(), Code::kBusy);
  EXPECT_EQ(Must(FindMasterKeys(store_, one_)).count, 1u);
}

TEST_F(MasterKey, AsManyAsFit) {
  for (uint8_t fill = 2; fill <= kMaxMasterKeys; ++fill) {
    EXPECT_EQ(Must(AddMasterKey(store_, one_, TestKey(fill))).count, fill);
  }
  const Status full = AddMasterKey(store_, one_, TestKey(100)).status();
  EXPECT_EQ(full.code(), Code::kInvalid);
  EXPECT_NE(full.message().find("--retire"), std::string::npos);
  EXPECT_EQ(Must(AddMasterKey(store_, one_, TestKey(4))).count, kMaxMasterKeys);  // moves only
  EXPECT_EQ(Must(RetireMasterKeys(store_, TestKey(4))).count, 1u);
}

TEST_F(MasterKey, TheStoreFileKeepsItsModeAndOwner) {
  const std::string file = StoreFilePath(store_);
  ASSERT_EQ(chmod(file.c_str(), 0640), 0);
  const bool root = geteuid() == 0;
  if (root) {
    ASSERT_EQ(chown(file.c_str(), 12345, 23456), 0);
  }
  Must(AddMasterKey(store_, one_, two_));
  struct stat info;
  ASSERT_EQ(stat(file.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0640u);
  EXPECT_EQ(info.st_uid, root ? 12345u : geteuid());
  EXPECT_EQ(info.st_gid, root ? 23456u : getegid());
}

TEST_F(MasterKey, TheWriterWorksWithAnyOfThem) {
  Must(AddMasterKey(store_, one_, two_));
  for (const Secret* key : {&one_, &two_}) {
    const auto writer = MustWrite(store_, *key);
    PutSample(writer.get(), SampleMetadata("tenant-0", "openai", key == &one_ ? "x" : "y"));
    EXPECT_TRUE(writer->Publish().ok());
  }
  EXPECT_EQ(MustRead(store_, two_)->records(), 14u);
}

}  // namespace
}  // namespace keyrule::store
