// Dify's tokens: how it writes a secret into its database (`encrypt_token`).
//
//   hybrid   base64( "HYBRID:" ‖ RSA-OAEP(AES key, 16 bytes) ‖ nonce (16) ‖ tag (16) ‖ AES-EAX )
//   legacy   base64( RSA-OAEP(text) )
//
// The RSA part is as long as the workspace's key: 256 bytes for Dify's 2048 bits.

#pragma once

#include <string_view>

#include "store/dify/tenant_key.h"
#include "store/secret.h"

namespace keyrule::store {

// What a text of a configuration is, by its looks. Dify knows which fields are secret from the
// provider's schema; that is not in its database.
enum class TokenLooks {
  kPlain,   // no token
  kHybrid,  // begins like a hybrid token, be it whole or not
  kLegacy,  // base64 of exactly `key_size` bytes
};
TokenLooks LooksOf(std::string_view text, size_t key_size);

enum class TokenOutcome {
  kOpened,
  kMalformed,  // not base64, or too short for its parts
  kWrongKey,   // the RSA part was not encrypted to this key, or was changed
  kChanged,    // the RSA part is good; nonce, tag or ciphertext are not as they were written
  kNotText,    // opened, and not UTF-8: Dify would refuse it too
};

// Opens a text that looks like a token. `*secret` is the opened text, possibly empty; untouched
// unless kOpened. std::bad_alloc.
TokenOutcome OpenToken(std::string_view text, TokenLooks looks, const TenantKey& key,
                       Secret* secret);

// For an error: what is the matter with a token. Never quotes it.
const char* Describe(TokenOutcome outcome);

}  // namespace keyrule::store
