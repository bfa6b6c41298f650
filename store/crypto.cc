#include "store/crypto.h"

#include <nettle/aes.h>
#include <nettle/ctr.h>
#include <nettle/gcm.h>
#include <nettle/hkdf.h>
#include <nettle/hmac.h>
#include <nettle/nettle-meta.h>
#include <nettle/sha2.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <string.h>

#include <limits>
#include <new>

namespace keyrule::store {
namespace {

// A context of Nettle's with a key in it, in the arena: no core dump and no child of fork() has it,
// and it is wiped at the end.
template <class Context>
class KeyedContext {
 public:
  KeyedContext() : memory_(sizeof(Context)), context_(new (memory_.Fill().data()) Context) {}
  Context* get() { return context_; }
  Context* operator->() { return context_; }

 private:
  Secret memory_;
  Context* context_;
};

// Nettle leaves the last block of a key stream in registers, where a core dump of an idle process
// would show it, and on the stack a key of HMAC with its padding. Wipes the registers that callers
// do not keep, and where its frames were.
[[gnu::noinline]] void WipeTraces() {
  uint8_t frames[1024];
  explicit_bzero(frames, sizeof(frames));
#if defined(__x86_64__)
  asm volatile(
      "pxor %%xmm0, %%xmm0; pxor %%xmm1, %%xmm1; pxor %%xmm2, %%xmm2; pxor %%xmm3, %%xmm3;"
      "pxor %%xmm4, %%xmm4; pxor %%xmm5, %%xmm5; pxor %%xmm6, %%xmm6; pxor %%xmm7, %%xmm7;"
      "pxor %%xmm8, %%xmm8; pxor %%xmm9, %%xmm9; pxor %%xmm10, %%xmm10; pxor %%xmm11, %%xmm11;"
      "pxor %%xmm12, %%xmm12; pxor %%xmm13, %%xmm13; pxor %%xmm14, %%xmm14; pxor %%xmm15, %%xmm15"
      :
      :
      : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10",
        "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
#elif defined(__aarch64__)
  asm volatile(
      "movi v0.16b, #0; movi v1.16b, #0; movi v2.16b, #0; movi v3.16b, #0; movi v4.16b, #0;"
      "movi v5.16b, #0; movi v6.16b, #0; movi v7.16b, #0; movi v16.16b, #0; movi v17.16b, #0;"
      "movi v18.16b, #0; movi v19.16b, #0; movi v20.16b, #0; movi v21.16b, #0; movi v22.16b, #0;"
      "movi v23.16b, #0; movi v24.16b, #0; movi v25.16b, #0; movi v26.16b, #0; movi v27.16b, #0;"
      "movi v28.16b, #0; movi v29.16b, #0; movi v30.16b, #0; movi v31.16b, #0"
      :
      :
      : "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v16", "v17", "v18", "v19", "v20", "v21",
        "v22", "v23", "v24", "v25", "v26", "v27", "v28", "v29", "v30", "v31");
#endif
}

sha256_ctx* AsContext(std::array<uint8_t, 128>* bytes) {
  static_assert(sizeof(sha256_ctx) <= sizeof(*bytes) && alignof(sha256_ctx) <= 8);
  return std::launder(reinterpret_cast<sha256_ctx*>(bytes->data()));
}

const uint8_t* Bytes(std::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

void Update(hmac_sha256_ctx* context, std::initializer_list<std::string_view> parts) {
  for (std::string_view part : parts) hmac_sha256_update(context, part.size(), Bytes(part));
}

}  // namespace

Sha256Stream::Sha256Stream() { sha256_init(new (context_.data()) sha256_ctx); }

void Sha256Stream::Add(std::string_view bytes) {
  sha256_update(AsContext(&context_), bytes.size(), Bytes(bytes));
}

Digest Sha256Stream::Finish() {
  Digest digest;
  sha256_digest(AsContext(&context_), digest.size(), digest.data());
  return digest;
}

Digest Sha256(std::initializer_list<std::string_view> parts) {
  Sha256Stream stream;
  for (std::string_view part : parts) stream.Add(part);
  return stream.Finish();
}

Digest HmacSha256(ByteSpan key, std::initializer_list<std::string_view> parts) {
  KeyedContext<hmac_sha256_ctx> context;
  hmac_sha256_set_key(context.get(), key.size(), key.data());
  Update(context.get(), parts);
  Digest digest;
  hmac_sha256_digest(context.get(), digest.size(), digest.data());
  WipeTraces();
  return digest;
}

HmacKey::HmacKey(ByteSpan key, Secret::OnFork on_fork)
    : prepared_(sizeof(hmac_sha256_ctx), on_fork) {
  auto* context = new (prepared_.Fill().data()) hmac_sha256_ctx;
  hmac_sha256_set_key(context, key.size(), key.data());
  WipeTraces();
}

Digest HmacKey::Sign(std::initializer_list<std::string_view> parts) const {
  KeyedContext<hmac_sha256_ctx> context;
  memcpy(context.get(), prepared_.Expose().data(), sizeof(hmac_sha256_ctx));
  Update(context.get(), parts);
  Digest digest;
  hmac_sha256_digest(context.get(), digest.size(), digest.data());
  return digest;
}

CounterModeKey::CounterModeKey(ByteSpan key, Secret::OnFork on_fork)
    : prepared_(sizeof(aes256_ctx), on_fork) {
  aes256_set_encrypt_key(new (prepared_.Fill().data()) aes256_ctx, key.data());
  WipeTraces();
}

void CounterModeKey::Crypt(const std::array<uint8_t, 16>& first_counter, ByteSpan in,
                           std::span<uint8_t> out) const {
  std::array<uint8_t, 16> counter = first_counter;
  ctr_crypt(prepared_.Expose().data(), nettle_aes256.encrypt, AES_BLOCK_SIZE, counter.data(),
            in.size(), out.data(), in.data());
  WipeTraces();
}

bool HkdfSha256(ByteSpan secret, ByteSpan salt, std::string_view info, std::span<uint8_t> out) {
  if (out.size() > 255 * sizeof(Digest)) return false;
  struct Steps {
    hmac_sha256_ctx hmac;
    Digest extracted;
  };
  KeyedContext<Steps> steps;
  hmac_sha256_set_key(&steps->hmac, salt.size(), salt.data());
  hmac_sha256_update(&steps->hmac, secret.size(), secret.data());
  hmac_sha256_digest(&steps->hmac, steps->extracted.size(), steps->extracted.data());
  hmac_sha256_set_key(&steps->hmac, steps->extracted.size(), steps->extracted.data());
  hkdf_expand(&steps->hmac, nettle_hmac_sha256.update, nettle_hmac_sha256.digest, sizeof(Digest),
              info.size(), Bytes(info), out.size(), out.data());
  WipeTraces();
  return true;
}

bool GcmSeal(ByteSpan key, ByteSpan nonce, ByteSpan associated, ByteSpan plain,
             std::span<uint8_t> out, std::span<uint8_t, kTagSize> tag) {
  if (key.size() != kKeySize || nonce.size() != kNonceSize || out.size() != plain.size()) {
    return false;
  }
  KeyedContext<gcm_aes256_ctx> gcm;
  gcm_aes256_set_key(gcm.get(), key.data());
  gcm_aes256_set_iv(gcm.get(), nonce.size(), nonce.data());
  gcm_aes256_update(gcm.get(), associated.size(), associated.data());
  gcm_aes256_encrypt(gcm.get(), plain.size(), out.data(), plain.data());
  gcm_aes256_digest(gcm.get(), tag.size(), tag.data());
  WipeTraces();
  return true;
}

bool GcmOpen(ByteSpan key, ByteSpan nonce, ByteSpan associated, ByteSpan sealed,
             std::span<const uint8_t, kTagSize> tag, std::span<uint8_t> out) {
  if (key.size() != kKeySize || nonce.size() != kNonceSize || out.size() != sealed.size()) {
    return false;
  }
  KeyedContext<gcm_aes256_ctx> gcm;
  gcm_aes256_set_key(gcm.get(), key.data());
  gcm_aes256_set_iv(gcm.get(), nonce.size(), nonce.data());
  gcm_aes256_update(gcm.get(), associated.size(), associated.data());
  gcm_aes256_decrypt(gcm.get(), sealed.size(), out.data(), sealed.data());
  std::array<uint8_t, kTagSize> right;
  gcm_aes256_digest(gcm.get(), right.size(), right.data());
  WipeTraces();
  const bool good = SameBytes(right, tag);
  // The bytes were there before it was known that they are right.
  if (!good && !out.empty()) explicit_bzero(out.data(), out.size());
  return good;
}

bool RandomBytes(std::span<uint8_t> out) {
  return out.size() <= static_cast<size_t>(std::numeric_limits<int>::max()) &&
         RAND_bytes(out.data(), static_cast<int>(out.size())) == 1;
}

bool SameBytes(ByteSpan a, ByteSpan b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::array<uint64_t, 2> HalfDigest(const Digest& digest) {
  std::array<uint64_t, 2> half;
  memcpy(half.data(), digest.data(), sizeof(half));
  return half;
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
