#include "store/reader.h"

#include <filesystem>
#include <set>
#include <thread>

#include "tests/store/support.h"

namespace keyrule::store {
namespace {

namespace fs = std::filesystem;

TEST(Reader, SaysHowToMakeAStore) {
  const TempDir dir;
  const std::string path = dir / "s";
  EXPECT_EQ(
      Reader::Open(path, TestKey()).status().message(),
      path + ": there is no store here; make one: `keyrule import FILE --store " + path + "`");
  EXPECT_EQ(Reader::PublishedGeneration(path).status().code(), Code::kNotFound);
  MustWrite(path, TestKey());
  EXPECT_EQ(Reader::Open(path, TestKey()).status().message(),
            path + ": nothing has been published in this store; run `keyrule import FILE --store " +
                path + "`");
}

TEST(Reader, WrongKeyIsSaid) {
  const TempDir dir;
  MakeSampleStore(dir / "s", TestKey());
  EXPECT_EQ(Reader::Open(dir / "s", TestKey(8)).status().message(),
            (dir / "s/STORE") +
                ": the store was sealed with another master key; give the key file that "
                "it was made with; nothing was changed");
}

TEST(Reader, CandidatesAreTheTenantsOwnAndTheSharedOnes) {
  const TempDir dir;
  {
    const auto writer = MustWrite(dir / "s", TestKey());
    PutSample(writer.get(), SampleMetadata("a", "openai", "own"));
    PutSample(writer.get(), SampleMetadata("a", "gemini", "own"));
    PutSample(writer.get(), SampleMetadata("ab", "openai", "stranger"));
    Metadata shared = SampleMetadata("b", "openai", "for-a");
    shared.shared_with = {"a"};
    PutSample(writer.get(), shared);
    Metadata open = SampleMetadata("c", "openai", "for-all");
    open.shared_with = {"*"};
    PutSample(writer.get(), open);
    ASSERT_TRUE(writer->Publish().ok());
  }
  const auto reader = MustRead(dir / "s", TestKey());
  using Names = std::vector<std::string>;
  EXPECT_EQ(CandidateNames(*reader, "a", "openai"), (Names{"a/own", "b/for-a", "c/for-all"}));
  EXPECT_EQ(CandidateNames(*reader, "c", "openai"), Names{"c/for-all"});  // once
  Names all;
  ASSERT_TRUE(reader
                  ->Candidates("a",
                               [&all](const Metadata& metadata) {
                                 all.push_back(metadata.tenant + "/" + metadata.provider + "/" +
                                               metadata.name);
                                 return true;
                               })
                  .ok());
  EXPECT_EQ(all, (Names{"a/gemini/own", "a/openai/own", "b/openai/for-a", "c/openai/for-all"}));
  EXPECT_EQ(CandidateNames(*reader, "nobody", "openai"), Names{"c/for-all"});
  for (const std::string& hostile :
       {std::string(), std::string("*"), std::string("A"), std::string("a\0", 2), std::string("a%"),
        std::string(5000, 'a'), std::string(70000, 'a')}) {
    for (const std::string& name : CandidateNames(*reader, hostile, "openai")) {
      EXPECT_EQ(name, "c/for-all") << hostile.substr(0, 10);
    }
  }
  EXPECT_EQ(CandidateNames(*reader, "a", "gemini"), Names{"a/own"});
  EXPECT_TRUE(CandidateNames(*reader, "a", "open").empty());
  EXPECT_TRUE(CandidateNames(*reader, "a", "").empty());
}

TEST(Reader, TheVisitorCanStop) {
  const TempDir dir;
  MakeSampleStore(dir / "s", TestKey());
  const auto reader = MustRead(dir / "s", TestKey());
  for (int wanted = 1; wanted <= 6; ++wanted) {
    int seen = 0;
    const auto visit = [&](const Metadata&) { return ++seen < wanted; };
    EXPECT_TRUE(reader->Candidates("tenant-1", "openai", visit).ok());
    EXPECT_EQ(seen, wanted);
  }
}

TEST(Reader, OpensWhatWasSealedAndOnlyForWhoMay) {
  const TempDir dir;
  MakeSampleStore(dir / "s", TestKey());
  const auto reader = MustRead(dir / "s", TestKey());
  uint64_t seen = 0;
  ASSERT_TRUE(reader
                  ->List([&](const Metadata& metadata) {
                    ++seen;
                    Result<Secret> own =
                        reader->OpenPayload(metadata.tenant, metadata.provider, metadata.id);
                    EXPECT_TRUE(own.ok()) << own.status().message();
                    EXPECT_EQ(Text(*own), SamplePayload(metadata.tenant, metadata.name));
                    const bool shared = metadata.tenant == "tenant-0";
                    EXPECT_EQ(reader->OpenPayload("tenant-9", metadata.key()).ok(), shared);
                    EXPECT_EQ(reader->Find("tenant-9", metadata.key()).ok(), shared);
                    return true;
                  })
                  .ok());
  EXPECT_EQ(seen, 24u);
  EXPECT_EQ(reader->records(), 24u);
  EXPECT_TRUE(reader->Verify().ok());
}

TEST(Reader, AbsentAndNotYoursSayTheSame) {
  const TempDir dir;
  MakeSampleStore(dir / "s", TestKey());
  const auto reader = MustRead(dir / "s", TestKey());
  CredentialKey theirs;
  ASSERT_TRUE(reader
                  ->Candidates("tenant-1", "openai",
                               [&](const Metadata& m) {
                                 theirs = m.key();
                                 return false;
                               })
                  .ok());
  CredentialKey absent = theirs;
  absent.id.back() = 'x';
  const Status no = reader->OpenPayload("tenant-2", theirs).status();
  const Status none = reader->OpenPayload("tenant-2", absent).status();
  EXPECT_EQ(no.code(), Code::kNotFound);
  EXPECT_EQ(none.code(), Code::kNotFound);
  EXPECT_EQ(no.what(), none.what());
  EXPECT_EQ(no.message(),
            "tenant-1/openai/" + theirs.id + ": there is no such credential; see `keyrule list`");
  EXPECT_EQ(reader->OpenPayload("t", std::string(70000, 'p'), "i").status().code(),
            Code::kNotFound);
}

TEST(Reader, StaysOnItsGenerationWhileNewOnesAreMadeAndOldOnesRemoved) {
  const TempDir dir;
  MakeSampleStore(dir / "s", TestKey());
  const auto old = MustRead(dir / "s", TestKey());
  const auto writer = MustWrite(dir / "s", TestKey());
  for (int round = 0; round < 5; ++round) {
    PutSample(writer.get(), SampleMetadata("tenant-1", "openai", "new-" + std::to_string(round)));
    ASSERT_TRUE(writer->Publish().ok());
  }
  EXPECT_TRUE(fs::exists(dir / "s/generations/000001"));
  EXPECT_FALSE(fs::exists(dir / "s/generations/000002"));
  EXPECT_EQ(old->generation(), 1u);
  EXPECT_EQ(CandidateNames(*old, "tenant-1", "openai").size(), 6u);
  EXPECT_TRUE(old->Verify().ok());
  fs::remove_all(dir / "s/generations/000001");  // by somebody else
  EXPECT_TRUE(old->Verify().ok());  // its files are open, though they have no name any more
  const auto fresh = MustRead(dir / "s", TestKey());
  EXPECT_EQ(fresh->generation(), 6u);
  EXPECT_EQ(CandidateNames(*fresh, "tenant-1", "openai").size(), 11u);
}

TEST(Reader, WritesNothing) {
  const TempDir dir;
  MakeSampleStore(dir / "s", TestKey());
  const auto before = AllFiles(dir / "s");
  {
    const auto reader = MustRead(dir / "s", TestKey());
    EXPECT_TRUE(reader->Verify().ok());
  }
  EXPECT_EQ(AllFiles(dir / "s"), before);
}

TEST(Reader, ManyThreads) {
  const TempDir dir;
  MakeSampleStore(dir / "s", TestKey());
  const auto reader = MustRead(dir / "s", TestKey());
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&reader, i] {
      const std::string tenant = "tenant-" + std::to_string(i);
      for (int round = 0; round < 200; ++round) {
        const Status status = reader->Candidates(tenant, "openai", [&](const Metadata& metadata) {
          Result<Secret> payload = reader->OpenPayload(tenant, metadata.key());
          EXPECT_TRUE(payload.ok());
          EXPECT_EQ(Text(*payload), SamplePayload(metadata.tenant, metadata.name));
          return true;
        });
        EXPECT_TRUE(status.ok());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace keyrule::store
