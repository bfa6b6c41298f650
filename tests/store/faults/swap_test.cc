// Rows put into another place by somebody with RocksDB's own tools, who also makes CURRENT vouch for
// the changed files: what an older version, another credential, another tenant or another store has
// sealed is refused as damaged, alone or in pairs. Beside Forged in damage_test.cc.

#include <rocksdb/db.h>

#include <filesystem>
#include <map>

#include "store/file_marks.h"
#include "store/open_store.h"
#include "store/row_key.h"
#include "tests/store/support.h"

namespace keyrule::store {
namespace {

namespace fs = std::filesystem;

using Rows = std::map<std::string, std::string>;

class Swap : public testing::Test {
 protected:
  // "old" is the same store one version earlier, "other" another store under the same master key.
  void SetUp() override {
    MakeSampleStore(dir_ / "new", TestKey());
    CopyTree(dir_ / "new", dir_ / "old");
    const auto writer = MustWrite(dir_ / "new", TestKey());
    ASSERT_TRUE(writer->Put(Alpha("tenant-1"), AsBytes("{\"k\":\"second\"}")).ok());
    ASSERT_TRUE(writer->Publish().ok());
    MakeSampleStore(dir_ / "other", TestKey());
  }

  static Metadata Alpha(const char* tenant) {
    Metadata metadata = SampleMetadata(tenant, "openai", "alpha");
    metadata.id = DerivedId(metadata);
    return metadata;
  }

  static std::string Row(RowKind kind, const char* tenant) { return RowKey(kind, Alpha(tenant).key()); }

  std::string Newest(const std::string& store) const {
    return GenerationPath(dir_ / store, *Reader::PublishedGeneration(dir_ / store));
  }

  std::string Get(const std::string& store, const std::string& key) const {
    rocksdb::DB* raw = nullptr;
    std::string value;
    CopyTree(Newest(store), dir_ / "copy");
    EXPECT_TRUE(rocksdb::DB::Open(rocksdb::Options(), dir_ / "copy", &raw).ok());
    const std::unique_ptr<rocksdb::DB> db(raw);
    EXPECT_TRUE(db->Get({}, key, &value).ok());
    return value;
  }

  // What opening tenant-1's alpha, and Verify, say of the newest store with these rows in it.
  std::pair<Code, Code> With(const Rows& rows) {
    CopyTree(dir_ / "new", dir_ / "bad");
    rocksdb::DB* raw = nullptr;
    EXPECT_TRUE(rocksdb::DB::Open(rocksdb::Options(), Newest("bad"), &raw).ok());
    {
      const std::unique_ptr<rocksdb::DB> db(raw);
      for (const auto& [key, value] : rows) EXPECT_TRUE(db->Put({}, key, value).ok());
      EXPECT_TRUE(db->Flush({}).ok());
      EXPECT_TRUE(db->Close().ok());
    }
    Result<StoreKeys> keys = OpenStoreFile(dir_ / "bad", TestKey());
    Result<Pointer> pointer = ReadPointer(dir_ / "bad", *keys);
    pointer->files = *MarkFiles(Newest("bad"));
    WriteFile(PointerPath(dir_ / "bad"), FormatPointer(*pointer, *keys));
    const auto reader = MustRead(dir_ / "bad", TestKey());
    const CredentialKey key = Alpha("tenant-1").key();
    Result<Secret> opened = reader->OpenPayload(key.tenant, key);
    return {opened.status().code(), reader->Verify().code()};
  }

  const TempDir dir_{TempDir::Where::kMemory};
  const std::pair<Code, Code> refused_{Code::kDamaged, Code::kDamaged};
};

TEST_F(Swap, NothingChangedIsRight) {
  const std::string payload = Row(RowKind::kPayload, "tenant-1");
  EXPECT_EQ(With({{payload, Get("new", payload)}}), std::pair(Code::kOk, Code::kOk));
}

TEST_F(Swap, AnOlderVersionDoesNotStandInForTheNewer) {
  const std::string metadata = Row(RowKind::kMetadata, "tenant-1");
  const std::string payload = Row(RowKind::kPayload, "tenant-1");
  ASSERT_NE(Get("old", payload), Get("new", payload));
  EXPECT_EQ(With({{payload, Get("old", payload)}}), refused_);
  EXPECT_EQ(With({{metadata, Get("old", metadata)}}), refused_);
  // Both are a whole older credential: only the census knows better, as FORMAT.md says.
  EXPECT_EQ(With({{payload, Get("old", payload)}, {metadata, Get("old", metadata)}}).second, Code::kDamaged);
}

TEST_F(Swap, AnotherStoreUnderTheSameMasterKeyLendsNothing) {
  const std::string metadata = Row(RowKind::kMetadata, "tenant-1");
  const std::string payload = Row(RowKind::kPayload, "tenant-1");
  const std::string data_key = DataKeyKey("tenant-1", 1);
  const Rows all = {{metadata, Get("other", metadata)}, {payload, Get("other", payload)}, {data_key, Get("other", data_key)}};
  EXPECT_EQ(With(all), refused_);
  for (const auto& row : all) EXPECT_EQ(With({row}), refused_);
}

TEST_F(Swap, AnotherTenantsRowsOpenNothing) {
  const std::string metadata = Row(RowKind::kMetadata, "tenant-1");
  const std::string payload = Row(RowKind::kPayload, "tenant-1");
  const std::string other_metadata = Get("new", Row(RowKind::kMetadata, "tenant-2"));
  const std::string other_payload = Get("new", Row(RowKind::kPayload, "tenant-2"));
  EXPECT_EQ(With({{payload, other_payload}}), refused_);
  EXPECT_EQ(With({{metadata, other_metadata}}), refused_);
  EXPECT_EQ(With({{metadata, other_metadata}, {payload, other_payload}}), refused_);
  EXPECT_EQ(With({{metadata, other_metadata},
                  {payload, other_payload},
                  {DataKeyKey("tenant-1", 1), Get("new", DataKeyKey("tenant-2", 1))}}),
            refused_);
}

// A generation's tables in the place of the next one's.
TEST_F(Swap, AnOlderGenerationsTableIsNotTheNewers) {
  int tried = 0;
  for (const auto& newer : fs::directory_iterator(Newest("new"))) {
    for (const auto& older : fs::directory_iterator(Newest("old"))) {
      if (newer.path().extension() != ".sst" || older.path().extension() != ".sst") continue;
      if (ReadFile(newer.path()) == ReadFile(older.path())) continue;
      CopyTree(dir_ / "new", dir_ / "bad");
      fs::copy_file(older.path(), Newest("bad") + "/" + newer.path().filename().string(),
                    fs::copy_options::overwrite_existing);
      EXPECT_EQ(Reader::Open(dir_ / "bad", TestKey()).status().code(), Code::kDamaged);
      ++tried;
    }
  }
  EXPECT_GT(tried, 0);
}

}  // namespace
}  // namespace keyrule::store
