// The parts of an address that several schemes share: percent signs, a host with its port, parameters.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace keyrule::store {

// %XX decoded; nothing when that is malformed or gives a zero byte.
std::optional<std::string> DecodePercent(std::string_view text);

// What stands before the first of these characters, and takes it from `rest`.
std::string_view TakeUntil(std::string_view* rest, std::string_view any_of);

// USER[:PASSWORD]@ before a host, decoded, and takes it from `authority`; without it nothing changes. False: malformed.
bool TakeUser(std::string_view* authority, std::string* user, std::string* password);

// host, [::1], host:port. `port` stays as it is where none is written. False: malformed.
bool ReadHostAndPort(std::string_view text, std::string* host, uint16_t* port);

// ?name=value&…, decoded, or nothing. False: malformed.
bool ReadUrlParameters(std::string_view query, std::map<std::string, std::string>* parameters);

}  // namespace keyrule::store
