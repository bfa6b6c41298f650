// New data keys: what changes, what does not, and how an interrupted rotation ends.

#include <rocksdb/db.h>

#include "store/bytes.h"
#include "store/data_key_rows.h"
#include "store/envelope.h"
#include "store/open_store.h"
#include "store/rocks.h"
#include "store/row_key.h"
#include "tests/store/support.h"

namespace keyrule::store {
namespace {

using Rows = std::map<std::string, std::string>;

// Every row of the newest generation, as RocksDB shows it.
Rows RowsOf(const std::string& dir) {
  Rows rows;
  const uint64_t number = *Reader::PublishedGeneration(dir);
  Result<std::unique_ptr<rocksdb::DB>> db = OpenForReading(GenerationPath(dir, number));
  EXPECT_TRUE(db.ok());
  const std::unique_ptr<rocksdb::Iterator> it((*db)->NewIterator(CheckedReads()));
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    rows[it->key().ToString()] = it->value().ToString();
  }
  return rows;
}

// The numbers of a tenant's data keys in the newest generation.
std::vector<uint32_t> KeysOf(const std::string& dir, const std::string& tenant) {
  std::vector<uint32_t> numbers;
  for (uint32_t number = 1; number < 20; ++number) {
    if (RowsOf(dir).contains(DataKeyKey(tenant, number))) numbers.push_back(number);
  }
  return numbers;
}

// "tenant/provider/name version payload" of every credential.
std::vector<std::string> Contents(const std::string& dir) {
  std::vector<std::string> contents;
  const auto reader = MustRead(dir, TestKey());
  EXPECT_TRUE(reader->Verify().ok());
  EXPECT_TRUE(reader
                  ->List([&](const Metadata& metadata) {
                    Result<Secret> payload = reader->OpenPayload(metadata.tenant, metadata.key());
                    EXPECT_TRUE(payload.ok()) << payload.status().message();
                    contents.push_back(metadata.tenant + "/" + metadata.provider + "/" +
                                       metadata.name + " " + std::to_string(metadata.version) +
                                       " " + (payload.ok() ? Text(*payload) : ""));
                    return true;
                  })
                  .ok());
  return contents;
}

DataKeyRotation Rotate(const std::string& dir, RotationScope scope = {}) {
  const auto writer = MustWrite(dir, TestKey());
  Result<DataKeyRotation> done = writer->RotateDataKeys(scope);
  EXPECT_TRUE(done.ok()) << done.status().message();
  return done.ok() ? *done : DataKeyRotation();
}

class DataKeys : public testing::Test {
 protected:
  void SetUp() override { MakeSampleStore(store_, TestKey(), 3); }  // 3 tenants of 6

  // Changes rows of the writer's database by hand, as a crash could have left them.
  void Forge(const std::function<void(rocksdb::DB*)>& change) {
    Result<std::unique_ptr<rocksdb::DB>> db = OpenForWriting(WriterPath(store_));
    ASSERT_TRUE(db.ok());
    change(db->get());
    ASSERT_TRUE((*db)->Flush(rocksdb::FlushOptions()).ok());
  }

  const TempDir dir_;
  const std::string store_ = dir_ / "s";
};

TEST_F(DataKeys, EveryTenantGetsANewOneAndNothingElseChanges) {
  const auto before = Contents(store_);
  const Rows rows_before = RowsOf(store_);
  const auto old_reader = MustRead(store_, TestKey());
  const DataKeyRotation done = Rotate(store_);
  EXPECT_EQ(done.tenants, 3u);
  EXPECT_EQ(done.made, 3u);
  EXPECT_EQ(done.resealed, 18u);
  EXPECT_EQ(done.removed, 3u);
  EXPECT_FALSE(done.resumed);
  EXPECT_EQ(done.published.generation, 2u);
  EXPECT_EQ(done.published.records, 18u);
  EXPECT_EQ(Contents(store_), before);  // versions, too
  EXPECT_TRUE(old_reader->Verify().ok());
  for (const char* tenant : {"tenant-0", "tenant-1", "tenant-2"}) {
    EXPECT_EQ(KeysOf(store_, tenant), std::vector<uint32_t>{2}) << tenant;
  }
  // Every box is another, sealed with key 2; encoded metadata are the same bytes.
  int payloads = 0, metadata = 0;
  for (const auto& [key, value] : RowsOf(store_)) {
    uint32_t number = 0;
    if (key[0] == 'P') {
      ++payloads;
      ASSERT_TRUE(BoxKeyNumber(value, &number));
      EXPECT_EQ(number, 2u);
      EXPECT_NE(BoxSalt(value), BoxSalt(rows_before.at(key)));
    } else if (key[0] == 'M') {
      ++metadata;
      const size_t tail = kSaltSize + sizeof(Digest);
      EXPECT_EQ(value.substr(0, value.size() - tail),
                rows_before.at(key).substr(0, value.size() - tail));
      EXPECT_NE(value, rows_before.at(key));
    }
  }
  EXPECT_EQ(payloads, 18);
  EXPECT_EQ(metadata, 18);
}

TEST_F(DataKeys, TablesNoLongerHoldTheOldKeysAndBoxes) {
  const Rows before = RowsOf(store_);
  Rotate(store_);
  std::string tables;
  for (const auto& [name, bytes] : AllFiles(GenerationPath(store_, 2))) {
    if (name.ends_with(".sst")) tables += bytes;
  }
  int looked_for = 0;
  for (const auto& [key, value] : before) {
    if (key[0] != 'K' && key[0] != 'P') continue;
    ++looked_for;
    EXPECT_EQ(tables.find(BoxSalt(value)), std::string::npos) << key[0];
  }
  EXPECT_EQ(looked_for, 21);
  EXPECT_NE(tables.find(BoxSalt(RowsOf(store_).at(DataKeyKey("tenant-1", 2)))), std::string::npos);
}

TEST_F(DataKeys, OneTenantAlone) {
  const Rows before = RowsOf(store_);
  const DataKeyRotation done = Rotate(store_, {"tenant-1"});
  EXPECT_EQ(done.tenants, 1u);
  EXPECT_EQ(done.made, 1u);
  EXPECT_EQ(done.resealed, 6u);
  EXPECT_EQ(done.removed, 1u);
  EXPECT_EQ(KeysOf(store_, "tenant-1"), std::vector<uint32_t>{2});
  EXPECT_EQ(KeysOf(store_, "tenant-0"), std::vector<uint32_t>{1});
  for (const auto& [key, value] : RowsOf(store_)) {
    if (key.find("tenant-1") == std::string::npos && key[0] != 'G' && key[0] != 'R') {
      EXPECT_EQ(value, before.at(key));
    }
  }
  Result<DataKeyRotation> none = MustWrite(store_, TestKey())->RotateDataKeys({"tenant-9"});
  EXPECT_EQ(none.status().code(), Code::kNotFound);
  EXPECT_EQ(*Reader::PublishedGeneration(store_), 2u);
}

TEST_F(DataKeys, NamesThatBeginLikeAnotherAreNotTouched) {
  {
    const auto writer = MustWrite(store_, TestKey());
    PutSample(writer.get(), SampleMetadata("tenant-11", "openai", "a"));
    PutSample(writer.get(), SampleMetadata("tenant-", "openai", "a"));
    PutSample(writer.get(), SampleMetadata(std::string("tenant-1\0", 9), "openai", "a"));
    ASSERT_TRUE(writer->Publish().ok());
  }
  EXPECT_EQ(Rotate(store_, {"tenant-1"}).resealed, 6u);
  for (const std::string& tenant :
       {std::string("tenant-11"), std::string("tenant-"), std::string("tenant-1\0", 9)}) {
    EXPECT_EQ(KeysOf(store_, tenant), std::vector<uint32_t>{1});
  }
}

TEST_F(DataKeys, NewSealsTakeTheNewestKey) {
  Rotate(store_);
  Rotate(store_);
  {
    const auto writer = MustWrite(store_, TestKey());
    PutSample(writer.get(), SampleMetadata("tenant-1", "openai", "new"));
    PutSample(writer.get(), SampleMetadata("tenant-new", "openai", "new"));
    PutSample(writer.get(), SampleMetadata("tenant-1", "openai", "newer"));
    PutSample(writer.get(), SampleMetadata("tenant-new", "openai", "newer"));
    ASSERT_TRUE(writer->Publish().ok());
  }
  EXPECT_EQ(KeysOf(store_, "tenant-1"), std::vector<uint32_t>{3});
  EXPECT_EQ(KeysOf(store_, "tenant-new"), std::vector<uint32_t>{1});
  EXPECT_EQ(Contents(store_).size(), 22u);
}

TEST_F(DataKeys, SmallBatchesComeToTheSame) {
  const auto before = Contents(store_);
  const DataKeyRotation done = Rotate(store_, {"", 1});  // a commit for each row
  EXPECT_EQ(done.made, 3u);
  EXPECT_EQ(done.resealed, 18u);
  EXPECT_EQ(done.removed, 3u);
  EXPECT_EQ(Contents(store_), before);
}

TEST_F(DataKeys, AnEmptyStoreAndATenantWithoutCredentials) {
  {
    const auto writer = MustWrite(store_, TestKey());
    std::vector<CredentialKey> keys;
    ASSERT_TRUE(MustRead(store_, TestKey())
                    ->List([&](const Metadata& metadata) {
                      if (metadata.tenant == "tenant-2") keys.push_back(metadata.key());
                      return true;
                    })
                    .ok());
    for (const CredentialKey& key : keys) ASSERT_TRUE(writer->Remove(key).ok());
    ASSERT_TRUE(writer->Publish().ok());
  }
  const DataKeyRotation done = Rotate(store_);
  EXPECT_EQ(done.made, 3u);
  EXPECT_EQ(done.resealed, 12u);
  EXPECT_EQ(done.removed, 3u);
  const std::string empty = dir_ / "empty";
  ASSERT_TRUE(MustWrite(empty, TestKey())->Publish().ok());
  EXPECT_EQ(Rotate(empty).tenants, 0u);
}

TEST_F(DataKeys, WhatIsStagedIsCommittedFirst) {
  const auto writer = MustWrite(store_, TestKey());
  PutSample(writer.get(), SampleMetadata("tenant-1", "openai", "staged"));
  Result<DataKeyRotation> done = writer->RotateDataKeys({});
  ASSERT_TRUE(done.ok());
  EXPECT_EQ(done->resealed, 19u);
  EXPECT_EQ(done->published.records, 19u);
  PutSample(writer.get(), SampleMetadata("tenant-1", "openai", "after"));
  ASSERT_TRUE(writer->Publish().ok());
  EXPECT_EQ(KeysOf(store_, "tenant-1"), std::vector<uint32_t>{2});
}

TEST_F(DataKeys, AnInterruptedRotationIsFinishedAndNoFurtherKeysAreMade) {
  const auto before = Contents(store_);
  // After the first commit: the mark, and a new key for the first tenant of three.
  std::string marker;
  PutText(&marker, "");
  marker.push_back('\0');
  PutText(&marker, "tenant-0");
  Result<StoreKeys> keys = OpenStoreFile(store_, TestKey());
  Result<FreshDataKey> fresh = MakeDataKey(*keys, "tenant-0", 2);
  Forge([&](rocksdb::DB* db) {
    ASSERT_TRUE(db->Put({}, RowKey(RowKind::kRotation, {}), marker).ok());
    ASSERT_TRUE(db->Put({}, DataKeyKey("tenant-0", 2), fresh->box).ok());
  });
  // It can be written and published as it is; new seals take the new key already.
  {
    const auto writer = MustWrite(store_, TestKey());
    PutSample(writer.get(), SampleMetadata("tenant-0", "openai", "between"));
    ASSERT_TRUE(writer->Publish().ok());
  }
  EXPECT_EQ(KeysOf(store_, "tenant-0"), (std::vector<uint32_t>{1, 2}));
  const DataKeyRotation done = Rotate(store_);
  EXPECT_TRUE(done.resumed);
  EXPECT_EQ(done.made, 2u);
  EXPECT_EQ(done.resealed, 18u);
  EXPECT_EQ(done.removed, 3u);
  for (const char* tenant : {"tenant-0", "tenant-1", "tenant-2"}) {
    EXPECT_EQ(KeysOf(store_, tenant), std::vector<uint32_t>{2}) << tenant;
  }
  EXPECT_EQ(Contents(store_).size(), before.size() + 1);
  // It is over: the next one is a new one.
  EXPECT_FALSE(Rotate(store_).resumed);
  EXPECT_EQ(KeysOf(store_, "tenant-0"), std::vector<uint32_t>{3});
}

TEST_F(DataKeys, AnInterruptedOneOfATenantIsFinishedBeforeOneOfAll) {
  std::string marker;
  PutText(&marker, "tenant-1");
  marker.push_back('\1');
  PutText(&marker, "");
  Result<StoreKeys> keys = OpenStoreFile(store_, TestKey());
  Result<FreshDataKey> fresh = MakeDataKey(*keys, "tenant-1", 2);
  Forge([&](rocksdb::DB* db) {
    ASSERT_TRUE(db->Put({}, RowKey(RowKind::kRotation, {}), marker).ok());
    ASSERT_TRUE(db->Put({}, DataKeyKey("tenant-1", 2), fresh->box).ok());
  });
  const DataKeyRotation done = Rotate(store_);
  EXPECT_TRUE(done.resumed);
  EXPECT_EQ(done.resealed, 6u + 18u);
  EXPECT_EQ(KeysOf(store_, "tenant-0"), std::vector<uint32_t>{2});
  EXPECT_EQ(KeysOf(store_, "tenant-1"), std::vector<uint32_t>{3});
}

TEST_F(DataKeys, ADamagedMarkIsFound) {
  for (const std::string& mark : {std::string(), std::string("\0\0\2\0\0", 5), std::string("x")}) {
    Forge([&](rocksdb::DB* db) {
      ASSERT_TRUE(db->Put({}, RowKey(RowKind::kRotation, {}), mark).ok());
    });
    Result<DataKeyRotation> done = MustWrite(store_, TestKey())->RotateDataKeys({});
    EXPECT_EQ(done.status().code(), Code::kDamaged);
  }
  EXPECT_TRUE(MustRead(store_, TestKey())->Verify().ok());
}

TEST_F(DataKeys, DamageStopsItBeforeAnythingIsPublished) {
  const auto current = ReadFile(store_ + "/CURRENT");
  Forge([&](rocksdb::DB* db) {
    std::string box;
    Metadata metadata = SampleMetadata("tenant-1", "openai", "beta");
    metadata.id = DerivedId(metadata);
    const std::string key = RowKey(RowKind::kPayload, metadata.key());
    ASSERT_TRUE(db->Get({}, key, &box).ok());
    box.back() ^= 1;
    ASSERT_TRUE(db->Put({}, key, box).ok());
  });
  const auto writer = MustWrite(store_, TestKey());
  EXPECT_EQ(writer->RotateDataKeys({}).status().code(), Code::kDamaged);
  EXPECT_FALSE(writer->Commit().ok());  // open a new one
  EXPECT_EQ(ReadFile(store_ + "/CURRENT"), current);
  EXPECT_TRUE(MustRead(store_, TestKey())->Verify().ok());
}

TEST_F(DataKeys, AnOldBoxBesideTheNewRowIsRefused) {
  const Rows before = RowsOf(store_);
  Rotate(store_);
  // The old payload and the old data key put back: same tenant, id and version, but another salt.
  Forge([&](rocksdb::DB* db) {
    for (const auto& [key, value] : before) {
      if (key[0] != 'P' && key[0] != 'K') continue;
      ASSERT_TRUE(db->Put({}, key, value).ok());
    }
  });
  EXPECT_EQ(MustWrite(store_, TestKey())->Publish().status().code(), Code::kDamaged);
}

uint64_t SealsOf(const std::string& dir, const std::string& tenant, uint32_t number) {
  const Rows rows = RowsOf(dir);
  const auto row = rows.find(SealsKey(tenant, number));
  if (row == rows.end()) return 0;
  ByteReader reader(row->second);
  return reader.U64();
}

TEST_F(DataKeys, SealsAreCounted) {
  EXPECT_EQ(SealsOf(store_, "tenant-1", 1), 6u);
  {
    const auto writer = MustWrite(store_, TestKey());
    PutSample(writer.get(), SampleMetadata("tenant-1", "openai", "alpha"));  // as it is: no seal
    for (const char* tenant : {"tenant-1", "tenant-2", "tenant-1"}) {
      PutSample(writer.get(), SampleMetadata(tenant, "openai", tenant));
      ASSERT_TRUE(writer->Commit().ok());
    }
    PutSample(writer.get(), SampleMetadata("tenant-1", "openai", "more"));
    PutSample(writer.get(), SampleMetadata("tenant-2", "openai", "more"));
    writer->Discard();
    ASSERT_TRUE(writer->Publish().ok());
  }
  EXPECT_EQ(SealsOf(store_, "tenant-1", 1), 7u);
  EXPECT_EQ(SealsOf(store_, "tenant-2", 1), 7u);
  Rotate(store_);
  EXPECT_EQ(SealsOf(store_, "tenant-1", 1), 0u);
  EXPECT_EQ(SealsOf(store_, "tenant-1", 2), 7u);
}

TEST_F(DataKeys, ADataKeyThatSealedItsFillIsFollowedByANewOne) {
  constexpr uint64_t kFull = uint64_t{1} << 31;
  Forge([&](rocksdb::DB* db) {
    ASSERT_TRUE(db->Put({}, SealsKey("tenant-1", 1), EncodeSeals(kFull - 2)).ok());
  });
  const auto writer = MustWrite(store_, TestKey());
  for (const char* name : {"a", "b", "c", "d"}) {
    PutSample(writer.get(), SampleMetadata("tenant-1", "openai", name));
    PutSample(writer.get(), SampleMetadata("tenant-2", "openai", name));
  }
  ASSERT_TRUE(writer->Publish().ok());
  EXPECT_EQ(KeysOf(store_, "tenant-1"), (std::vector<uint32_t>{1, 2}));
  EXPECT_EQ(KeysOf(store_, "tenant-2"), std::vector<uint32_t>{1});
  EXPECT_EQ(SealsOf(store_, "tenant-1", 1), kFull);
  EXPECT_EQ(SealsOf(store_, "tenant-1", 2), 2u);
  EXPECT_EQ(Contents(store_).size(), 26u);
  Result<DataKeyRotation> done = writer->RotateDataKeys({"tenant-1"});
  ASSERT_TRUE(done.ok());
  EXPECT_EQ(done->removed, 2u);
  EXPECT_EQ(KeysOf(store_, "tenant-1"), std::vector<uint32_t>{3});
}

TEST_F(DataKeys, NumbersEndSomewhere) {
  Result<StoreKeys> keys = OpenStoreFile(store_, TestKey());
  Result<FreshDataKey> last = MakeDataKey(*keys, "tenant-1", UINT32_MAX);
  Forge([&](rocksdb::DB* db) {
    ASSERT_TRUE(db->Put({}, DataKeyKey("tenant-1", UINT32_MAX), last->box).ok());
  });
  const auto writer = MustWrite(store_, TestKey());
  PutSample(writer.get(), SampleMetadata("tenant-1", "openai", "a"));
  EXPECT_EQ(writer->RotateDataKeys({}).status().code(), Code::kInvalid);
  EXPECT_TRUE(MustRead(store_, TestKey())->Verify().ok());
}

}  // namespace
}  // namespace keyrule::store
