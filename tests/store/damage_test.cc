// Flipped bits, cut files, exchanged files and rows: the right answer or kDamaged, never a wrong
// value, and nothing on disk is changed by finding out.

#include <rocksdb/db.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <random>

#include "store/file_marks.h"
#include "store/open_store.h"
#include "store/row_key.h"
#include "tests/store/support.h"

namespace keyrule::store {
namespace {

namespace fs = std::filesystem;

// Reads everything the way a host does. kOk means that each answer was right and complete.
Status ReadAll(const std::string& dir) {
  Result<std::unique_ptr<Reader>> opened = Reader::Open(dir, TestKey());
  if (!opened.ok()) return opened.status();
  const Reader& reader = **opened;
  Status bad;
  uint64_t seen = 0;
  const Status listed = reader.List([&](const Metadata& metadata) {
    ++seen;
    EXPECT_EQ(metadata.weight, 3u);
    EXPECT_EQ(metadata.version, 1u);
    EXPECT_TRUE(metadata.enabled);
    Result<Secret> payload = reader.OpenPayload(metadata.tenant, metadata.key());
    if (!payload.ok()) {
      bad = payload.status();
      return false;
    }
    EXPECT_EQ(Text(*payload), SamplePayload(metadata.tenant, metadata.name));
    return true;
  });
  if (!listed.ok()) return listed;
  if (!bad.ok()) return bad;
  if (Status status = reader.Verify(); !status.ok()) return status;
  EXPECT_EQ(seen, 24u);
  return Status();
}

// KEYRULE_DAMAGE_FACTOR times as many trials.
int Factor() {
  const char* factor = std::getenv("KEYRULE_DAMAGE_FACTOR");
  return factor != nullptr ? std::atoi(factor) : 1;
}

std::vector<std::string> PublishedFiles(const std::string& dir) {
  std::vector<std::string> names;
  for (const auto& [name, bytes] : AllFiles(dir)) {
    if (!bytes.empty() &&
        (name == "STORE" || name == "CURRENT" || name.starts_with("generations/"))) {
      names.push_back(name);
    }
  }
  return names;
}

// Makes CURRENT vouch for the files as they are now: what stands behind it must hold by itself.
void VouchForFiles(const std::string& dir) {
  Result<StoreKeys> keys = OpenStoreFile(dir, TestKey());
  ASSERT_TRUE(keys.ok());
  Result<Pointer> pointer = ReadPointer(dir, *keys);
  ASSERT_TRUE(pointer.ok());
  Result<std::vector<FileMark>> files = MarkFiles(GenerationPath(dir, pointer->generation.number));
  ASSERT_TRUE(files.ok());
  pointer->files = *files;
  WriteFile(PointerPath(dir), FormatPointer(*pointer, *keys));
}

class Damage : public testing::Test {
 protected:
  void SetUp() override {
    MakeSampleStore(dir_ / "good", TestKey());
    ASSERT_TRUE(ReadAll(dir_ / "good").ok());
  }

  // Writes `bytes` over a file of a fresh copy and reads: right or kDamaged, and untouched.
  Status Try(const std::string& name, const std::string& bytes) {
    CopyTree(dir_ / "good", dir_ / "bad");
    WriteFile((dir_ / "bad/") + name, bytes);
    const auto before = AllFiles(dir_ / "bad");
    const Status status = ReadAll(dir_ / "bad");
    EXPECT_TRUE(status.ok() || status.code() == Code::kDamaged) << name << ": " << status.message();
    EXPECT_EQ(status.message().find("sk-"), std::string::npos) << status.message();
    EXPECT_EQ(AllFiles(dir_ / "bad"), before) << name;
    return status;
  }

  const TempDir dir_;
};

TEST_F(Damage, FlippedBitsInEveryKindOfFile) {
  std::mt19937 random(20261123);
  int found = 0, harmless = 0;
  for (const std::string& name : PublishedFiles(dir_ / "good")) {
    const std::string good = ReadFile((dir_ / "good/") + name);
    const bool checked = !name.starts_with("generations/") || name.ends_with(".sst");
    for (int trial = 0; trial < (checked ? 60 : 20) * Factor(); ++trial) {
      std::string bytes = good;
      const size_t bit = random() % (bytes.size() * 8);
      bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
      const Status status = Try(name, bytes);
      ++(status.ok() ? harmless : found);
      if (name == "STORE" || name == "CURRENT") {
        EXPECT_FALSE(status.ok()) << name << " bit " << bit;
      }
    }
  }
  RecordProperty("found", found);
  RecordProperty("harmless", harmless);
  EXPECT_GT(found, 100);
}

TEST_F(Damage, CutAndZeroedFiles) {
  for (const std::string& name : PublishedFiles(dir_ / "good")) {
    const std::string good = ReadFile((dir_ / "good/") + name);
    for (size_t part = 0; part < 8; ++part) {
      (void)Try(name, good.substr(0, good.size() * part / 8));
      std::string zeroed = good;
      std::fill(zeroed.begin() + static_cast<std::ptrdiff_t>(good.size() * part / 8), zeroed.end(),
                '\0');
      (void)Try(name, zeroed);
    }
    CopyTree(dir_ / "good", dir_ / "bad");
    fs::remove((dir_ / "bad/") + name);
    const Status status = ReadAll(dir_ / "bad");
    EXPECT_TRUE(status.ok() || status.code() == Code::kDamaged) << name << ": " << status.message();
  }
}

TEST_F(Damage, TheWriterRefusesDamageToItsOwnFilesOrPublishesTheTruth) {
  std::mt19937 random(7);
  for (const auto& [name, good] : AllFiles(dir_ / "good")) {
    if (good.empty() || name.starts_with("generations/")) continue;
    for (int trial = 0; trial < 12 * Factor(); ++trial) {
      CopyTree(dir_ / "good", dir_ / "bad");
      std::string bytes = good;
      const size_t bit = random() % (bytes.size() * 8);
      bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
      WriteFile((dir_ / "bad/") + name, bytes);
      const std::string pointer = ReadFile(dir_ / "bad/CURRENT");
      bool published = false;
      if (Result<std::unique_ptr<Writer>> writer = Writer::Open(dir_ / "bad", TestKey());
          writer.ok()) {
        Result<Published> result = (*writer)->Publish();
        published = result.ok();
        if (!published) {
          EXPECT_EQ(result.status().code(), Code::kDamaged) << result.status().message();
        }
      } else {
        EXPECT_EQ(writer.status().code(), Code::kDamaged) << name << writer.status().message();
      }
      if (!published) {
        EXPECT_EQ(ReadFile(dir_ / "bad/CURRENT"), pointer);
      }
      if (name.starts_with("writer/") || name == "WRITTEN") {
        EXPECT_TRUE(ReadAll(dir_ / "bad").ok()) << name;
      }
    }
  }
}

TEST_F(Damage, ExchangedGenerationsAreFound) {
  {
    const auto writer = MustWrite(dir_ / "good", TestKey());
    CopyTree(dir_ / "good", dir_ / "older");
    Metadata metadata = SampleMetadata("tenant-1", "openai", "alpha");
    metadata.enabled = false;
    PutSample(writer.get(), metadata);
    ASSERT_TRUE(writer->Publish().ok());
  }
  // The old generation's files in the place of the new one's: what was disabled would be back.
  CopyTree(dir_ / "good", dir_ / "bad");
  CopyTree(dir_ / "older/generations/000001", dir_ / "bad/generations/000002");
  EXPECT_EQ(Reader::Open(dir_ / "bad", TestKey()).status().code(), Code::kDamaged);
  VouchForFiles(dir_ / "bad");
  EXPECT_EQ(Reader::Open(dir_ / "bad", TestKey()).status().message(),
            (dir_ / "bad/generations/000002") +
                ": it is not the generation that CURRENT names; nothing was changed; move the "
                "store aside "
                "and import again");
}

TEST_F(Damage, AStoreSealedUnderTheSameKeyCannotLendItsFiles) {
  MakeSampleStore(dir_ / "other", TestKey());
  for (const char* part : {"CURRENT", "STORE"}) {
    EXPECT_EQ(Try(part, ReadFile((dir_ / "other/") + part)).code(), Code::kDamaged) << part;
  }
  CopyTree(dir_ / "good", dir_ / "bad");
  CopyTree(dir_ / "other/generations", dir_ / "bad/generations");
  EXPECT_EQ(Reader::Open(dir_ / "bad", TestKey()).status().code(), Code::kDamaged);
  VouchForFiles(dir_ / "bad");
  EXPECT_EQ(Reader::Open(dir_ / "bad", TestKey()).status().code(), Code::kDamaged);
}

// An attacker with RocksDB's own tools: every checksum is right, only the keyed proofs are not.
class Forged : public Damage {
 protected:
  using Rows = std::map<std::string, std::string>;

  Status ReadForged(const std::function<void(Rows*)>& forge) {
    CopyTree(dir_ / "good", dir_ / "bad");
    const std::string path = dir_ / "bad/generations/000001";
    rocksdb::DB* raw = nullptr;
    EXPECT_TRUE(rocksdb::DB::Open(rocksdb::Options(), path, &raw).ok());
    const std::unique_ptr<rocksdb::DB> db(raw);
    Rows before;
    std::unique_ptr<rocksdb::Iterator> it(db->NewIterator(rocksdb::ReadOptions()));
    for (it->SeekToFirst(); it->Valid(); it->Next()) {
      before[it->key().ToString()] = it->value().ToString();
    }
    it.reset();
    Rows after = before;
    forge(&after);
    EXPECT_NE(after, before);
    for (const auto& [key, value] : before) {
      if (!after.contains(key)) {
        EXPECT_TRUE(db->Delete({}, key).ok());
      }
    }
    for (const auto& [key, value] : after) {
      if (!before.contains(key) || before[key] != value) {
        EXPECT_TRUE(db->Put({}, key, value).ok());
      }
    }
    EXPECT_TRUE(db->Flush({}).ok());
    EXPECT_TRUE(db->Close().ok());
    EXPECT_EQ(ReadAll(dir_ / "bad").code(), Code::kDamaged);  // by the files alone
    VouchForFiles(dir_ / "bad");
    return ReadAll(dir_ / "bad");
  }

  static std::string Key(RowKind kind, const char* tenant, const char* name) {
    Metadata metadata = SampleMetadata(tenant, "openai", name);
    metadata.id = DerivedId(metadata);
    return RowKey(kind, metadata.key());
  }
};

TEST_F(Forged, EveryByteOfMetadataPayloadAndDataKey) {
  for (const std::string& key :
       {Key(RowKind::kMetadata, "tenant-1", "alpha"), Key(RowKind::kPayload, "tenant-1", "alpha"),
        DataKeyKey("tenant-1", 1)}) {
    for (size_t at = 0; at < 400; at += 7) {
      const Status status = ReadForged([&](Rows* rows) {
        std::string& value = rows->at(key);
        value[at % value.size()] = static_cast<char>(value[at % value.size()] ^ 0x10);
      });
      ASSERT_EQ(status.code(), Code::kDamaged) << key << " byte " << at;
    }
  }
}

TEST_F(Forged, RowsMovedBetweenTenantsAndIds) {
  struct Place {
    const char* tenant;
    const char* name;
  };
  for (const Place& other : {Place{"tenant-2", "alpha"}, Place{"tenant-1", "beta"}}) {
    for (const bool metadata : {false, true}) {
      for (const bool payload : {false, true}) {
        if (!metadata && !payload) continue;
        const Status status = ReadForged([&](Rows* rows) {
          for (RowKind kind : {RowKind::kMetadata, RowKind::kPayload}) {
            if (kind == RowKind::kMetadata ? !metadata : !payload) continue;
            (*rows)[Key(kind, "tenant-1", "alpha")] = (*rows)[Key(kind, other.tenant, other.name)];
          }
        });
        EXPECT_EQ(status.code(), Code::kDamaged);
      }
    }
  }
  const Status keys = ReadForged(
      [](Rows* rows) { (*rows)[DataKeyKey("tenant-1", 1)] = (*rows)[DataKeyKey("tenant-2", 1)]; });
  EXPECT_EQ(keys.code(), Code::kDamaged);
}

TEST_F(Forged, RowsRemovedOrAdded) {
  struct Case {
    const char* what;
    std::function<void(Rows*)> forge;
  };
  const Case cases[] = {
      {"a credential is gone",
       [](Rows* rows) {
         rows->erase(Key(RowKind::kMetadata, "tenant-1", "alpha"));
         rows->erase(Key(RowKind::kPayload, "tenant-1", "alpha"));
       }},
      {"its payload is gone",
       [](Rows* rows) { rows->erase(Key(RowKind::kPayload, "tenant-1", "alpha")); }},
      {"its metadata are gone",
       [](Rows* rows) { rows->erase(Key(RowKind::kMetadata, "tenant-1", "alpha")); }},
      {"a data key is gone", [](Rows* rows) { rows->erase(DataKeyKey("tenant-1", 1)); }},
      {"a share is gone",
       [](Rows* rows) { rows->erase(rows->lower_bound(RowKey(RowKind::kShared, {"*"}))); }},
      {"a share is added",
       [](Rows* rows) {
         Metadata metadata = SampleMetadata("tenant-1", "openai", "alpha");
         metadata.id = DerivedId(metadata);
         (*rows)[SharedKey("tenant-2", metadata.key())] = "";
       }},
      {"an unknown row", [](Rows* rows) { (*rows)["Zebra"] = "x"; }},
      {"the generation is gone", [](Rows* rows) { rows->erase(RowKey(RowKind::kGeneration, {})); }},
  };
  for (const Case& c : cases) EXPECT_EQ(ReadForged(c.forge).code(), Code::kDamaged) << c.what;
}

TEST_F(Forged, AnAddedShareOpensNothing) {
  ASSERT_EQ(ReadForged([](Rows* rows) {
              Metadata metadata = SampleMetadata("tenant-1", "openai", "alpha");
              metadata.id = DerivedId(metadata);
              (*rows)[SharedKey("tenant-2", metadata.key())] = "";
            }).code(),
            Code::kDamaged);
  const auto reader = MustRead(dir_ / "bad", TestKey());
  const Status status = reader->Candidates("tenant-2", "openai", [](const Metadata& metadata) {
    EXPECT_NE(metadata.tenant, "tenant-1");
    return true;
  });
  EXPECT_EQ(status.code(), Code::kDamaged);
}

}  // namespace
}  // namespace keyrule::store
