// What is revoked or disabled is refused at once, outlives every crash, and comes back only when it
// is added or enabled again.

#include "store/revoke.h"

#include <filesystem>
#include <optional>
#include <vector>

#include "store/open_store.h"
#include "store/revocation_log.h"
#include "store/shared_file.h"
#include "store/shared_table.h"
#include "tests/store/support.h"

namespace keyrule::store {
namespace {

namespace fs = std::filesystem;

CredentialKey Alpha() {
  Metadata metadata = SampleMetadata("tenant-1", "openai", "alpha");
  metadata.id = DerivedId(metadata);
  return metadata.key();
}

Metadata AlphaMetadata() {
  Metadata metadata = SampleMetadata("tenant-1", "openai", "alpha");
  metadata.id = DerivedId(metadata);
  return metadata;
}

// May a process that is on this reader's generation spend it?
bool Usable(const Reader& reader, const CredentialKey& key) {
  const Result<Metadata> found = reader.Find(key.tenant, key);
  return found.ok() && found->usable() && !reader.IsRevoked(*found);
}

void MustWithdraw(const std::string& dir, Withdrawal kind, const CredentialKey& key) {
  const Result<Withdrawn> withdrawn = Withdraw(dir, TestKey(), kind, {key});
  ASSERT_TRUE(withdrawn.ok()) << withdrawn.status().message();
  EXPECT_TRUE(withdrawn->at_once);
}

uint64_t Entries(const std::string& dir) {
  const Result<StoreKeys> keys = OpenStoreFile(dir, TestKey());
  const Result<std::unique_ptr<SharedTable>> table = SharedTable::Open(dir, keys->id());
  return (*table)->entries();
}

TEST(Revoke, IsSeenAtOnceAndMadePermanentByTheNextWriter) {
  const TempDir dir;
  const std::string store = dir / "s";
  MakeSampleStore(store, TestKey());
  auto reader = MustRead(store, TestKey());
  ASSERT_TRUE(Usable(*reader, Alpha()));
  MustWithdraw(store, Withdrawal::kRevoke, Alpha());
  EXPECT_FALSE(Usable(*reader, Alpha()));
  EXPECT_FALSE(Usable(*MustRead(store, TestKey()), Alpha()));
  EXPECT_TRUE(fs::exists(store + "/REVOKED"));
  EXPECT_EQ(reader->records(), 24u);
  {
    const auto writer = MustWrite(store, TestKey());  // publishes it
    EXPECT_FALSE(Usable(*reader, Alpha()));
    const Result<Published> published = writer->Publish();
    ASSERT_TRUE(published.ok());
    EXPECT_EQ(published->records, 23u);
    EXPECT_EQ(published->warning, "");
    EXPECT_FALSE(fs::exists(store + "/REVOKED"));
    EXPECT_FALSE(Usable(*reader, Alpha()));  // still on the first generation
    EXPECT_EQ(Entries(store), 1u);
    reader = MustRead(store, TestKey());
    EXPECT_EQ(reader->Find("tenant-1", Alpha()).status().code(), Code::kNotFound);
    writer->Tidy();  // nobody is on the first any more
    EXPECT_EQ(Entries(store), 0u);
  }
}

TEST(Revoke, ComesBackOnlyWithAHigherVersion) {
  const TempDir dir;
  const std::string store = dir / "s";
  MakeSampleStore(store, TestKey());
  const auto old = MustRead(store, TestKey());
  MustWithdraw(store, Withdrawal::kRevoke, Alpha());
  const auto writer = MustWrite(store, TestKey());
  ASSERT_TRUE(writer->Publish().ok());
  PutSample(writer.get(), AlphaMetadata());
  ASSERT_TRUE(writer->Publish().ok());
  EXPECT_EQ(Entries(store), 1u);            // `old` needs it
  EXPECT_FALSE(Usable(*old, Alpha()));      // what it has is the revoked version
  EXPECT_TRUE(Usable(*MustRead(store, TestKey()), Alpha()));
}

TEST(Revoke, DisabledByHandStaysSoUntilEnabledByHand) {
  const TempDir dir;
  const std::string store = dir / "s";
  MakeSampleStore(store, TestKey());
  const auto first = MustRead(store, TestKey());
  MustWithdraw(store, Withdrawal::kDisable, Alpha());
  EXPECT_FALSE(Usable(*first, Alpha()));
  const auto writer = MustWrite(store, TestKey());
  ASSERT_TRUE(writer->Publish().ok());
  const auto second = MustRead(store, TestKey());
  const Result<Metadata> found = second->Find("tenant-1", Alpha());
  ASSERT_TRUE(found.ok());
  EXPECT_TRUE(found->held);
  EXPECT_TRUE(found->enabled);
  EXPECT_EQ(found->version, 2u);
  EXPECT_FALSE(Usable(*second, Alpha()));
  EXPECT_EQ(PutSample(writer.get(), AlphaMetadata()), PutOutcome::kUnchanged);  // an import
  Metadata changed = AlphaMetadata();
  changed.weight = 9;
  EXPECT_EQ(PutSample(writer.get(), changed), PutOutcome::kChanged);
  ASSERT_TRUE(writer->SetEnabled(Alpha(), false).ok());  // it is
  ASSERT_TRUE(writer->Publish().ok());
  const auto third = MustRead(store, TestKey());
  EXPECT_FALSE(Usable(*third, Alpha()));
  EXPECT_EQ(third->Find("tenant-1", Alpha())->version, 3u);
  ASSERT_TRUE(writer->SetEnabled(Alpha(), true).ok());
  ASSERT_TRUE(writer->Publish().ok());
  const auto fourth = MustRead(store, TestKey());
  EXPECT_TRUE(Usable(*fourth, Alpha()));
  EXPECT_EQ(Text(*fourth->OpenPayload("tenant-1", Alpha())), SamplePayload("tenant-1", "alpha"));
  EXPECT_FALSE(Usable(*first, Alpha()));
  ASSERT_TRUE(writer->SetEnabled(Alpha(), true).ok());  // it is
  CredentialKey absent = Alpha();
  absent.id = "none";
  EXPECT_EQ(writer->SetEnabled(absent, true).code(), Code::kNotFound);
}

TEST(Revoke, EnablingAlsoUndoesWhatTheSourceSaid) {
  const TempDir dir;
  const std::string store = dir / "s";
  MakeSampleStore(store, TestKey());
  const auto writer = MustWrite(store, TestKey());
  Metadata off = AlphaMetadata();
  off.enabled = false;
  PutSample(writer.get(), off);
  ASSERT_TRUE(writer->SetEnabled(Alpha(), true).ok());
  ASSERT_TRUE(writer->Publish().ok());
  EXPECT_TRUE(Usable(*MustRead(store, TestKey()), Alpha()));
  PutSample(writer.get(), off);  // until it says so again
  ASSERT_TRUE(writer->Publish().ok());
  EXPECT_FALSE(Usable(*MustRead(store, TestKey()), Alpha()));
}

// What a writer removes or disables counts from its commit on, not only from the generation on.
TEST(Revoke, CommitsOfAWriterAreSeenAtOnce) {
  const TempDir dir;
  const std::string store = dir / "s";
  MakeSampleStore(store, TestKey());
  const auto reader = MustRead(store, TestKey());
  Metadata beta = SampleMetadata("tenant-1", "openai", "beta");
  beta.id = DerivedId(beta);
  Metadata gamma = SampleMetadata("tenant-1", "openai", "gamma");
  gamma.id = DerivedId(gamma);
  const auto writer = MustWrite(store, TestKey());
  ASSERT_TRUE(writer->Remove(Alpha()).ok());
  beta.enabled = false;
  PutSample(writer.get(), beta);
  gamma.weight = 8;  // no reason to refuse it meanwhile
  PutSample(writer.get(), gamma);
  EXPECT_TRUE(Usable(*reader, Alpha()) && Usable(*reader, beta.key()));
  writer->Discard();
  ASSERT_TRUE(writer->Commit().ok());
  EXPECT_TRUE(Usable(*reader, Alpha()));
  ASSERT_TRUE(writer->Remove(Alpha()).ok());
  PutSample(writer.get(), beta);
  PutSample(writer.get(), gamma);
  ASSERT_TRUE(writer->Commit().ok());
  EXPECT_FALSE(Usable(*reader, Alpha()) || Usable(*reader, beta.key()));
  EXPECT_TRUE(Usable(*reader, gamma.key()));
  EXPECT_FALSE(fs::exists(store + "/REVOKED"));
}

// `keyrule revoke` beside a sync that is at work, which has just read the credential as good.
TEST(Revoke, AlsoWhatAWriterAtWorkIsAboutToPublish) {
  const TempDir dir;
  const std::string store = dir / "s";
  MakeSampleStore(store, TestKey());
  const auto reader = MustRead(store, TestKey());
  const auto writer = MustWrite(store, TestKey());
  Metadata newer = AlphaMetadata();
  newer.weight = 7;
  PutSample(writer.get(), newer);
  ASSERT_TRUE(writer->Commit().ok());
  MustWithdraw(store, Withdrawal::kRevoke, Alpha());
  EXPECT_EQ(Writer::Open(store, TestKey()).status().code(), Code::kBusy);
  EXPECT_FALSE(Usable(*reader, Alpha()));
  newer.weight = 8;
  PutSample(writer.get(), newer);
  const Result<Published> published = writer->Publish();
  ASSERT_TRUE(published.ok());
  EXPECT_EQ(published->records, 23u);
  EXPECT_FALSE(Usable(*MustRead(store, TestKey()), Alpha()));
  EXPECT_FALSE(fs::exists(store + "/REVOKED"));
  PutSample(writer.get(), AlphaMetadata());  // and the same writer may add it again
  ASSERT_TRUE(writer->Publish().ok());
  EXPECT_TRUE(Usable(*MustRead(store, TestKey()), Alpha()));
  EXPECT_FALSE(Usable(*reader, Alpha()));
}

// A crash may come after any of the steps; each later one is done again.
TEST(Revoke, TheNextWriterFinishesWhereverACrashCame) {
  const TempDir dir;
  const std::string store = dir / "s";
  MakeSampleStore(store, TestKey());
  MustWithdraw(store, Withdrawal::kRevoke, Alpha());
  CopyTree(store, dir / "shown");
  const std::string revoked = ReadFile(store + "/REVOKED");
  const std::string stop = store + "/generations/000002.tmp/in the way";
  fs::create_directories(stop);  // a publication fails there, behind the commit
  EXPECT_FALSE(Writer::Open(store, TestKey()).ok());
  fs::remove_all(store + "/generations/000002.tmp");
  EXPECT_EQ(ReadFile(store + "/REVOKED"), revoked);
  CopyTree(store, dir / "committed");
  ASSERT_TRUE(MustWrite(store, TestKey())->Publish().ok());
  WriteFile(store + "/REVOKED", revoked);  // killed before it was taken out of there
  CopyTree(store, dir / "published");
  for (const char* state : {"shown", "committed", "published"}) {
    const std::string copy = dir / state;
    EXPECT_FALSE(Usable(*MustRead(copy, TestKey()), Alpha())) << state;
    fs::remove(copy + "/SHARED");  // and even that is lost
    ASSERT_TRUE(MustWrite(copy, TestKey())->Publish().ok()) << state;
    EXPECT_FALSE(Usable(*MustRead(copy, TestKey()), Alpha())) << state;
    EXPECT_FALSE(fs::exists(copy + "/REVOKED")) << state;
  }
}

// Revoked, done by a writer that added it again and was killed before it could publish: what came back stays.
TEST(Revoke, IsNotDoneAgainToWhatCameBackSince) {
  const TempDir dir;
  const std::string store = dir / "s";
  MakeSampleStore(store, TestKey());
  MustWithdraw(store, Withdrawal::kRevoke, Alpha());
  {
    const auto killed = MustWrite(store, TestKey());
    PutSample(killed.get(), AlphaMetadata());
    ASSERT_TRUE(killed->Commit().ok());
  }
  const auto writer = MustWrite(store, TestKey());
  ASSERT_NE(writer, nullptr);
  ASSERT_TRUE(writer->Publish().ok());
  EXPECT_TRUE(Usable(*MustRead(store, TestKey()), Alpha()));
}

// Committed, and killed before its entry stood in SHARED; nothing of it is published yet.
void RemoveUnseen(const std::string& store) {
  {
    const auto killed = MustWrite(store, TestKey());
    ASSERT_TRUE(killed->Remove(Alpha()).ok());
    ASSERT_TRUE(killed->Commit().ok());
  }
  fs::remove(store + "/SHARED");
}

TEST(Revoke, WhatAKilledWriterRemovedIsShownByTheNext) {
  const TempDir dir;
  const std::string store = dir / "s";
  MakeSampleStore(store, TestKey());
  RemoveUnseen(store);
  EXPECT_TRUE(Usable(*MustRead(store, TestKey()), Alpha()));
  const auto next = MustWrite(store, TestKey());
  const auto reader = MustRead(store, TestKey());
  EXPECT_EQ(reader->generation(), 1u);
  EXPECT_FALSE(Usable(*reader, Alpha()));
  EXPECT_EQ(Entries(store), 1u);
  ASSERT_TRUE(next->Publish().ok());
  EXPECT_FALSE(Usable(*reader, Alpha()));
}

TEST(Revoke, ADamagedGenerationIsMendedByTheNextWriterAllTheSame) {
  const TempDir dir;
  const std::string store = dir / "s";
  MakeSampleStore(store, TestKey());
  RemoveUnseen(store);
  std::vector<fs::path> tables;
  for (const auto& file : fs::directory_iterator(store + "/generations/000001")) {
    if (file.path().extension() == ".sst") tables.push_back(file.path());
  }
  ASSERT_FALSE(tables.empty());
  for (const fs::path& table : tables) {
    fs::remove(table);  // the writer's own is the same file
    WriteFile(table, "no table");
  }
  const Result<Published> published = MustWrite(store, TestKey())->Publish();
  ASSERT_TRUE(published.ok());
  EXPECT_NE(published->warning.find("generations/000001"), std::string::npos) << published->warning;
  EXPECT_EQ(MustRead(store, TestKey())->Find("tenant-1", Alpha()).status().code(), Code::kNotFound);
}

// Opening has published it: publishing at once after that makes no second generation.
TEST(Revoke, IsPublishedOnce) {
  const TempDir dir;
  const std::string store = dir / "s";
  MakeSampleStore(store, TestKey());
  MustWithdraw(store, Withdrawal::kDisable, Alpha());
  const auto writer = MustWrite(store, TestKey());
  EXPECT_FALSE(fs::exists(store + "/REVOKED"));
  const Result<Published> published = writer->Publish();
  ASSERT_TRUE(published.ok());
  EXPECT_EQ(published->generation, 2u);
  EXPECT_EQ(MustRead(store, TestKey())->generation(), 2u);
  const Result<Published> again = writer->Publish();  // asked for: a generation of its own
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->generation, 3u);
}

TEST(Revoke, AFullTableStillRevokesWithTheGeneration) {
  const TempDir dir;
  const std::string store = dir / "s";
  MakeSampleStore(store, TestKey());
  const auto reader = MustRead(store, TestKey());
  {
    const Result<StoreKeys> keys = OpenStoreFile(store, TestKey());
    const Result<SharedLock> held = SharedLock::Take(store);
    Result<std::unique_ptr<SharedTable>> table = SharedTable::Open(store, keys->id());
    ASSERT_TRUE(held.ok() && table.ok());
    const RevocationMark mark = keys->MarkOf("tenant-1", "openai", Alpha().id);
    for (uint64_t i = 1; (*table)->Revoke({mark.first + (i << 16), i}, 1); ++i) continue;
  }
  const Result<Withdrawn> withdrawn = Withdraw(store, TestKey(), Withdrawal::kRevoke, {Alpha()});
  ASSERT_TRUE(withdrawn.ok());
  EXPECT_FALSE(withdrawn->at_once);
  EXPECT_TRUE(Usable(*reader, Alpha()));
  const auto writer = MustWrite(store, TestKey());
  const Result<Published> published = writer->Publish();
  ASSERT_TRUE(published.ok());
  EXPECT_EQ(published->warning,
            store + "/SHARED: it has no room for 1 more revocations: hosts learn of them with this "
                    "generation");
  EXPECT_EQ(MustRead(store, TestKey())->Find("tenant-1", Alpha()).status().code(), Code::kNotFound);
}

TEST(Revoke, SharedIsMadeAgainForIt) {
  const TempDir dir;
  const std::string store = dir / "s";
  MakeSampleStore(store, TestKey());
  fs::remove(store + "/SHARED");
  MustWithdraw(store, Withdrawal::kRevoke, Alpha());
  const auto reader = MustRead(store, TestKey());
  ASSERT_NE(reader->shared(), nullptr);
  EXPECT_EQ(reader->shared()->Generation(), 1u);
  EXPECT_FALSE(Usable(*reader, Alpha()));
}

TEST(Revoke, WhatIsNotThereIsPassedOver) {
  const TempDir dir;
  const std::string store = dir / "s";
  MakeSampleStore(store, TestKey());
  CredentialKey absent = Alpha();
  absent.id = std::string("\0\n ", 3);
  const Result<Withdrawn> withdrawn =
      Withdraw(store, TestKey(), Withdrawal::kDisable, {absent, Alpha()});
  ASSERT_TRUE(withdrawn.ok());
  const Result<Published> published = MustWrite(store, TestKey())->Publish();
  ASSERT_TRUE(published.ok());
  EXPECT_EQ(published->records, 24u);
  EXPECT_FALSE(Usable(*MustRead(store, TestKey()), Alpha()));
  EXPECT_EQ(Withdraw(store, TestKey(8), Withdrawal::kRevoke, {Alpha()}).status().code(),
            Code::kKeyWrong);
  EXPECT_EQ(Withdraw(dir / "none", TestKey(), Withdrawal::kRevoke, {Alpha()}).status().code(),
            Code::kNotFound);
}

TEST(RevocationLog, IsReadAsWrittenAndNotOtherwise) {
  const StoreKeys keys(TestKey().Expose(), {});
  const std::vector<PendingWithdrawal> pending = {
      {1, Withdrawal::kRevoke, {"ws", "openai", "id-1"}},
      {2, Withdrawal::kDisable, {std::string("\n\0x", 3), " ", "\xff"}},
      {UINT64_MAX, Withdrawal::kRevoke, {"", "", ""}},
  };
  const std::string text = FormatRevoked(pending, keys);
  EXPECT_TRUE(text.starts_with("keyrule revoked\nrevoke 1 7773 6f70656e6169 69642d31\n")) << text;
  const auto parsed = ParseRevoked(text, keys, "REVOKED");
  ASSERT_TRUE(parsed.ok()) << parsed.status().message();
  EXPECT_EQ(*parsed, pending);
  for (size_t size = 0; size < text.size(); ++size) {
    EXPECT_FALSE(ParseRevoked(text.substr(0, size), keys, "REVOKED").ok()) << size;
  }
  for (size_t at = 0; at < text.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string flipped = text;
      flipped[at] = static_cast<char>(flipped[at] ^ 1 << bit);
      EXPECT_FALSE(ParseRevoked(flipped, keys, "REVOKED").ok()) << at;
    }
  }
  EXPECT_FALSE(ParseRevoked(text + "\n", keys, "REVOKED").ok());
  EXPECT_FALSE(ParseRevoked(text, StoreKeys(TestKey(8).Expose(), {}), "REVOKED").ok());
}

TEST(RevocationLog, DamageIsSaidByTheWriterAndReadersGoOn) {
  const TempDir dir;
  const std::string store = dir / "s";
  MakeSampleStore(store, TestKey());
  MustWithdraw(store, Withdrawal::kRevoke, Alpha());
  std::string text = ReadFile(store + "/REVOKED");
  text[20] ^= 1;
  WriteFile(store + "/REVOKED", text);
  const auto before = AllFiles(store);
  const Status status = Writer::Open(store, TestKey()).status();
  EXPECT_EQ(status.code(), Code::kDamaged);
  EXPECT_TRUE(status.message().starts_with(store + "/REVOKED: the file is damaged;"));
  EXPECT_EQ(Withdraw(store, TestKey(), Withdrawal::kRevoke, {Alpha()}).status().code(),
            Code::kDamaged);
  EXPECT_EQ(AllFiles(store), before);
  EXPECT_FALSE(Usable(*MustRead(store, TestKey()), Alpha()));
}

}  // namespace
}  // namespace keyrule::store
