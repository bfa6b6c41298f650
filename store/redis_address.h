// Where a Redis server is, and what a fleet is to do with it: `redis://…`, `rediss://…` and `unix://…` addresses.
#pragma once

#include <cstdint>
#include <string>

#include "store/status.h"

namespace keyrule::store {

// A value type; holds the password in plain memory.
struct RedisAddress {
  std::string host;         // or empty, with a socket
  uint16_t port = 6379;
  std::string socket;       // a path
  bool tls = false;
  std::string ca_file;      // whom TLS trusts; empty: whom the system does
  std::string user;         // empty: the server's default user
  std::string password;     // empty: none is sent
  uint32_t database = 0;
  std::string prefix = "keyrule";  // of all keys
  uint32_t hosts = 2;       // how many there are at least
  bool denies_alone = false;
  std::string shown;        // without password and parameters, for messages
};

//   redis://[USER[:PASSWORD]@]HOST[:PORT][/DATABASE][?PARAMETERS]     rediss:// the same with TLS
//   unix://[USER[:PASSWORD]@]/PATH[?db=DATABASE&PARAMETERS]
// PARAMETERS: prefix=TEXT, hosts=NUMBER, alone=share|deny, ca=FILE, password=env:NAME, password=FILE, db=NUMBER.
// Reads the file, or the environment. kInvalid, kUnreadable; the status never quotes the address.
Result<RedisAddress> ParseRedisAddress(const std::string& url);

}  // namespace keyrule::store
