#include "store/store_files.h"

#include "tests/store/support.h"

namespace keyrule::store {
namespace {

struct Sample {
  Identity identity;
  StoreKeys keys{TestKey(5).Expose(), StoreId{9}};
  Sample() {
    identity.id = StoreId{9};
    Result<std::string> box =
        SealBox(TestKey().Expose(), 0, StoreKeyContext(identity.id), TestKey(5).Expose());
    identity.sealed_keys = {*box};
  }
};

TEST(StoreFiles, StoreComesBack) {
  const Sample sample;
  const std::string text = FormatStoreFile(sample.identity);
  Result<Identity> identity = ParseStoreFile(text, "STORE");
  ASSERT_TRUE(identity.ok()) << identity.status().message();
  EXPECT_EQ(identity->id, sample.identity.id);
  EXPECT_EQ(identity->sealed_keys, sample.identity.sealed_keys);
  Result<StoreKeys> keys = UnlockStore(*identity, TestKey(), "STORE");
  ASSERT_TRUE(keys.ok());
  EXPECT_EQ(keys->ProvePointer("x"), sample.keys.ProvePointer("x"));
}

TEST(StoreFiles, AnyOfSeveralMasterKeysUnlocks) {
  Sample sample;
  Result<std::string> second =
      SealBox(TestKey(8).Expose(), 1, StoreKeyContext(sample.identity.id), TestKey(5).Expose());
  sample.identity.sealed_keys.push_back(*second);
  EXPECT_TRUE(UnlockStore(sample.identity, TestKey(), "STORE").ok());
  EXPECT_TRUE(UnlockStore(sample.identity, TestKey(8), "STORE").ok());
  EXPECT_EQ(
      UnlockStore(sample.identity, TestKey(6), "STORE").status().message(),
      "STORE: the store was sealed with another master key; give the key file that it was made "
      "with; nothing was changed");
}

TEST(StoreFiles, EveryFlipAndTruncationOfStoreIsDamage) {
  const std::string text = FormatStoreFile(Sample().identity);
  for (size_t bit = 0; bit < text.size() * 8; ++bit) {
    std::string bad = text;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << bit % 8));
    EXPECT_EQ(ParseStoreFile(bad, "STORE").status().code(), Code::kDamaged) << bit;
  }
  for (size_t size = 0; size < text.size(); ++size) {
    EXPECT_EQ(ParseStoreFile(text.substr(0, size), "STORE").status().code(), Code::kDamaged);
  }
}

TEST(StoreFiles, NewerFormatIsToldFromDamage) {
  const std::string body = "keyrule store\nformat 2\nanything else\n";
  const std::string text = body + "sum " + ToHex(Sha256({body})) + "\n";
  const Status status = ParseStoreFile(text, "/s/STORE").status();
  EXPECT_EQ(status.code(), Code::kNewerFormat);
  EXPECT_EQ(
      status.message(),
      "/s/STORE: the store has format 2, this program knows 1 to 1; use a newer Keyrule; nothing "
      "was changed");
}

TEST(StoreFiles, PointerComesBackAndEveryFlipIsDamage) {
  const Sample sample;
  const Pointer pointer{{12, 345, Sha256({"x"})},
                        {{"000009.sst", 77, Sha256({"y"})}, {"MANIFEST-000005", 0, Digest{}}}};
  const std::string text = FormatPointer(pointer, sample.keys);
  Result<Pointer> back = ParsePointer(text, sample.keys, "CURRENT");
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(*back, pointer);
  uint64_t number = 0;
  EXPECT_TRUE(PointerNumber(text, &number));
  EXPECT_EQ(number, 12u);
  for (size_t bit = 0; bit < text.size() * 8; ++bit) {
    std::string bad = text;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << bit % 8));
    EXPECT_EQ(ParsePointer(bad, sample.keys, "CURRENT").status().code(), Code::kDamaged) << bit;
  }
  const StoreKeys other(TestKey(6).Expose(), StoreId{9});
  EXPECT_FALSE(ParsePointer(text, other, "CURRENT").ok());
}

TEST(StoreFiles, WrittenComesBackAndEveryFlipIsDamage) {
  const Sample sample;
  const std::string text = FormatWritten(4711, sample.keys);
  Result<uint64_t> back = ParseWritten(text, sample.keys, "WRITTEN");
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(*back, 4711u);
  for (size_t bit = 0; bit < text.size() * 8; ++bit) {
    std::string bad = text;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << bit % 8));
    EXPECT_EQ(ParseWritten(bad, sample.keys, "WRITTEN").status().code(), Code::kDamaged) << bit;
  }
}

TEST(StoreFiles, GenerationNames) {
  EXPECT_EQ(GenerationPath("/s", 1), "/s/generations/000001");
  EXPECT_EQ(GenerationPath("/s", 12345678), "/s/generations/12345678");
  uint64_t number = 0;
  EXPECT_TRUE(GenerationNumber("000012", &number));
  EXPECT_EQ(number, 12u);
  EXPECT_FALSE(GenerationNumber("12", &number));
  EXPECT_FALSE(GenerationNumber("000012.tmp", &number));
}

}  // namespace
}  // namespace keyrule::store
