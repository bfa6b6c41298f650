// What must not open, in the manner of Wycheproof: changed tags, wrong sizes, exchanged parts, and
// boxes crafted against the key commitment.

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <set>

#include "store/bytes.h"
#include "store/crypto.h"
#include "store/envelope.h"
#include "tests/store/support.h"

namespace keyrule::store {
namespace {

struct Sealed {
  std::string key = std::string(32, 'k');
  std::string nonce = std::string(12, 'n');
  std::string associated;
  std::string bytes;
  std::string tag = std::string(kTagSize, '\0');
};

Sealed Seal(std::string_view associated, std::string_view plain) {
  Sealed sealed;
  sealed.associated = associated;
  sealed.bytes.resize(plain.size());
  uint8_t* tag = reinterpret_cast<uint8_t*>(sealed.tag.data());
  EXPECT_TRUE(GcmSeal(AsBytes(sealed.key), AsBytes(sealed.nonce), AsBytes(associated),
                      AsBytes(plain),
                      {reinterpret_cast<uint8_t*>(sealed.bytes.data()), sealed.bytes.size()},
                      std::span<uint8_t, kTagSize>(tag, kTagSize)));
  return sealed;
}

bool Opens(const Sealed& sealed) {
  std::vector<uint8_t> out(sealed.bytes.size(), 0xee);
  const bool good = GcmOpen(AsBytes(sealed.key), AsBytes(sealed.nonce), AsBytes(sealed.associated),
                            AsBytes(sealed.bytes), AsBytes(sealed.tag).first<kTagSize>(), out);
  if (!good && sealed.nonce.size() == kNonceSize && sealed.key.size() == kKeySize) {
    EXPECT_EQ(out, std::vector<uint8_t>(out.size(), 0)) << "plaintext without a tag";
  }
  return good;
}

TEST(AeadNegative, ChangedTags) {
  for (const char* plain : {"", "x", "sixteen bytes ok", "seventeen bytes ok"}) {
    const Sealed good = Seal("associated", plain);
    ASSERT_TRUE(Opens(good));
    const auto refuses = [&good](const std::function<void(std::string*)>& change) {
      Sealed bad = good;
      change(&bad.tag);
      return bad.tag != good.tag && !Opens(bad);
    };
    for (size_t bit = 0; bit < 8 * kTagSize; ++bit) {
      EXPECT_TRUE(refuses([bit](std::string* tag) { (*tag)[bit / 8] ^= char(1 << bit % 8); }));
    }
    // Two bits that cancel out in an addition of words; each half; all of it.
    EXPECT_TRUE(refuses([](std::string* tag) { (*tag)[0] ^= 1, (*tag)[8] ^= 1; }));
    for (const size_t half : {0, 8}) {
      EXPECT_TRUE(refuses([half](std::string* tag) {
        for (size_t i = half; i < half + 8; ++i) (*tag)[i] = static_cast<char>(~(*tag)[i]);
      }));
    }
    EXPECT_TRUE(refuses([](std::string* tag) {
      for (char& c : *tag) c = static_cast<char>(~c);
    }));
    EXPECT_TRUE(refuses([](std::string* tag) {
      for (char& c : *tag) c = static_cast<char>(c ^ '\x80');
    }));
    EXPECT_TRUE(refuses([](std::string* tag) { tag->assign(kTagSize, '\0'); }));
    EXPECT_TRUE(refuses([](std::string* tag) { tag->assign(kTagSize, '\xff'); }));
  }
}

TEST(AeadNegative, SizesOfKeyAndNonce) {
  const Sealed good = Seal("a", "text");
  for (size_t size = 0; size <= 64; ++size) {
    Sealed nonce = good;
    nonce.nonce.resize(size, 'n');
    EXPECT_EQ(Opens(nonce), size == kNonceSize) << size;
    Sealed key = good;
    key.key.resize(size, 'k');
    EXPECT_EQ(Opens(key), size == kKeySize) << size;
    std::array<uint8_t, kTagSize> tag;
    std::vector<uint8_t> out(4);
    EXPECT_EQ(GcmSeal(AsBytes(key.key), AsBytes(nonce.nonce), {}, AsBytes("text"), out, tag),
              size == kNonceSize && nonce.nonce.size() == size && key.key.size() == kKeySize)
        << size;
  }
  std::vector<uint8_t> small(3);
  EXPECT_FALSE(GcmOpen(AsBytes(good.key), AsBytes(good.nonce), AsBytes("a"), AsBytes(good.bytes),
                       AsBytes(good.tag).first<kTagSize>(), small));
}

TEST(AeadNegative, NothingIsAlsoSealed) {
  const std::pair<const char*, const char*> cases[] = {{"", ""}, {"a", ""}, {"", "p"}, {"a", "p"}};
  std::set<std::string> tags;
  for (const auto& [associated, plain] : cases) {
    const Sealed good = Seal(associated, plain);
    EXPECT_TRUE(Opens(good));
    tags.insert(good.tag);
    for (const auto& [other, unused] : cases) {
      Sealed bad = good;
      bad.associated = other;
      EXPECT_EQ(Opens(bad), bad.associated == good.associated);
    }
    Sealed bad = good;
    bad.bytes = bad.bytes.empty() ? std::string(1, '\0') : std::string();
    EXPECT_FALSE(Opens(bad));
  }
  EXPECT_EQ(tags.size(), 4u);
}

TEST(AeadNegative, BytesDoNotMoveBetweenAssociatedAndSealed) {
  const Sealed good = Seal("0123456789abcdef", "0123456789abcdef");
  Sealed swapped = good;
  std::swap(swapped.associated, swapped.bytes);
  EXPECT_FALSE(Opens(swapped));
  Sealed moved = good;
  moved.associated += moved.bytes.substr(0, 1);
  moved.bytes.erase(0, 1);
  EXPECT_FALSE(Opens(moved));
  for (const std::string& more : {std::string(1, '\0'), std::string(16, '\0')}) {
    Sealed longer = good;
    longer.associated += more;
    EXPECT_FALSE(Opens(longer));
    longer = good;
    longer.bytes += more;
    EXPECT_FALSE(Opens(longer));
  }
}

// ---- boxes

// Where the parts of a box begin, as FORMAT.md has them.
constexpr size_t kParts[] = {0,  1,  5,
                             37, 69, 81};  // version, number, salt, commitment, nonce, bytes

std::string Box(const Secret& key, uint32_t number, std::string_view context,
                std::string_view plain) {
  Result<std::string> box = SealBox(key.Expose(), number, context, AsBytes(plain));
  EXPECT_TRUE(box.ok());
  return *box;
}

TEST(BoxNegative, NoMixtureOfTwoBoxesOpens) {
  // Same key, context, and size: only what belongs together opens.
  const std::string boxes[] = {Box(TestKey(), 1, "c", "first"), Box(TestKey(), 2, "c", "other")};
  std::vector<size_t> ends(std::begin(kParts) + 1, std::end(kParts));
  ends.push_back(boxes[0].size() - kTagSize);
  ends.push_back(boxes[0].size());
  int opened = 0;
  for (unsigned choice = 0; choice < 1u << ends.size(); ++choice) {
    std::string mixed;
    for (size_t part = 0; part < ends.size(); ++part) {
      const size_t begin = mixed.size();
      mixed += boxes[choice >> part & 1].substr(begin, ends[part] - begin);
    }
    const bool whole = mixed == boxes[0] || mixed == boxes[1];
    const bool opens = OpenBox(TestKey().Expose(), mixed, "c").ok();
    EXPECT_EQ(opens, whole) << choice;
    opened += opens;
  }
  EXPECT_EQ(opened, 4);  // the version is the same in both
}

TEST(BoxNegative, RelabelledNumbersAndVersions) {
  const std::string good = Box(TestKey(), 7, "c", "text");
  for (const uint32_t number : {0u, 6u, 8u, 7u << 8, 0xffffffffu}) {
    std::string bytes;
    PutU32(&bytes, number);
    std::string bad = good;
    bad.replace(1, 4, bytes);
    uint32_t shown = 0;
    ASSERT_TRUE(BoxKeyNumber(bad, &shown));
    EXPECT_EQ(shown, number);
    EXPECT_EQ(OpenBox(TestKey().Expose(), bad, "c").status().code(), Code::kDamaged) << number;
  }
  for (int version = 0; version < 256; ++version) {
    std::string bad = good;
    bad[0] = static_cast<char>(version);
    EXPECT_EQ(OpenBox(TestKey().Expose(), bad, "c").ok(), version == 1) << version;
  }
}

TEST(BoxNegative, ContextsAreExact) {
  const std::string good = Box(TestKey(), 1, "context", "text");
  for (const std::string& other : {std::string(), std::string("contex"), std::string("context "),
                                   std::string("Context"), std::string("context\0", 8)}) {
    EXPECT_EQ(OpenBox(TestKey().Expose(), good, other).status().code(), Code::kDamaged) << other;
  }
  EXPECT_TRUE(OpenBox(TestKey().Expose(), Box(TestKey(), 1, "", ""), "").ok());
}

TEST(BoxNegative, ForeignAndChangedCommitments) {
  const Secret one = TestKey(1), two = TestKey(2);
  const std::string good = Box(one, 1, "c", "text");
  const std::string foreign = Box(two, 1, "c", "text");
  std::string bad = good;
  bad.replace(37, 32, foreign, 37, 32);
  for (const Secret* key : {&one, &two}) {
    EXPECT_EQ(OpenBox(key->Expose(), bad, "c").status().code(), Code::kKeyWrong);
  }
  // With the salt of the other, the other's key is the committed one, and the rest does not fit.
  bad.replace(5, 32, foreign, 5, 32);
  EXPECT_EQ(OpenBox(one.Expose(), bad, "c").status().code(), Code::kKeyWrong);
  EXPECT_EQ(OpenBox(two.Expose(), bad, "c").status().code(), Code::kDamaged);
  for (const char fill : {'\0', '\xff'}) {
    bad = good;
    bad.replace(37, 32, std::string(32, fill));
    EXPECT_EQ(OpenBox(one.Expose(), bad, "c").status().code(), Code::kKeyWrong);
  }
}

// ---- one ciphertext for two keys: what GCM alone would accept

using Block = std::array<uint8_t, 16>;

Block Xor(const Block& a, const Block& b) {
  Block out;
  for (size_t i = 0; i < 16; ++i) out[i] = a[i] ^ b[i];
  return out;
}

// In GCM's field: the first bit is the coefficient of 1.
Block Multiply(const Block& a, const Block& b) {
  Block product{}, shifted = b;
  for (size_t bit = 0; bit < 128; ++bit) {
    if ((a[bit / 8] >> (7 - bit % 8) & 1) != 0) product = Xor(product, shifted);
    const bool carry = (shifted[15] & 1) != 0;
    for (size_t i = 15; i > 0; --i) {
      shifted[i] = static_cast<uint8_t>(shifted[i] >> 1 | shifted[i - 1] << 7);
    }
    shifted[0] = static_cast<uint8_t>(shifted[0] >> 1);
    if (carry) shifted[0] ^= 0xe1;
  }
  return product;
}

// a^(2^128 - 2)
Block Invert(const Block& a) {
  Block power = a, out = {0x80};
  for (int i = 1; i < 128; ++i) {
    power = Multiply(power, power);
    out = Multiply(out, power);
  }
  return out;
}

Block Aes(ByteSpan key, const Block& block) {
  Block out;
  int length = 0;
  EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
  EXPECT_EQ(EVP_EncryptInit_ex(context, EVP_aes_256_ecb(), nullptr, key.data(), nullptr), 1);
  EXPECT_EQ(EVP_CIPHER_CTX_set_padding(context, 0), 1);
  EXPECT_EQ(EVP_EncryptUpdate(context, out.data(), &length, block.data(), 16), 1);
  EVP_CIPHER_CTX_free(context);
  return out;
}

// GCM's equation without the ciphertext's block: what the tag is but for C·H².
Block TagWithout(ByteSpan key, const std::string& nonce, std::string associated) {
  const uint64_t bits = associated.size() * 8;
  const Block h = Aes(key, Block{});
  associated.resize((associated.size() + 15) / 16 * 16);
  Block sum{};
  const auto add = [&](std::string_view text) {
    Block block;
    std::copy(text.begin(), text.end(), block.begin());
    sum = Multiply(Xor(sum, block), h);
  };
  for (size_t at = 0; at < associated.size(); at += 16) add(associated.substr(at, 16));
  add(std::string(16, '\0'));  // in the place of C
  std::string lengths;
  PutU64(&lengths, bits);
  PutU64(&lengths, 128);
  add(lengths);
  Block counter{};
  std::copy(nonce.begin(), nonce.end(), counter.begin());
  counter[15] = 1;
  return Xor(sum, Aes(key, counter));
}

TEST(BoxNegative, ACiphertextCraftedForTwoKeysOpensUnderTheCommittedOneOnly) {
  const Secret masters[] = {TestKey(1), TestKey(2)};
  const std::string salt(kSaltSize, 's'), nonce(kNonceSize, 'n'), context = "keyrule/1 payload";
  std::string header(1, '\1');
  PutU32(&header, 1);
  std::array<uint8_t, 64> derived[2];
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(HkdfSha256(masters[i].Expose(), AsBytes(salt), "keyrule/1 box", derived[i]));
  }
  const ByteSpan keys[] = {ByteSpan(derived[0]).first(32), ByteSpan(derived[1]).first(32)};
  const Block h[] = {Aes(keys[0], Block{}), Aes(keys[1], Block{})};
  const Block rest[] = {TagWithout(keys[0], nonce, header + context),
                        TagWithout(keys[1], nonce, header + context)};
  const Block squares = Xor(Multiply(h[0], h[0]), Multiply(h[1], h[1]));
  const Block sealed = Multiply(Xor(rest[0], rest[1]), Invert(squares));
  const Block tag = Xor(rest[0], Multiply(sealed, Multiply(h[0], h[0])));

  // The attack is real: GCM takes it under both keys, with different plaintexts.
  std::vector<uint8_t> plain[2] = {std::vector<uint8_t>(16), std::vector<uint8_t>(16)};
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(GcmOpen(keys[i], AsBytes(nonce), AsBytes(header + context), sealed, tag, plain[i]));
  }
  EXPECT_NE(plain[0], plain[1]);

  for (int committed = 0; committed < 2; ++committed) {
    std::string box = header + salt;
    box += AsText(ByteSpan(derived[committed]).last(32));
    box += nonce;
    box += AsText(sealed);
    box += AsText(tag);
    EXPECT_TRUE(OpenBox(masters[committed].Expose(), box, context).ok());
    EXPECT_EQ(OpenBox(masters[1 - committed].Expose(), box, context).status().code(),
              Code::kKeyWrong);
  }
}

}  // namespace
}  // namespace keyrule::store
