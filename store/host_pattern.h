// Hosts that a credential may be sent to: "api.openai.com", or "*.openai.azure.com" for every host
// below that name.

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace keyrule::store {

inline constexpr size_t kMaxHosts = 64;      // of one credential
inline constexpr size_t kMaxHostName = 253;  // bytes, as in DNS

// In its one form, lower case; nothing when it is not a pattern. A pattern is a host name or an
// IPv4 address, or `*.` and a host name of two parts at least; no scheme, port, path or user.
std::optional<std::string> HostPattern(std::string_view text);

}  // namespace keyrule::store
