// Tokens made by pycryptodome open; changed ones, and those of another workspace, never do.

#include "store/dify/token.h"

#include <gtest/gtest.h>

#include "store/base64.h"
#include "tests/store/dify/tokens.h"
#include "tests/store/support.h"

namespace keyrule::store {
namespace {

constexpr size_t kKeyBytes = 256;
constexpr size_t kPrefixBytes = 7;

std::string ToBase64(std::string_view bytes) {
  constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (size_t at = 0; at < bytes.size(); at += 3) {
    uint32_t group = 0;
    for (size_t i = 0; i < 3; ++i) {
      group = group << 8 | (at + i < bytes.size() ? static_cast<uint8_t>(bytes[at + i]) : 0);
    }
    for (size_t i = 0; i < 4; ++i) {
      text += at + i <= bytes.size() ? kDigits[group >> (18 - 6 * i) & 63] : '=';
    }
  }
  return text;
}

TokenOutcome Open(std::string_view token, std::string* text) {
  static const TenantKey key = KeyOf(TokensOfDify());
  Secret secret;
  const TokenOutcome outcome = OpenToken(token, LooksOf(token, key.size()), key, &secret);
  *text = Text(secret);
  return outcome;
}

TEST(Base64, KnownAnswers) {
  const std::pair<const char*, const char*> cases[] = {
      {"", ""},         {"Zg==", "f"},        {"Zm8=", "fo"},       {"Zm9v", "foo"},
      {"Zm9vYg==", "foob"}, {"Zm9vYmE=", "fooba"}, {"Zm9vYmFy", "foobar"}, {"+/8=", "\xfb\xff"}};
  for (const auto& [text, bytes] : cases) {
    EXPECT_EQ(FromBase64(text), std::string(bytes)) << text;
    EXPECT_EQ(ToBase64(bytes), text);
  }
}

TEST(Base64, OneSpellingOnly) {
  for (const char* text : {"Z", "Zg", "Zg=", "Zh==", "Zm9=", "Z===", "====", "Zm8 ", "Zm8=Zm8=",
                           "Zm 8=", "Zm-_", "=m9v", "Zm9v\n", "Zg==\n"}) {
    EXPECT_EQ(FromBase64(text), std::nullopt) << text;
  }
}

TEST(Token, BothFormsOpen) {
  const Tokens& tokens = TokensOfDify();
  for (size_t i = 0; i < tokens.texts.size(); ++i) {
    std::string text;
    EXPECT_EQ(LooksOf(tokens.hybrid[i], kKeyBytes), TokenLooks::kHybrid);
    EXPECT_EQ(Open(tokens.hybrid[i], &text), TokenOutcome::kOpened);
    EXPECT_EQ(text, tokens.texts[i]);
    EXPECT_EQ(LooksOf(tokens.legacy[i], kKeyBytes), TokenLooks::kLegacy);
    EXPECT_EQ(Open(tokens.legacy[i], &text), TokenOutcome::kOpened);
    EXPECT_EQ(text, tokens.texts[i]);
  }
}

TEST(Token, PlainTextsAreNone) {
  for (const char* text : {"", "https://api.openai.com/v1", "sk-0123456789", "HYBRID:", "chat",
                           "SFlCUklE", "org-example"}) {
    EXPECT_EQ(LooksOf(text, kKeyBytes), TokenLooks::kPlain) << text;
  }
  EXPECT_EQ(LooksOf(std::string(344, '!'), kKeyBytes), TokenLooks::kPlain);
  EXPECT_EQ(LooksOf(std::string(344, 'A'), kKeyBytes), TokenLooks::kPlain);  // 258 bytes
  EXPECT_EQ(LooksOf(TokensOfDify().legacy[0], 512), TokenLooks::kPlain);
}

// Every part: the wrapped key, nonce, tag, ciphertext.
TEST(Token, OneWrongByteAnywhereOpensNothing) {
  const std::string bytes = *FromBase64(TokensOfDify().hybrid[0]);
  const size_t nonce = kPrefixBytes + kKeyBytes;
  for (size_t at = kPrefixBytes; at < bytes.size(); at += at < nonce ? 17 : 1) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 0x01);
    std::string text;
    EXPECT_EQ(Open(ToBase64(changed), &text),
              at < nonce ? TokenOutcome::kWrongKey : TokenOutcome::kChanged)
        << at;
    EXPECT_EQ(text, "");
  }
}

TEST(Token, CutAtAnyPlaceOpensNothing) {
  const std::string token = TokensOfDify().hybrid[0];
  const std::string bytes = *FromBase64(token);
  for (size_t size = kPrefixBytes; size < bytes.size(); ++size) {
    std::string text;
    const std::string cut = ToBase64(bytes.substr(0, size));
    EXPECT_EQ(LooksOf(cut, kKeyBytes), TokenLooks::kHybrid);
    EXPECT_NE(Open(cut, &text), TokenOutcome::kOpened) << size;
    EXPECT_EQ(text, "");
  }
  // And as text, where base64 ends in the middle.
  for (size_t size = 9; size < token.size(); ++size) {
    std::string text;
    EXPECT_EQ(LooksOf(token.substr(0, size), kKeyBytes), TokenLooks::kHybrid);
    EXPECT_NE(Open(token.substr(0, size), &text), TokenOutcome::kOpened) << size;
  }
  std::string text;
  EXPECT_EQ(Open(token + "!", &text), TokenOutcome::kMalformed);
  EXPECT_EQ(Open(ToBase64(bytes + "x"), &text), TokenOutcome::kChanged);
}

TEST(Token, LegacyChangedOpensNothing) {
  const std::string bytes = *FromBase64(TokensOfDify().legacy[0]);
  for (size_t at = 0; at < bytes.size(); at += 5) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 0x80);
    std::string text;
    EXPECT_EQ(Open(ToBase64(changed), &text), TokenOutcome::kWrongKey);
  }
}

TEST(Token, AesKeyOfAnotherSizeAndOtherTextsAreRefused) {
  std::string text;
  EXPECT_EQ(Open(TokensOfDify().long_key, &text), TokenOutcome::kWrongKey);
  EXPECT_EQ(Open(TokensOfDify().not_text, &text), TokenOutcome::kNotText);
  EXPECT_EQ(text, "");
}

TEST(TenantKey, WhatIsNoKeyIsRefused) {
  const std::string pem = TokensOfDify().private_pem;
  const std::string encrypted =
      "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,"
      "00000000000000000000000000000000\n\nAAAAAAAAAAAAAAAAAAAAAA==\n-----END RSA PRIVATE KEY-----";
  for (const std::string& text : {std::string(), std::string("hello"), pem.substr(0, 800),
                                  std::string(4096, '\0'), encrypted}) {
    const Result<TenantKey> key = TenantKey::Parse(SecretText(text), "x/private.pem");
    ASSERT_FALSE(key.ok());
    EXPECT_EQ(key.status().code(), Code::kKeyMalformed);
    EXPECT_EQ(key.status().where(), "x/private.pem");
  }
}

}  // namespace
}  // namespace keyrule::store
