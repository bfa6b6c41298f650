#include "store/envelope.h"

#include <set>

#include "tests/store/support.h"

namespace keyrule::store {
namespace {

std::string MustSeal(const Secret& key, std::string_view context, std::string_view plain) {
  Result<std::string> box = SealBox(key.Expose(), 9, context, AsBytes(plain));
  EXPECT_TRUE(box.ok());
  return box.ok() ? *box : std::string();
}

TEST(Envelope, OpensWhatItSealed) {
  for (const std::string& plain : {std::string(), std::string("x"), std::string(100000, 'y')}) {
    const std::string box = MustSeal(TestKey(), "context", plain);
    EXPECT_EQ(box.size(), plain.size() + kBoxOverhead);
    Result<Secret> opened = OpenBox(TestKey().Expose(), box, "context");
    ASSERT_TRUE(opened.ok());
    EXPECT_EQ(Text(*opened), plain);
    uint32_t number = 0;
    EXPECT_TRUE(BoxKeyNumber(box, &number));
    EXPECT_EQ(number, 9u);
  }
}

TEST(Envelope, EveryFlippedBitIsRefused) {
  const std::string box = MustSeal(TestKey(), "context", "{\"key\":\"value\"}");
  for (size_t bit = 0; bit < box.size() * 8; ++bit) {
    std::string bad = box;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(OpenBox(TestKey().Expose(), bad, "context").ok()) << "bit " << bit;
  }
}

TEST(Envelope, EveryTruncationAndExtensionIsRefused) {
  const std::string box = MustSeal(TestKey(), "context", "{\"key\":\"value\"}");
  for (size_t size = 0; size < box.size(); ++size) {
    EXPECT_FALSE(OpenBox(TestKey().Expose(), box.substr(0, size), "context").ok());
  }
  EXPECT_FALSE(OpenBox(TestKey().Expose(), box + '\0', "context").ok());
}

TEST(Envelope, WrongKeyIsToldFromDamage) {
  const std::string box = MustSeal(TestKey(1), "context", "text");
  EXPECT_EQ(OpenBox(TestKey(2).Expose(), box, "context").status().code(), Code::kKeyWrong);
  EXPECT_EQ(OpenBox(TestKey(1).Expose(), box, "other").status().code(), Code::kDamaged);
}

TEST(Envelope, SealingTwiceSharesNothing) {
  std::set<std::string> salts;
  for (int i = 0; i < 200; ++i) salts.emplace(BoxSalt(MustSeal(TestKey(), "c", "text")));
  EXPECT_EQ(salts.size(), 200u);
}

TEST(Envelope, PayloadContextBindsEveryPart) {
  const StoreId one{1}, two{2};
  const std::set<std::string> contexts = {PayloadContext(one, "t", "p", "i", 1, "m"),
                                          PayloadContext(two, "t", "p", "i", 1, "m"),
                                          PayloadContext(one, "u", "p", "i", 1, "m"),
                                          PayloadContext(one, "t", "q", "i", 1, "m"),
                                          PayloadContext(one, "t", "p", "j", 1, "m"),
                                          PayloadContext(one, "t", "p", "i", 2, "m"),
                                          PayloadContext(one, "t", "p", "i", 1, "n"),
                                          PayloadContext(one, "tp", "", "i", 1, "m"),
                                          PayloadContext(one, "t", "pi", "", 1, "m"),
                                          PayloadContext(one, "", "tp", "i", 1, "m"),
                                          DataKeyContext(one, "t"),
                                          DataKeyContext(one, "u"),
                                          DataKeyContext(two, "t"),
                                          StoreKeyContext(one),
                                          StoreKeyContext(two)};
  EXPECT_EQ(contexts.size(), 15u);
}

TEST(Envelope, KeysOfAStoreDifferByPurposeAndStore) {
  const StoreKeys a(TestKey().Expose(), StoreId{1});
  const StoreKeys b(TestKey().Expose(), StoreId{2});
  const Digest zero{};
  const std::set<std::string> proofs = {ToHex(a.ProveRow("", AsText(zero))),
                                        ToHex(a.ProveCensus(zero)),
                                        ToHex(a.ProvePointer(AsText(zero))),
                                        ToHex(b.ProveRow("", AsText(zero))),
                                        ToHex(b.ProveCensus(zero)),
                                        ToHex(b.ProvePointer(AsText(zero))),
                                        ToHex(a.wrap_key()),
                                        ToHex(b.wrap_key())};
  EXPECT_EQ(proofs.size(), 8u);
  EXPECT_NE(a.ProveRow("ab", "c"), a.ProveRow("a", "bc"));
}

}  // namespace
}  // namespace keyrule::store
