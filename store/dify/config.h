// What Dify keeps in `encrypted_config`: a JSON object whose secret fields are tokens.

#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "store/dify/tenant_key.h"
#include "store/secret.h"
#include "store/status.h"

namespace keyrule::store {

// Why a configuration is not usable. Never quotes a value.
struct ConfigProblem {
  std::string field;  // RFC 6901: "/openai_api_key"; empty for the whole
  std::string what;
  std::string mend;
};

struct OpenedConfig {
  Secret payload;  // a JSON object; empty when there is a problem
  uint64_t secrets = 0;  // tokens opened
  std::optional<ConfigProblem> problem;
};

// The workspace's key; asked for when the first token is met.
using KeyOfTenant = std::function<Result<const TenantKey*>()>;

// Opens every text, at any depth, that looks like a token (see LooksOf), and leaves all else as it
// stands. One text that looks like a token and does not open makes the whole configuration a
// problem: a token must never be taken for a secret. `of_provider`: a text that is no JSON is a
// single key, as before Dify had fields, and becomes {"openai_api_key": …} like in Dify.
OpenedConfig OpenConfig(std::string_view config, bool of_provider, const KeyOfTenant& key);

}  // namespace keyrule::store
