#include "store/crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>
#include <new>

namespace keyrule::store {
namespace {

struct FreeCipherContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, FreeCipherContext>;

struct FreeMethod {
  void operator()(EVP_MD* method) const { EVP_MD_free(method); }
  void operator()(EVP_CIPHER* method) const { EVP_CIPHER_free(method); }
};

// Fetched once: EVP_sha256() looks the implementation up on each use, which costs more than the
// hash. Freed when the library is unloaded. OpenSSL registers its own clean-up before we hold a
// method, so it runs later, and keeps a reference until then: a thread that still works while the
// process exits finds the method in place.
const EVP_MD* Sha256Method() {
  static const std::unique_ptr<EVP_MD, FreeMethod> method(EVP_MD_fetch(nullptr, "SHA256", nullptr));
  if (method == nullptr) throw std::bad_alloc();
  return method.get();
}

const EVP_CIPHER* GcmMethod() {
  static const std::unique_ptr<EVP_CIPHER, FreeMethod> method(
      EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr));
  if (method == nullptr) throw std::bad_alloc();
  return method.get();
}

bool FitsInt(ByteSpan bytes) {
  return bytes.size() <= static_cast<size_t>(std::numeric_limits<int>::max());
}

}  // namespace

Sha256Stream::Sha256Stream() : context_(EVP_MD_CTX_new()) {
  if (context_ == nullptr ||
      EVP_DigestInit_ex2(static_cast<EVP_MD_CTX*>(context_), Sha256Method(), nullptr) != 1) {
    throw std::bad_alloc();
  }
}

Sha256Stream::~Sha256Stream() { EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context_)); }

void Sha256Stream::Add(std::string_view bytes) {
  if (EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(context_), bytes.data(), bytes.size()) != 1) {
    throw std::bad_alloc();
  }
}

Digest Sha256Stream::Finish() {
  Digest digest;
  if (EVP_DigestFinal_ex(static_cast<EVP_MD_CTX*>(context_), digest.data(), nullptr) != 1) {
    throw std::bad_alloc();
  }
  return digest;
}

Digest Sha256(std::initializer_list<std::string_view> parts) {
  Sha256Stream stream;
  for (std::string_view part : parts) stream.Add(part);
  return stream.Finish();
}

Digest HmacSha256(ByteSpan key, std::initializer_list<std::string_view> parts) {
  constexpr size_t kBlock = 64;
  std::array<uint8_t, kBlock> pad{};
  if (key.size() > kBlock) {
    const Digest hashed = Sha256({AsText(key)});
    std::copy(hashed.begin(), hashed.end(), pad.begin());
  } else {
    std::copy(key.begin(), key.end(), pad.begin());
  }
  for (uint8_t& byte : pad) byte ^= 0x36;
  Sha256Stream inner;
  inner.Add(AsText(pad));
  for (std::string_view part : parts) inner.Add(part);
  const Digest inner_digest = inner.Finish();
  for (uint8_t& byte : pad) byte ^= 0x36 ^ 0x5c;
  const Digest digest = Sha256({AsText(pad), AsText(inner_digest)});
  OPENSSL_cleanse(pad.data(), pad.size());
  return digest;
}

bool HkdfSha256(ByteSpan secret, ByteSpan salt, std::string_view info, std::span<uint8_t> out) {
  if (out.size() > 255 * sizeof(Digest)) return false;
  Digest extracted = HmacSha256(salt, {AsText(secret)});
  Digest block{};
  size_t done = 0;
  for (uint8_t counter = 1; done < out.size(); ++counter) {
    const char count = static_cast<char>(counter);
    const std::string_view before = counter == 1 ? std::string_view() : AsText(block);
    block = HmacSha256(extracted, {before, info, {&count, 1}});
    const size_t take = std::min(block.size(), out.size() - done);
    std::memcpy(out.data() + done, block.data(), take);
    done += take;
  }
  OPENSSL_cleanse(extracted.data(), extracted.size());
  OPENSSL_cleanse(block.data(), block.size());
  return true;
}

bool GcmSeal(ByteSpan key, ByteSpan nonce, ByteSpan associated, ByteSpan plain,
             std::span<uint8_t> out, std::span<uint8_t, kTagSize> tag) {
  if (key.size() != kKeySize || nonce.size() != kNonceSize || out.size() != plain.size() ||
      !FitsInt(plain) || !FitsInt(associated)) {
    return false;
  }
  CipherContext context(EVP_CIPHER_CTX_new());
  if (!context) throw std::bad_alloc();
  int length = 0;
  uint8_t unused[kTagSize];
  return EVP_EncryptInit_ex2(context.get(), GcmMethod(), key.data(), nonce.data(), nullptr) == 1 &&
         (associated.empty() ||
          EVP_EncryptUpdate(context.get(), nullptr, &length, associated.data(),
                            static_cast<int>(associated.size())) == 1) &&
         (plain.empty() || EVP_EncryptUpdate(context.get(), out.data(), &length, plain.data(),
                                             static_cast<int>(plain.size())) == 1) &&
         EVP_EncryptFinal_ex(context.get(), unused, &length) == 1 &&
         EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, static_cast<int>(tag.size()),
                             tag.data()) == 1;
}

bool GcmOpen(ByteSpan key, ByteSpan nonce, ByteSpan associated, ByteSpan sealed,
             std::span<const uint8_t, kTagSize> tag, std::span<uint8_t> out) {
  if (key.size() != kKeySize || nonce.size() != kNonceSize || out.size() != sealed.size() ||
      !FitsInt(sealed) || !FitsInt(associated)) {
    return false;
  }
  CipherContext context(EVP_CIPHER_CTX_new());
  if (!context) throw std::bad_alloc();
  int length = 0;
  uint8_t unused[kTagSize];
  uint8_t tag_copy[kTagSize];  // the control call takes a pointer to non-const
  std::memcpy(tag_copy, tag.data(), kTagSize);
  const bool good =
      EVP_DecryptInit_ex2(context.get(), GcmMethod(), key.data(), nonce.data(), nullptr) == 1 &&
      (associated.empty() || EVP_DecryptUpdate(context.get(), nullptr, &length, associated.data(),
                                               static_cast<int>(associated.size())) == 1) &&
      (sealed.empty() || EVP_DecryptUpdate(context.get(), out.data(), &length, sealed.data(),
                                           static_cast<int>(sealed.size())) == 1) &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTagSize, tag_copy) == 1 &&
      EVP_DecryptFinal_ex(context.get(), unused, &length) == 1;
  // GCM hands out bytes before it knows that they are right.
  if (!good && !out.empty()) OPENSSL_cleanse(out.data(), out.size());
  return good;
}

bool RandomBytes(std::span<uint8_t> out) {
  return FitsInt(out) && RAND_bytes(out.data(), static_cast<int>(out.size())) == 1;
}

bool SameBytes(ByteSpan a, ByteSpan b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string ToHex(ByteSpan bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (uint8_t byte : bytes) {
    hex.push_back(kDigits[byte >> 4]);
    hex.push_back(kDigits[byte & 15]);
  }
  return hex;
}

bool FromHex(std::string_view hex, std::span<uint8_t> out) {
  if (hex.size() != out.size() * 2) return false;
  unsigned bad = 0;
  const auto digit = [&bad](char c) -> unsigned {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
    bad = 1;
    return 0;
  };
  for (size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<uint8_t>(digit(hex[2 * i]) << 4 | digit(hex[2 * i + 1]));
  }
  return bad == 0;
}

}  // namespace keyrule::store
