#include "store/dify/tenant_key.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <limits>
#include <new>
#include <utility>

namespace keyrule::store {
namespace {

constexpr int kLeastBits = 1024;
constexpr int kMostBits = 16384;

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
  void operator()(EVP_MD* method) const { EVP_MD_free(method); }
  void operator()(unsigned char* bytes) const { OPENSSL_free(bytes); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

// Without it OpenSSL would ask whoever sits at the terminal.
int NoPassphrase(char*, int, int, void*) { return -1; }

const EVP_MD* Sha1Method() {
  static const Owned<EVP_MD> method(EVP_MD_fetch(nullptr, "SHA1", nullptr));
  if (method == nullptr) throw std::bad_alloc();
  return method.get();
}

}  // namespace

TenantKey::TenantKey(void* key, size_t size) : key_(key), size_(size) {}
TenantKey::TenantKey(TenantKey&& other) noexcept
    : key_(std::exchange(other.key_, nullptr)), size_(std::exchange(other.size_, 0)) {}
TenantKey& TenantKey::operator=(TenantKey&& other) noexcept {
  std::swap(key_, other.key_);
  std::swap(size_, other.size_);
  return *this;
}
TenantKey::~TenantKey() { EVP_PKEY_free(static_cast<EVP_PKEY*>(key_)); }

Result<TenantKey> TenantKey::Parse(const Secret& pem, const std::string& where) {
  const auto malformed = [&where](const char* what) {
    return Status(Code::kKeyMalformed, where, what,
                  "copy the file once more from Dify's storage; it begins with `-----BEGIN RSA "
                  "PRIVATE KEY-----`");
  };
  const ByteSpan bytes = pem.Expose();
  if (bytes.empty() || bytes.size() > static_cast<size_t>(std::numeric_limits<int>::max())) {
    return malformed("it is empty");
  }
  const Owned<BIO> bio(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
  if (bio == nullptr) throw std::bad_alloc();
  Owned<EVP_PKEY> key(PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassphrase, nullptr));
  if (key == nullptr) {
    ERR_clear_error();
    return malformed("it is not an unencrypted private key in PEM form");
  }
  const int bits = EVP_PKEY_get_bits(key.get());
  if (EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA || bits < kLeastBits || bits > kMostBits) {
    return malformed("it is not an RSA key of 1024 to 16384 bits");
  }
  const auto size = static_cast<size_t>(EVP_PKEY_get_size(key.get()));
  return TenantKey(key.release(), size);
}

bool TenantKey::OpenOaep(ByteSpan sealed, std::span<uint8_t> out, size_t* written) const {
  if (sealed.size() != size_ || out.size() < size_) return false;
  auto* const key = static_cast<EVP_PKEY*>(key_);
  const Owned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  if (context == nullptr) throw std::bad_alloc();
  *written = out.size();
  const bool good =
      EVP_PKEY_decrypt_init(context.get()) == 1 &&
      EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_OAEP_PADDING) == 1 &&
      EVP_PKEY_CTX_set_rsa_oaep_md(context.get(), Sha1Method()) == 1 &&
      EVP_PKEY_CTX_set_rsa_mgf1_md(context.get(), Sha1Method()) == 1 &&
      EVP_PKEY_decrypt(context.get(), out.data(), written, sealed.data(), sealed.size()) == 1;
  if (!good) ERR_clear_error();
  return good;
}

Digest TenantKey::PublicDigest() const {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(static_cast<EVP_PKEY*>(key_), &der);
  const Owned<unsigned char> owned(der);
  if (size <= 0) throw std::bad_alloc();
  return Sha256({{reinterpret_cast<const char*>(der), static_cast<size_t>(size)}});
}

}  // namespace keyrule::store
