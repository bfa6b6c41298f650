// Rotation among processes: under load, and killed at random moments. KEYRULE_ROTATE_KILLS sets how
// many times (60).

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>

#include "store/data_key_rows.h"
#include "store/key_provider.h"
#include "store/master_keys.h"
#include "store/open_store.h"
#include "store/rocks.h"
#include "store/row_key.h"
#include "tests/store/exec_child.h"
#include "tests/store/rotate_child.h"
#include "tests/store/support.h"

namespace keyrule::store {
namespace {

constexpr int kTenants = 4;
constexpr int kCredentials = 5;  // of each tenant

class Rotating : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(CreateMasterKey(key_file_).ok());
    const auto writer = MustWrite(store_, Key());
    ASSERT_NE(writer, nullptr);
    for (int tenant = 0; tenant < kTenants; ++tenant) {
      for (int i = 0; i < kCredentials; ++i) {
        const Metadata metadata = SampleMetadata("tenant-" + std::to_string(tenant), "openai",
                                                 "name-" + std::to_string(i));
        ASSERT_TRUE(writer->Put(metadata, AsBytes(RotatedPayload(metadata))).ok());
      }
    }
    ASSERT_TRUE(writer->Publish().ok());
  }

  Secret Key() const {
    Result<Secret> key = LoadMasterKey(key_file_);
    EXPECT_TRUE(key.ok()) << key.status().message();
    return *std::move(key);
  }

  void CheckContents() const {
    const auto reader = MustRead(store_, Key());
    ASSERT_NE(reader, nullptr);
    ASSERT_EQ(reader->records(), static_cast<uint64_t>(kTenants * kCredentials));
    const Status verified = reader->Verify();
    ASSERT_TRUE(verified.ok()) << verified.message();
    ASSERT_TRUE(reader
                    ->List([&](const Metadata& metadata) {
                      EXPECT_EQ(metadata.version, 1u);
                      Result<Secret> payload = reader->OpenPayload(metadata.tenant, metadata.key());
                      EXPECT_TRUE(payload.ok());
                      EXPECT_EQ(Text(*payload), RotatedPayload(metadata));
                      return true;
                    })
                    .ok());
  }

  // How many data keys each tenant has in the newest generation.
  std::vector<size_t> DataKeyCounts() const {
    const uint64_t number = *Reader::PublishedGeneration(store_);
    Result<std::unique_ptr<rocksdb::DB>> db = OpenForReading(GenerationPath(store_, number));
    EXPECT_TRUE(db.ok());
    std::vector<size_t> counts;
    const Result<std::vector<DataKeyNumbers>> found = FindDataKeys(db->get(), nullptr);
    for (const DataKeyNumbers& tenant : *found) {
      counts.push_back(tenant.numbers.size());
    }
    return counts;
  }

  const TempDir dir_;
  const std::string store_ = dir_ / "s";
  const std::string key_file_ = dir_ / "k";
};

// The operator's three steps, the third not before every host has the new key, as FORMAT.md says.
TEST_F(Rotating, EightReadersNoticeNothingOfTwentyRotations) {
  std::vector<std::unique_ptr<ExecChild>> readers;
  for (int i = 0; i < 8; ++i) {
    readers.push_back(std::make_unique<ExecChild>(
        std::vector<std::string>{KEYRULE_ROTATE_CHILD, "read", store_, key_file_}));
  }
  const auto await = [&](int rounds) {
    for (const auto& reader : readers) {
      for (int i = 0; i < rounds; ++i) ASSERT_NE(reader->ReadLine(), "");
    }
  };
  await(1);
  for (int round = 0; round < 20; ++round) {
    const std::string next = key_file_ + ".next";
    ASSERT_TRUE(CreateMasterKey(next).ok());
    Result<Secret> fresh = LoadMasterKey(next);
    ASSERT_TRUE(AddMasterKey(store_, Key(), *fresh).ok());
    ASSERT_EQ(std::rename(next.c_str(), key_file_.c_str()), 0);
    for (const auto& reader : readers) reader->TakeLines();
    await(2);  // the second began after the new key was in place
    Result<MasterKeys> retired = RetireMasterKeys(store_, *fresh);
    ASSERT_TRUE(retired.ok()) << retired.status().message();
    Result<DataKeyRotation> done = MustWrite(store_, *fresh)->RotateDataKeys({"", 3 * kChildBatch});
    ASSERT_TRUE(done.ok()) << done.status().message();
    EXPECT_EQ(done->resealed, static_cast<uint64_t>(kTenants * kCredentials));
  }
  for (const auto& reader : readers) reader->TakeLines();
  await(2);
  for (const auto& reader : readers) reader->CloseInput();
  for (const auto& reader : readers) EXPECT_EQ(reader->Wait(), 0);  // 0: nothing ever failed
  CheckContents();
  EXPECT_EQ(*Reader::PublishedGeneration(store_), 21u);
  EXPECT_EQ(FindMasterKeys(store_, Key())->count, 1u);
}

TEST_F(Rotating, KilledAtAnyMomentTheStoreOpensAndTheNextRunFinishes) {
  const char* wanted = std::getenv("KEYRULE_ROTATE_KILLS");
  const int kills = wanted != nullptr ? std::atoi(wanted) : 60;
  std::mt19937 random(23);
  int mid_data = 0, two_keys = 0;
  // As long as one round takes here and now, so that every moment of it is met.
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_EQ(ExecChild({KEYRULE_ROTATE_CHILD, "rotate", store_, key_file_, "3"}).Wait(), 0);
  const auto round = std::chrono::duration_cast<std::chrono::microseconds>(
                         std::chrono::steady_clock::now() - begin) /
                     3;
  for (int i = 0; i < kills; ++i) {
    {
      ExecChild child({KEYRULE_ROTATE_CHILD, "rotate", store_, key_file_, "0"});
      if (i % 2 == 1) child.ReadLine();
      usleep(static_cast<useconds_t>(random() % static_cast<unsigned>(round.count())));
      ASSERT_EQ(child.Kill(), -9);
    }
    // The key file's key opens the store whatever happened, and all is there.
    CheckContents();
    if (HasFatalFailure()) return;
    Result<MasterKeys> keys = FindMasterKeys(store_, Key());
    ASSERT_TRUE(keys.ok());
    two_keys += keys->count > 1;
    if (i % 4 != 3) continue;  // some are killed again in the middle of finishing
    ExecChild rest({KEYRULE_ROTATE_CHILD, "rotate", store_, key_file_, "1"});
    mid_data += rest.ReadLine().starts_with("resumed");
    ASSERT_EQ(rest.Wait(), 0);
    CheckContents();
    if (HasFatalFailure()) return;
    EXPECT_EQ(FindMasterKeys(store_, Key())->count, 1u);
    EXPECT_EQ(DataKeyCounts(), std::vector<size_t>(kTenants, 1)) << "round " << i;
  }
  EXPECT_GT(mid_data, 0);
  RecordProperty("killed_with_two_master_keys", two_keys);
  RecordProperty("killed_amid_data_keys", mid_data);
}

}  // namespace
}  // namespace keyrule::store
