#include "store/dify/token.h"

#include <array>
#include <optional>
#include <string>

#include "store/base64.h"
#include "store/dify/eax.h"
#include "store/utf8.h"

namespace keyrule::store {
namespace {

constexpr std::string_view kPrefix = "HYBRID:";
// What the base64 of any text that begins with the prefix begins with: nine of its characters
// depend on the prefix alone.
constexpr std::string_view kPrefixInBase64 = "SFlCUklEO";
constexpr size_t kNonceBytes = 16;

// The text, from a buffer that may be larger.
TokenOutcome Take(Secret buffer, size_t size, Secret* secret) {
  buffer.Shrink(size);
  if (FindInvalidUtf8(AsText(buffer.Expose())) != size) return TokenOutcome::kNotText;
  *secret = std::move(buffer);
  return TokenOutcome::kOpened;
}

TokenOutcome OpenHybrid(ByteSpan bytes, const TenantKey& key, Secret* secret) {
  if (!AsText(bytes).starts_with(kPrefix)) return TokenOutcome::kMalformed;
  bytes = bytes.subspan(kPrefix.size());
  if (bytes.size() < key.size() + kNonceBytes + kEaxTagSize) return TokenOutcome::kMalformed;
  const ByteSpan wrapped = bytes.first(key.size());
  const ByteSpan nonce = bytes.subspan(key.size(), kNonceBytes);
  const auto tag = bytes.subspan(key.size() + kNonceBytes).first<kEaxTagSize>();
  const ByteSpan sealed = bytes.subspan(key.size() + kNonceBytes + kEaxTagSize);

  Secret aes_key(key.size());
  size_t written = 0;
  if (!key.OpenOaep(wrapped, aes_key.Fill(), &written) || written != kEaxKeySize) {
    return TokenOutcome::kWrongKey;
  }
  Secret text(sealed.size());
  if (!EaxOpen(aes_key.Expose().first<kEaxKeySize>(), nonce, {}, sealed, tag, text.Fill())) {
    return TokenOutcome::kChanged;
  }
  return Take(std::move(text), sealed.size(), secret);
}

TokenOutcome OpenLegacy(ByteSpan bytes, const TenantKey& key, Secret* secret) {
  Secret text(key.size());
  size_t written = 0;
  if (!key.OpenOaep(bytes, text.Fill(), &written)) return TokenOutcome::kWrongKey;
  return Take(std::move(text), written, secret);
}

}  // namespace

TokenLooks LooksOf(std::string_view text, size_t key_size) {
  if (text.starts_with(kPrefixInBase64)) return TokenLooks::kHybrid;
  if (text.size() != Base64Size(key_size)) return TokenLooks::kPlain;
  const std::optional<std::string> bytes = FromBase64(text);
  return bytes && bytes->size() == key_size ? TokenLooks::kLegacy : TokenLooks::kPlain;
}

TokenOutcome OpenToken(std::string_view text, TokenLooks looks, const TenantKey& key,
                       Secret* secret) {
  const std::optional<std::string> bytes = FromBase64(text);
  if (!bytes) return TokenOutcome::kMalformed;
  if (looks == TokenLooks::kHybrid) return OpenHybrid(AsBytes(*bytes), key, secret);
  return OpenLegacy(AsBytes(*bytes), key, secret);
}

const char* Describe(TokenOutcome outcome) {
  switch (outcome) {
    case TokenOutcome::kOpened:
      return "it opens";
    case TokenOutcome::kMalformed:
      return "its token is cut or not base64";
    case TokenOutcome::kWrongKey:
      return "its token does not open with the workspace's private key";
    case TokenOutcome::kChanged:
      return "its token was changed after it was written";
    case TokenOutcome::kNotText:
      return "its token holds bytes that are not UTF-8";
  }
  return "";
}

}  // namespace keyrule::store
