#include "store/dify/eax.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <new>

namespace keyrule::store {
namespace {

constexpr size_t kBlock = 16;
using Block = std::array<uint8_t, kBlock>;

struct Free {
  void operator()(EVP_MAC* mac) const { EVP_MAC_free(mac); }
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
  void operator()(EVP_CIPHER* cipher) const { EVP_CIPHER_free(cipher); }
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

// Fetched once: looking an implementation up costs more than a token's worth of AES.
EVP_MAC* CmacMethod() {
  static const Owned<EVP_MAC> method(EVP_MAC_fetch(nullptr, "CMAC", nullptr));
  if (method == nullptr) throw std::bad_alloc();
  return method.get();
}

EVP_CIPHER* CtrMethod() {
  static const Owned<EVP_CIPHER> method(EVP_CIPHER_fetch(nullptr, "AES-128-CTR", nullptr));
  if (method == nullptr) throw std::bad_alloc();
  return method.get();
}

// OMAC with a tweak: CMAC over a block that holds the number, then the message.
bool Omac(ByteSpan key, uint8_t tweak, ByteSpan message, Block* out) {
  const Owned<EVP_MAC_CTX> context(EVP_MAC_CTX_new(CmacMethod()));
  if (context == nullptr) throw std::bad_alloc();
  char cipher[] = "AES-128-CBC";
  const OSSL_PARAM params[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_CIPHER, cipher, 0), OSSL_PARAM_construct_end()};
  Block first{};
  first.back() = tweak;
  size_t size = 0;
  return EVP_MAC_init(context.get(), key.data(), key.size(), params) == 1 &&
         EVP_MAC_update(context.get(), first.data(), first.size()) == 1 &&
         (message.empty() || EVP_MAC_update(context.get(), message.data(), message.size()) == 1) &&
         EVP_MAC_final(context.get(), out->data(), &size, out->size()) == 1 && size == kBlock;
}

bool Ctr(ByteSpan key, const Block& start, ByteSpan in, std::span<uint8_t> out) {
  if (in.empty()) return true;
  const Owned<EVP_CIPHER_CTX> context(EVP_CIPHER_CTX_new());
  if (context == nullptr) throw std::bad_alloc();
  int length = 0;
  return EVP_DecryptInit_ex2(context.get(), CtrMethod(), key.data(), start.data(), nullptr) == 1 &&
         EVP_DecryptUpdate(context.get(), out.data(), &length, in.data(),
                           static_cast<int>(in.size())) == 1;
}

}  // namespace

bool EaxOpen(std::span<const uint8_t, kEaxKeySize> key, ByteSpan nonce, ByteSpan header,
             ByteSpan sealed, std::span<const uint8_t, kEaxTagSize> tag, std::span<uint8_t> out) {
  std::fill(out.begin(), out.end(), uint8_t{0});
  if (out.size() != sealed.size() ||
      sealed.size() > static_cast<size_t>(std::numeric_limits<int>::max())) {
    return false;
  }
  Block of_nonce, of_header, of_sealed;
  if (!Omac(key, 0, nonce, &of_nonce) || !Omac(key, 1, header, &of_header) ||
      !Omac(key, 2, sealed, &of_sealed)) {
    return false;
  }
  Block expected;
  for (size_t i = 0; i < kBlock; ++i) expected[i] = of_nonce[i] ^ of_header[i] ^ of_sealed[i];
  // Nothing is decrypted before it is known to be genuine.
  if (!SameBytes(expected, tag)) return false;
  if (Ctr(key, of_nonce, sealed, out)) return true;
  OPENSSL_cleanse(out.data(), out.size());
  return false;
}

}  // namespace keyrule::store
