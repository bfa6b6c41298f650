#include "store/writer.h"

#include <filesystem>

#include "tests/store/support.h"

namespace keyrule::store {
namespace {

namespace fs = std::filesystem;

Metadata MustFind(const Reader& reader, const Metadata& wanted) {
  Result<Metadata> found = reader.Find(wanted.tenant, wanted.key());
  EXPECT_TRUE(found.ok()) << found.status().message();
  return found.ok() ? *found : Metadata();
}

TEST(Writer, MakesAStoreThatOnlyTheOwnerMayEnter) {
  const TempDir dir;
  const auto writer = MustWrite(dir / "s", TestKey());
  EXPECT_TRUE(writer->created());
  EXPECT_EQ(fs::status(dir / "s").permissions(), fs::perms::owner_all);
  EXPECT_EQ(fs::status(dir / "s/STORE").permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
}

TEST(Writer, CountsAddedChangedUnchanged) {
  const TempDir dir;
  Metadata metadata = SampleMetadata("t", "openai", "a");
  {
    const auto writer = MustWrite(dir / "s", TestKey());
    EXPECT_EQ(PutSample(writer.get(), metadata), PutOutcome::kAdded);
    EXPECT_EQ(PutSample(writer.get(), metadata), PutOutcome::kUnchanged);  // not yet committed
    ASSERT_TRUE(writer->Publish().ok());
  }
  const auto writer = MustWrite(dir / "s", TestKey());
  EXPECT_FALSE(writer->created());
  EXPECT_EQ(PutSample(writer.get(), metadata), PutOutcome::kUnchanged);
  metadata.enabled = false;
  EXPECT_EQ(PutSample(writer.get(), metadata), PutOutcome::kChanged);
  Result<PutOutcome> payload = writer->Put(metadata, AsBytes("{\"openai_api_key\":\"new\"}"));
  ASSERT_TRUE(payload.ok());
  EXPECT_EQ(*payload, PutOutcome::kChanged);
  ASSERT_TRUE(writer->Publish().ok());

  const auto reader = MustRead(dir / "s", TestKey());
  metadata.id = DerivedId(metadata);
  const Metadata found = MustFind(*reader, metadata);
  EXPECT_EQ(found.version, 3u);
  EXPECT_FALSE(found.enabled);
  EXPECT_EQ(reader->records(), 1u);
}

TEST(Writer, ARemovedCredentialComesBackWithAHigherVersion) {
  const TempDir dir;
  Metadata metadata = SampleMetadata("t", "openai", "a");
  metadata.id = "fixed";
  metadata.shared_with = {"*"};
  const auto writer = MustWrite(dir / "s", TestKey());
  PutSample(writer.get(), metadata);
  ASSERT_TRUE(writer->Publish().ok());
  ASSERT_TRUE(writer->Remove(metadata.key()).ok());
  EXPECT_EQ(writer->Remove(metadata.key()).code(), Code::kNotFound);
  ASSERT_TRUE(writer->Publish().ok());
  {
    const auto reader = MustRead(dir / "s", TestKey());
    EXPECT_EQ(reader->records(), 0u);
    EXPECT_TRUE(CandidateNames(*reader, "t", "openai").empty());
    EXPECT_TRUE(CandidateNames(*reader, "other", "openai").empty());
    EXPECT_TRUE(reader->Verify().ok());
  }
  EXPECT_EQ(PutSample(writer.get(), metadata), PutOutcome::kAdded);
  ASSERT_TRUE(writer->Publish().ok());
  EXPECT_EQ(MustFind(*MustRead(dir / "s", TestKey()), metadata).version, 2u);
}

TEST(Writer, DisabledByHandARemovedCredentialComesBackDisabled) {
  const TempDir dir;
  const Metadata metadata = [] {
    Metadata sample = SampleMetadata("t", "openai", "a");
    sample.id = "fixed";
    return sample;
  }();
  const auto writer = MustWrite(dir / "s", TestKey());
  const auto remove_and_put = [&](bool committed) {
    ASSERT_TRUE(writer->Remove(metadata.key()).ok());
    if (committed) {
      ASSERT_TRUE(writer->Commit().ok());
    }
    EXPECT_EQ(PutSample(writer.get(), metadata), PutOutcome::kAdded);
  };
  PutSample(writer.get(), metadata);
  ASSERT_TRUE(writer->SetEnabled(metadata.key(), false).ok());
  for (const bool committed : {true, false}) {
    remove_and_put(committed);
    const Result<Metadata> back = writer->Find(metadata.key());
    ASSERT_TRUE(back.ok());
    EXPECT_TRUE(back->held);
  }
  ASSERT_TRUE(writer->SetEnabled(metadata.key(), true).ok());
  remove_and_put(true);
  ASSERT_TRUE(writer->Publish().ok());
  const auto reader = MustRead(dir / "s", TestKey());
  EXPECT_TRUE(MustFind(*reader, metadata).usable());
  EXPECT_TRUE(reader->Verify().ok());
}

TEST(Writer, TellsWhatItHas) {
  const TempDir dir;
  const auto writer = MustWrite(dir / "s", TestKey());
  Metadata a = SampleMetadata("t", "openai", "a");
  a.id = "1";
  Metadata b = SampleMetadata("t", "openai", "b");
  b.id = "2";
  PutSample(writer.get(), a);
  EXPECT_EQ(writer->Find(b.key()).status().code(), Code::kNotFound);
  EXPECT_EQ(writer->PutMetadata(b).status().code(), Code::kNotFound);
  ASSERT_TRUE(writer->Commit().ok());
  PutSample(writer.get(), b);  // staged: found, not yet listed
  EXPECT_EQ(writer->Find(b.key())->name, "b");
  std::vector<std::string> names;
  ASSERT_TRUE(writer->List([&names](const Metadata& metadata) {
    names.push_back(metadata.name);
    return true;
  }).ok());
  EXPECT_EQ(names, std::vector<std::string>{"a"});
}

TEST(Writer, PutMetadataKeepsTheCredentials) {
  const TempDir dir;
  const auto writer = MustWrite(dir / "s", TestKey());
  Metadata metadata = SampleMetadata("t", "openai", "a");
  metadata.id = "1";
  PutSample(writer.get(), metadata);
  metadata.name = "renamed";
  metadata.source_mark = writer->SourceMark("row");
  EXPECT_EQ(*writer->PutMetadata(metadata), PutOutcome::kChanged);
  EXPECT_EQ(*writer->PutMetadata(metadata), PutOutcome::kUnchanged);
  ASSERT_TRUE(writer->Publish().ok());
  const auto reader = MustRead(dir / "s", TestKey());
  EXPECT_EQ(MustFind(*reader, metadata).name, "renamed");
  EXPECT_EQ(Text(*reader->OpenPayload("t", metadata.key())), SamplePayload("t", "a"));
  EXPECT_EQ(reader->SourceMark("row"), metadata.source_mark);
  EXPECT_NE(reader->SourceMark("Row"), metadata.source_mark);
}

TEST(Writer, KnowsWhetherAllIsPublished) {
  const TempDir dir;
  const Metadata metadata = SampleMetadata("t", "openai", "a");
  {
    const auto writer = MustWrite(dir / "s", TestKey());
    EXPECT_FALSE(*writer->AllPublished());
    PutSample(writer.get(), metadata);
    ASSERT_TRUE(writer->Publish().ok());
    EXPECT_TRUE(*writer->AllPublished());
    Metadata other = metadata;
    other.name = "other";
    PutSample(writer.get(), other);
    ASSERT_TRUE(writer->Commit().ok());
    EXPECT_FALSE(*writer->AllPublished());
  }
  const auto writer = MustWrite(dir / "s", TestKey());
  EXPECT_FALSE(*writer->AllPublished());
  ASSERT_TRUE(writer->Publish().ok());
  EXPECT_TRUE(*writer->AllPublished());
  ASSERT_TRUE(writer->Commit().ok());  // nothing is staged
  EXPECT_TRUE(*writer->AllPublished());
}

TEST(Writer, SharesAreReplaced) {
  const TempDir dir;
  Metadata metadata = SampleMetadata("t", "openai", "a");
  metadata.shared_with = {"x", "y"};
  const auto writer = MustWrite(dir / "s", TestKey());
  PutSample(writer.get(), metadata);
  ASSERT_TRUE(writer->Publish().ok());
  metadata.shared_with = {"y", "z"};
  EXPECT_EQ(PutSample(writer.get(), metadata), PutOutcome::kChanged);
  ASSERT_TRUE(writer->Publish().ok());
  const auto reader = MustRead(dir / "s", TestKey());
  EXPECT_TRUE(CandidateNames(*reader, "x", "openai").empty());
  EXPECT_EQ(CandidateNames(*reader, "y", "openai"), std::vector<std::string>{"t/a"});
  EXPECT_EQ(CandidateNames(*reader, "z", "openai"), std::vector<std::string>{"t/a"});
  EXPECT_TRUE(reader->Verify().ok());
}

TEST(Writer, OnlyOneAtATime) {
  const TempDir dir;
  auto writer = MustWrite(dir / "s", TestKey());
  const Status status = Writer::Open(dir / "s", TestKey()).status();
  EXPECT_EQ(status.code(), Code::kBusy);
  EXPECT_EQ(status.message(), (dir / "s") +
                                  ": another process is writing to this store; wait until it "
                                  "is done, and run this again");
  writer.reset();
  EXPECT_NE(MustWrite(dir / "s", TestKey()), nullptr);
}

TEST(Writer, AWrongKeyOrANewerFormatChangesNothing) {
  const TempDir dir;
  MakeSampleStore(dir / "s", TestKey());
  auto before = AllFiles(dir / "s");
  EXPECT_EQ(Writer::Open(dir / "s", TestKey(8)).status().code(), Code::kKeyWrong);
  EXPECT_EQ(Writer::Open(dir / "s", SecretText("short")).status().code(), Code::kKeyMalformed);
  EXPECT_EQ(AllFiles(dir / "s"), before);

  const std::string body = "keyrule store\nformat 2\n";
  WriteFile(dir / "s/STORE", body + "sum " + ToHex(Sha256({body})) + "\n");
  before = AllFiles(dir / "s");
  EXPECT_EQ(Writer::Open(dir / "s", TestKey()).status().code(), Code::kNewerFormat);
  EXPECT_EQ(Reader::Open(dir / "s", TestKey()).status().code(), Code::kNewerFormat);
  EXPECT_EQ(AllFiles(dir / "s"), before);
}

TEST(Writer, RefusesADirectoryOfOtherThings) {
  const TempDir dir;
  fs::create_directory(dir / "s");
  WriteFile(dir / "s/thesis.txt", "precious");
  EXPECT_EQ(Writer::Open(dir / "s", TestKey()).status().code(), Code::kInvalid);
  EXPECT_EQ(ReadFile(dir / "s/thesis.txt"), "precious");
  EXPECT_EQ(Writer::Open(dir / "no/such", TestKey()).status().code(), Code::kIo);
}

TEST(Writer, RefusesAStoreWithPartsMissing) {
  const TempDir dir;
  MakeSampleStore(dir / "s", TestKey());
  CopyTree(dir / "s", dir / "a");
  fs::remove(dir / "a/STORE");
  EXPECT_EQ(Writer::Open(dir / "a", TestKey()).status().code(), Code::kDamaged);
  EXPECT_EQ(Reader::Open(dir / "a", TestKey()).status().code(), Code::kDamaged);
  CopyTree(dir / "s", dir / "c");
  fs::remove(dir / "c/CURRENT");
  EXPECT_EQ(Writer::Open(dir / "c", TestKey()).status().code(), Code::kDamaged);
  EXPECT_EQ(Reader::Open(dir / "c", TestKey()).status().code(), Code::kDamaged);
  EXPECT_FALSE(fs::exists(dir / "c/CURRENT"));
  CopyTree(dir / "s", dir / "d");
  fs::remove(dir / "d/WRITTEN");
  EXPECT_EQ(Writer::Open(dir / "d", TestKey()).status().code(), Code::kDamaged);
  CopyTree(dir / "s", dir / "b");
  fs::remove_all(dir / "b/writer");
  EXPECT_EQ(Writer::Open(dir / "b", TestKey()).status().code(), Code::kDamaged);
  EXPECT_TRUE(MustRead(dir / "b", TestKey())->Verify().ok());
}

TEST(Writer, RefusesAnOlderStateOfItsDatabase) {
  const TempDir dir;
  MakeSampleStore(dir / "s", TestKey());
  CopyTree(dir / "s", dir / "older");
  {
    const auto writer = MustWrite(dir / "s", TestKey());
    Metadata metadata = SampleMetadata("tenant-1", "openai", "alpha");
    metadata.id = DerivedId(metadata);
    ASSERT_TRUE(writer->Remove(metadata.key()).ok());
    ASSERT_TRUE(writer->Commit().ok());
  }
  fs::remove_all(dir / "s/writer");
  CopyTree(dir / "older/writer", dir / "s/writer");
  EXPECT_EQ(Writer::Open(dir / "s", TestKey()).status().message(),
            (dir / "s/writer") +
                ": the database lost its last changes; nothing was changed; move the "
                "store aside and import again");
}

TEST(Writer, InvalidInputStagesNothing) {
  const TempDir dir;
  const auto writer = MustWrite(dir / "s", TestKey());
  Metadata metadata = SampleMetadata("t", "openai", "a");
  for (const char* payload : {"", "{", "[]", "sk-canary", "{} "}) {
    const Status status = writer->Put(metadata, AsBytes(payload)).status();
    EXPECT_EQ(status.code(), Code::kInvalid) << payload;
    EXPECT_EQ(status.message().find("canary"), std::string::npos);
  }
  const std::string long_payload = "{" + std::string(kMaxPayload, ' ') + "}";
  EXPECT_EQ(writer->Put(metadata, AsBytes(long_payload)).status().code(), Code::kInvalid);
  metadata.weight = 1001;
  EXPECT_EQ(writer->Put(metadata, AsBytes("{}")).status().code(), Code::kInvalid);
  Result<Published> published = writer->Publish();
  ASSERT_TRUE(published.ok());
  EXPECT_EQ(published->records, 0u);
}

TEST(Writer, DiscardForgetsAlsoNewTenantsKeys) {
  const TempDir dir;
  const auto writer = MustWrite(dir / "s", TestKey());
  PutSample(writer.get(), SampleMetadata("t", "openai", "a"));
  writer->Discard();
  PutSample(writer.get(), SampleMetadata("t", "openai", "b"));
  ASSERT_TRUE(writer->Publish().ok());
  const auto reader = MustRead(dir / "s", TestKey());
  EXPECT_EQ(CandidateNames(*reader, "t", "openai"), std::vector<std::string>{"t/b"});
  EXPECT_TRUE(reader->Verify().ok());
}

TEST(Writer, StagedButNotCommittedIsGone) {
  const TempDir dir;
  {
    const auto writer = MustWrite(dir / "s", TestKey());
    PutSample(writer.get(), SampleMetadata("t", "openai", "a"));
  }
  const auto writer = MustWrite(dir / "s", TestKey());
  EXPECT_EQ(writer->Publish()->records, 0u);
}

TEST(Writer, CommittedButNotPublishedStays) {
  const TempDir dir;
  {
    const auto writer = MustWrite(dir / "s", TestKey());
    PutSample(writer.get(), SampleMetadata("t", "openai", "a"));
    ASSERT_TRUE(writer->Commit().ok());
  }
  EXPECT_EQ(Reader::Open(dir / "s", TestKey()).status().code(), Code::kNotFound);
  EXPECT_EQ(MustWrite(dir / "s", TestKey())->Publish()->records, 1u);
}

TEST(Writer, CountsGenerationsAndKeepsTheCurrentOne) {
  const TempDir dir;
  const auto writer = MustWrite(dir / "s", TestKey());
  for (uint64_t round = 1; round <= 5; ++round) {
    Metadata metadata = SampleMetadata("t", "openai", "a");
    metadata.weight = static_cast<uint32_t>(round);
    PutSample(writer.get(), metadata);
    Result<Published> published = writer->Publish();
    ASSERT_TRUE(published.ok()) << published.status().message();
    EXPECT_EQ(published->generation, round);
    EXPECT_EQ(*Reader::PublishedGeneration(dir / "s"), round);
  }
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(dir / "s/generations")) {
    names.push_back(entry.path().filename());
  }
  EXPECT_EQ(names, std::vector<std::string>{"000005"});
}

TEST(Writer, LeftoversOfACrashAreNeitherUsedNorReused) {
  const TempDir dir;
  MakeSampleStore(dir / "s", TestKey());
  fs::create_directory(dir / "s/generations/000002");  // made, never named by CURRENT
  WriteFile(dir / "s/generations/000002/000009.sst", "half");
  fs::create_directory(dir / "s/generations/000003.tmp");
  WriteFile(dir / "s/generations/000003.tmp/x", "half");
  WriteFile(dir / "s/CURRENT.new", "half");
  EXPECT_EQ(MustRead(dir / "s", TestKey())->generation(), 1u);
  EXPECT_EQ(MustWrite(dir / "s", TestKey())->Publish()->generation, 3u);
  EXPECT_FALSE(fs::exists(dir / "s/generations/000002"));
  EXPECT_TRUE(MustRead(dir / "s", TestKey())->Verify().ok());
}

}  // namespace
}  // namespace keyrule::store
