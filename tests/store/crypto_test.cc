// Known answers: FIPS 180-4, RFC 4231, RFC 5869, the GCM specification's AES-256 cases and NIST's.
// What must be refused is in aead_negative_test.cc.

#include "store/crypto.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <random>

#include "tests/store/support.h"

namespace keyrule::store {
namespace {

TEST(Crypto, Sha256KnownAnswers) {
  EXPECT_EQ(ToHex(Sha256({})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(ToHex(Sha256({"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"})),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(ToHex(Sha256({"a", "bc"})),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

std::string ByteRun(char first, char last) {
  std::string bytes;
  for (int c = static_cast<uint8_t>(first); c <= static_cast<uint8_t>(last); ++c) {
    bytes.push_back(static_cast<char>(c));
  }
  return bytes;
}

// RFC 4231, test cases 1 to 7. Of case 5 the RFC gives the first 128 bits.
TEST(Crypto, HmacKnownAnswers) {
  struct Case {
    std::string key;
    std::initializer_list<std::string_view> parts;
    std::string want;
  };
  const std::string dd(50, '\xdd'), cd(50, '\xcd');
  const Case cases[] = {
      {std::string(20, '\x0b'),
       {"Hi ", "There"},
       "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {"Jefe",
       {"what do ya want ", "", "for nothing?"},
       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {std::string(20, '\xaa'),
       {dd},
       "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
      {ByteRun(1, 25), {cd}, "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
      {std::string(20, '\x0c'), {"Test With Truncation"}, "a3b6167473100ee06e0c796c2955552b"},
      {std::string(131, '\xaa'),
       {"Test Using Larger Than Block-Size Key - Hash Key First"},
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
      {std::string(131, '\xaa'),
       {"This is a test using a larger than block-size key and a larger than block-size data. The "
        "key needs to be hashed before being used by the HMAC algorithm."},
       "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(ToHex(HmacSha256(AsBytes(c.key), c.parts)).substr(0, c.want.size()), c.want);
  }
}

// RFC 5869, appendices A.1 to A.3.
TEST(Crypto, HkdfKnownAnswers) {
  struct Case {
    std::string secret, salt, info, want;
  };
  const Case cases[] = {
      {std::string(22, '\x0b'), ByteRun(0, 12), ByteRun('\xf0', '\xf9'),
       "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"},
      {ByteRun(0, 0x4f), ByteRun(0x60, '\xaf'), ByteRun('\xb0', '\xff'),
       "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e5"
       "90e"
       "09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87"},
      {std::string(22, '\x0b'), "", "",
       "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"},
  };
  for (const Case& c : cases) {
    std::vector<uint8_t> out(c.want.size() / 2);
    ASSERT_TRUE(HkdfSha256(AsBytes(c.secret), AsBytes(c.salt), c.info, out));
    EXPECT_EQ(ToHex(out), c.want);
  }
  std::vector<uint8_t> too_long(255 * 32 + 1);
  EXPECT_FALSE(HkdfSha256({}, {}, "", too_long));
}

struct GcmCase {
  const char *key, *nonce, *associated, *plain, *sealed, *tag;
};
// The GCM specification's test cases 13 to 16 (the index 2 is 16), and four of NIST's CAVS file
// gcmEncryptExtIV256.
const GcmCase kGcmCases[] = {
    {"0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000",
     "", "", "", "530f8afbc74536b9a963b4f1c4cb738b"},
    {"0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000",
     "", "00000000000000000000000000000000", "cea7403d4d606b6e074ec5d3baf39d18",
     "d0d1c8a799996bf0265b98b5d48ab919"},
    {"feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
     "feedfacedeadbeeffeedfacedeadbeefabaddad2",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b"
     "525"
     "b16aedf5aa0de657ba637b39",
     "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828"
     "838"
     "c5f61e6393ba7a0abcc9f662",
     "76fc6ece0f4e1768cddf8853bb2d551b"},
    {"feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
     "",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b"
     "525"
     "b16aedf5aa0de657ba637b391aafd255",
     "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828"
     "838"
     "c5f61e6393ba7a0abcc9f662898015ad",
     "b094dac5d93471bdec1a502270e3cc6c"},
    {"b52c505a37d78eda5dd34f20c22540ea1b58963cf8e5bf8ffa85f9f2492505b4", "516c33929df5a3284ff463d7",
     "", "", "", "bdc1ac884d332457a1d2664f168c76f0"},
    {"78dc4e0aaf52d935c3c01eea57428f00ca1fd475f5da86a49c8dd73d68c8e223", "d79cf22d504cc793c3fb6c8a",
     "b96baa8c1c75a671bfb2d08d06be5f36", "", "", "3e5d486aa2e30b22e040b85723a06e76"},
    {"31bdadd96698c204aa9ce1448ea94ae1fb4a9a0b3c9d773b51bb1822666b8f22", "0d18e06c7c725ac9e362e1ce",
     "", "2db5168e932556f8089a0622981d017d", "fa4362189661d163fcd6a56d8bf0405a",
     "d636ac1bbedd5cc3ee727dc2ab4a9489"},
    {"92e11dcdaa866f5ce790fd24501f92509aacf4cb8b1339d50c9c1240935dd08b", "ac93a1a6145299bde902f21a",
     "1e0889016f67601c8ebea4943bc23ad6", "2d71bcfa914e4ac045b2aa60955fad24",
     "8995ae2e6df3dbf96fac7b7137bae67f", "eca5aa77d51d4a0a14d9c51e1da474ab"},
};

TEST(Crypto, GcmKnownAnswers) {
  for (const GcmCase& c : kGcmCases) {
    const std::string key = Hex(c.key), nonce = Hex(c.nonce), associated = Hex(c.associated),
                      plain = Hex(c.plain);
    std::vector<uint8_t> sealed(plain.size());
    std::array<uint8_t, kTagSize> tag{};
    ASSERT_TRUE(
        GcmSeal(AsBytes(key), AsBytes(nonce), AsBytes(associated), AsBytes(plain), sealed, tag));
    EXPECT_EQ(ToHex(sealed), c.sealed);
    EXPECT_EQ(ToHex(tag), c.tag);
    std::vector<uint8_t> opened(plain.size());
    ASSERT_TRUE(GcmOpen(AsBytes(key), AsBytes(nonce), AsBytes(associated), sealed, tag, opened));
    EXPECT_EQ(AsText(opened), plain);
  }
}

TEST(Crypto, GcmRefusesEveryFlippedBitAndLeavesNoBytes) {
  const GcmCase& c = kGcmCases[2];
  const std::string parts[] = {Hex(c.key), Hex(c.nonce), Hex(c.associated), Hex(c.sealed),
                               Hex(c.tag)};
  for (size_t part = 0; part < 5; ++part) {
    for (size_t bit = 0; bit < parts[part].size() * 8; ++bit) {
      std::string p[5] = {parts[0], parts[1], parts[2], parts[3], parts[4]};
      p[part][bit / 8] = static_cast<char>(p[part][bit / 8] ^ (1 << bit % 8));
      std::vector<uint8_t> out(p[3].size(), 1);
      const ByteSpan tag = AsBytes(p[4]);
      EXPECT_FALSE(GcmOpen(AsBytes(p[0]), AsBytes(p[1]), AsBytes(p[2]), AsBytes(p[3]),
                           tag.first<kTagSize>(), out));
      EXPECT_EQ(out, std::vector<uint8_t>(p[3].size(), 0));
    }
  }
}

// AES-256-GCM and HMAC as OpenSSL does them: the store's own come from another library.
std::string SealByOpenSsl(const std::string& key, const std::string& nonce,
                          const std::string& associated, const std::string& plain) {
  std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(EVP_CIPHER_CTX_new(),
                                                                          EVP_CIPHER_CTX_free);
  std::string sealed(plain.size() + kTagSize, '\0');
  auto* out = reinterpret_cast<uint8_t*>(sealed.data());
  int size = 0;
  EXPECT_EQ(EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, AsBytes(key).data(),
                               AsBytes(nonce).data()),
            1);
  EXPECT_EQ(EVP_EncryptUpdate(context.get(), nullptr, &size, AsBytes(associated).data(),
                              static_cast<int>(associated.size())),
            1);
  EXPECT_EQ(EVP_EncryptUpdate(context.get(), out, &size, AsBytes(plain).data(),
                              static_cast<int>(plain.size())),
            1);
  EXPECT_EQ(EVP_EncryptFinal_ex(context.get(), out + size, &size), 1);
  EXPECT_EQ(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTagSize,
                                out + plain.size()),
            1);
  return sealed;
}

TEST(Crypto, AgreesWithOpenSslAtEverySize) {
  std::mt19937 random(5);
  const auto some = [&random](size_t size) {
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    return bytes;
  };
  for (size_t size = 0; size < 3000; size += size < 300 ? 1 : 97) {
    const std::string key = some(kKeySize), nonce = some(kNonceSize);
    const std::string associated = some(random() % 300), plain = some(size);
    const std::string theirs = SealByOpenSsl(key, nonce, associated, plain);
    std::string ours(size + kTagSize, '\0');
    const std::span<uint8_t> out(reinterpret_cast<uint8_t*>(ours.data()), ours.size());
    ASSERT_TRUE(GcmSeal(AsBytes(key), AsBytes(nonce), AsBytes(associated), AsBytes(plain),
                        out.first(size), out.last<kTagSize>()));
    ASSERT_EQ(ours, theirs) << size;
    std::vector<uint8_t> opened(size);
    ASSERT_TRUE(GcmOpen(AsBytes(key), AsBytes(nonce), AsBytes(associated),
                        AsBytes(theirs).first(size), AsBytes(theirs).last<kTagSize>(), opened));
    ASSERT_EQ(AsText(opened), plain);

    uint8_t hmac[32];
    const std::string long_key = some(random() % 200 + 1);
    ASSERT_NE(HMAC(EVP_sha256(), long_key.data(), static_cast<int>(long_key.size()),
                   AsBytes(plain).data(), plain.size(), hmac, nullptr),
              nullptr);
    EXPECT_EQ(ToHex(HmacSha256(AsBytes(long_key), {plain})), ToHex(hmac));
    const HmacKey ready(AsBytes(long_key), Secret::OnFork::kKeep);
    for (int twice = 0; twice < 2; ++twice) EXPECT_EQ(ToHex(ready.Sign({plain})), ToHex(hmac));
  }
}

TEST(Crypto, WrongSizesAreRefused) {
  std::array<uint8_t, kTagSize> tag{};
  std::vector<uint8_t> out(3);
  const std::string key(32, 'k'), nonce(12, 'n');
  EXPECT_FALSE(GcmSeal(AsBytes("short"), AsBytes(nonce), {}, AsBytes("abc"), out, tag));
  EXPECT_FALSE(GcmSeal(AsBytes(key), AsBytes("short"), {}, AsBytes("abc"), out, tag));
  EXPECT_FALSE(GcmSeal(AsBytes(key), AsBytes(nonce), {}, AsBytes("abcd"), out, tag));
}

TEST(Crypto, HexHasOneSpelling) {
  std::array<uint8_t, 2> out{};
  EXPECT_TRUE(FromHex("00ff", out));
  EXPECT_FALSE(FromHex("00FF", out));
  EXPECT_FALSE(FromHex("00f", out));
  EXPECT_FALSE(FromHex("00fg", out));
  EXPECT_EQ(ToHex(AsBytes(Hex("09afb0"))), "09afb0");
}

TEST(Crypto, SameBytes) {
  EXPECT_TRUE(SameBytes(AsBytes("abc"), AsBytes("abc")));
  EXPECT_FALSE(SameBytes(AsBytes("abc"), AsBytes("abd")));
  EXPECT_FALSE(SameBytes(AsBytes("abc"), AsBytes("ab")));
}

}  // namespace
}  // namespace keyrule::store
