// What a reader keeps in memory: right, proved, bounded, and nobody's but whose it is.

#include "store/payload_cache.h"

#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "tests/store/support.h"

namespace keyrule::store {
namespace {

namespace fs = std::filesystem;

std::vector<Metadata> AllOf(const Reader& reader) {
  std::vector<Metadata> all;
  const Status status = reader.List([&all](const Metadata& metadata) {
    all.push_back(metadata);
    return true;
  });
  EXPECT_TRUE(status.ok()) << status.message();
  return all;
}

void OpenAll(const Reader& reader, const std::vector<Metadata>& all) {
  for (const Metadata& metadata : all) {
    Result<Secret> payload = reader.OpenPayload(metadata.tenant, metadata.key());
    ASSERT_TRUE(payload.ok()) << payload.status().message();
    EXPECT_EQ(Text(*payload), SamplePayload(metadata.tenant, metadata.name));
  }
}

std::unique_ptr<Reader> MustReadWith(const std::string& dir, uint64_t cache_bytes) {
  Result<std::unique_ptr<Reader>> reader =
      Reader::Open(dir, TestKey(), {.payload_cache_bytes = cache_bytes});
  EXPECT_TRUE(reader.ok()) << reader.status().message();
  return *std::move(reader);
}

TEST(PayloadCache, ReadsEachPayloadOnce) {
  const TempDir dir;
  MakeSampleStore(dir / "s", TestKey());
  const auto reader = MustRead(dir / "s", TestKey());
  const std::vector<Metadata> all = AllOf(*reader);
  for (int round = 0; round < 3; ++round) OpenAll(*reader, all);
  const ReaderUsage usage = reader->usage();
  EXPECT_EQ(usage.payload_reads, 24u);
  EXPECT_EQ(usage.cached_payloads, 24u);
  EXPECT_GT(usage.cache_bytes, 24u * 200);
  EXPECT_LT(usage.cache_bytes, 24u * 1000);
  EXPECT_EQ(usage.cache_limit_bytes, 64u * 1024 * 1024);
}

TEST(PayloadCache, OpensWithoutTheDiskAfterwards) {
  const TempDir dir;
  MakeSampleStore(dir / "s", TestKey());
  const auto reader = MustRead(dir / "s", TestKey());
  const std::vector<Metadata> all = AllOf(*reader);
  OpenAll(*reader, all);
  for (const auto& [name, bytes] : AllFiles(dir / "s/generations")) {
    if (!name.ends_with(".sst")) continue;
    // In place: the reader has the file open.
    std::fstream file((dir / "s/generations/") + name, std::ios::in | std::ios::out);
    file << std::string(bytes.size(), 'x');
  }
  OpenAll(*reader, all);
  EXPECT_EQ(reader->Verify().code(), Code::kDamaged);  // which trusts the disk alone
}

TEST(PayloadCache, NothingDamagedIsEverKept) {
  const TempDir dir;
  MakeSampleStore(dir / "s", TestKey());
  const auto reader = MustRead(dir / "s", TestKey());
  const std::vector<Metadata> all = AllOf(*reader);
  const Metadata& opened = all.front();
  ASSERT_TRUE(reader->OpenPayload(opened.tenant, opened.key()).ok());
  std::map<std::string, std::string> good = AllFiles(dir / "s/generations");
  std::erase_if(good, [](const auto& file) { return !file.first.ends_with(".sst"); });
  const auto write = [&](bool damaged) {
    for (const auto& [name, bytes] : good) {
      std::fstream file((dir / "s/generations/") + name, std::ios::in | std::ios::out);
      file << (damaged ? std::string(bytes.size(), 'x') : bytes);
    }
  };
  write(true);
  for (const Metadata& metadata : all) {
    const Status status = reader->OpenPayload(metadata.tenant, metadata.key()).status();
    EXPECT_EQ(status.code(), metadata == opened ? Code::kOk : Code::kDamaged) << status.message();
  }
  EXPECT_EQ(reader->usage().cached_payloads, 1u);
  write(false);
  OpenAll(*reader, all);
  EXPECT_EQ(reader->usage().cached_payloads, 24u);
}

TEST(PayloadCache, BelongsToWhomTheRowSays) {
  const TempDir dir;
  {
    const auto writer = MustWrite(dir / "s", TestKey());
    PutSample(writer.get(), SampleMetadata("a", "openai", "own"));
    Metadata some = SampleMetadata("a", "openai", "some");
    some.shared_with = {"b", "c"};
    PutSample(writer.get(), some);
    Metadata open = SampleMetadata("a", "openai", "all");
    open.shared_with = {"*"};
    PutSample(writer.get(), open);
    Metadata many = SampleMetadata("a", "openai", "many");
    for (int i = 0; i < 1000; ++i) many.shared_with.push_back("tenant " + std::to_string(i));
    PutSample(writer.get(), many);
    ASSERT_TRUE(writer->Publish().ok());
  }
  const auto reader = MustRead(dir / "s", TestKey());
  const std::vector<Metadata> all = AllOf(*reader);
  const CredentialKey absent{"a", "openai", "none"};
  const std::string refusal = reader->OpenPayload("x", absent).status().what();
  for (int round = 0; round < 3; ++round) {
    for (const Metadata& metadata : all) {
      // One that is not allowed comes first, before and after it is kept.
      for (const std::string& tenant : {std::string("x"), std::string("b"), std::string("a"),
                                        std::string(), std::string("*"), std::string("openai"),
                                        std::string("tenant 7"), metadata.id}) {
        Result<Secret> payload = reader->OpenPayload(tenant, metadata.key());
        EXPECT_EQ(payload.ok(), MayUse(tenant, metadata)) << metadata.name << " " << tenant;
        if (!payload.ok()) {
          EXPECT_EQ(payload.status().code(), Code::kNotFound);
          EXPECT_EQ(payload.status().what(), refusal);
        } else {
          EXPECT_EQ(Text(*payload), SamplePayload("a", metadata.name));
        }
      }
    }
  }
  EXPECT_EQ(reader->usage().cached_payloads, 3u);  // `many` takes more than it is worth
}

TEST(PayloadCache, NoTwoCredentialsShareADigest) {
  // Texts that are the same when they are put one behind the other.
  const CredentialKey keys[] = {{"ab", "c", "d"}, {"a", "bc", "d"}, {"a", "b", "cd"},
                                {"", "abc", "d"}, {"abc", "", "d"}, {"abcd", "", ""},
                                {"ab", "c", std::string("d\0", 2)}};
  std::set<std::array<uint64_t, 2>> digests;
  for (const CredentialKey& key : keys) digests.insert(CredentialRef(key).digest);
  EXPECT_EQ(digests.size(), std::size(keys));
}

TEST(PayloadCache, AFullOneLeavesTheRestToTheDisk) {
  const TempDir dir;
  MakeSampleStore(dir / "s", TestKey());
  for (const uint64_t limit : {0u, 1u, 4096u, 6000u}) {
    const auto reader = MustReadWith(dir / "s", limit);
    const std::vector<Metadata> all = AllOf(*reader);
    for (int round = 0; round < 3; ++round) OpenAll(*reader, all);
    const ReaderUsage usage = reader->usage();
    EXPECT_EQ(usage.payload_reads, 3 * 24 - 2 * usage.cached_payloads) << limit;
    EXPECT_LT(usage.cached_payloads, 24u);
    EXPECT_EQ(usage.cached_payloads == 0, limit <= 1);
    if (limit > 1) {
      EXPECT_LE(usage.cache_bytes, limit);
    }
  }
}

TEST(PayloadCache, PayloadsOfEverySize) {
  const TempDir dir;
  const size_t sizes[] = {2, 60, 600, 2500, 16'384, 16'385, 100'000, 1024 * 1024};
  std::map<std::string, std::string> payloads;
  {
    const auto writer = MustWrite(dir / "s", TestKey());
    for (size_t size : sizes) {
      const Metadata metadata = SampleMetadata("t", "openai", std::to_string(size));
      std::string& payload = payloads[metadata.name];
      payload = size == 2 ? "{}" : "{\"k\":\"" + std::string(size - 8, 'x') + "\"}";
      ASSERT_TRUE(writer->Put(metadata, AsBytes(payload)).ok());
    }
    ASSERT_TRUE(writer->Publish().ok());
  }
  const auto reader = MustRead(dir / "s", TestKey());
  const std::vector<Metadata> all = AllOf(*reader);
  for (int round = 0; round < 2; ++round) {
    for (const Metadata& metadata : all) {
      Result<Secret> payload = reader->OpenPayload("t", metadata.key());
      ASSERT_TRUE(payload.ok());
      EXPECT_EQ(Text(*payload), payloads[metadata.name]);
    }
  }
  EXPECT_EQ(reader->usage().payload_reads, std::size(sizes));
}

TEST(PayloadCache, ThreadsFillAndOpenAtOnce) {
  const TempDir dir;
  MakeSampleStore(dir / "s", TestKey());
  for (int round = 0; round < (kSanitized ? 3 : 10); ++round) {
    const auto reader = MustRead(dir / "s", TestKey());
    const std::vector<Metadata> all = AllOf(*reader);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 20; ++i) OpenAll(*reader, all);
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(reader->usage().cached_payloads, 24u);
    EXPECT_LE(reader->usage().payload_reads, 4u * 24);
  }
}

TEST(PayloadCache, ChildrenGoOnWithWhatWasKept) {
  const TempDir dir;
  MakeSampleStore(dir / "s", TestKey());
  const auto reader = MustRead(dir / "s", TestKey());
  const std::vector<Metadata> all = AllOf(*reader);
  OpenAll(*reader, {all.begin(), all.begin() + 12});
  std::atomic<bool> stop{false};
  std::vector<std::thread> busy;
  if (!kSanitized) {
    busy.emplace_back([&] {
      while (!stop) OpenAll(*reader, {all.begin() + 12, all.end()});
    });
  }
  for (int i = 0; i < 30; ++i) {
    EXPECT_EQ(InChild([&] {
                for (int round = 0; round < 3; ++round) OpenAll(*reader, all);
                return testing::Test::HasFailure() ? 1 : 0;
              }),
              0);
  }
  stop = true;
  for (std::thread& thread : busy) thread.join();
}

}  // namespace
}  // namespace keyrule::store
