// The private RSA key of one Dify workspace: parsed once, used for all of its tokens. Parsing takes
// Dify nearly all of the time that a secret costs it.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "store/crypto.h"
#include "store/secret.h"
#include "store/status.h"

namespace keyrule::store {

// Owns the parsed key; OpenSSL overwrites it when it goes. One thread at a time.
class TenantKey {
 public:
  // `pem`: an unencrypted RSA private key, PKCS#1 or PKCS#8, of 1024 to 16384 bits; `where` is
  // what errors call it. kKeyMalformed. Never asks a terminal for a passphrase.
  static Result<TenantKey> Parse(const Secret& pem, const std::string& where);

  TenantKey(TenantKey&&) noexcept;
  TenantKey& operator=(TenantKey&&) noexcept;
  ~TenantKey();

  // Bytes of the modulus: so long is what it encrypts, whatever is in it.
  size_t size() const { return size_; }

  // Opens RSA-OAEP with SHA-1, MGF1 with SHA-1 and no label. `out` has size() bytes at least; the
  // number of bytes written goes to `*written`. False when `sealed` was not encrypted to this key.
  [[nodiscard]] bool OpenOaep(ByteSpan sealed, std::span<uint8_t> out, size_t* written) const;

  // SHA-256 of the public half as SubjectPublicKeyInfo in DER: what Dify keeps in its database.
  Digest PublicDigest() const;

 private:
  TenantKey(void* key, size_t size);

  void* key_;  // EVP_PKEY
  size_t size_;
};

}  // namespace keyrule::store
