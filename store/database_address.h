// Where a database is: `postgresql://…` and `mysql://…` addresses, and the password that must not
// be seen.

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "store/status.h"

namespace keyrule::store {

// A value type; holds the password in plain memory.
struct DatabaseAddress {
  enum class Kind { kPostgres, kMysql };

  Kind kind = Kind::kPostgres;
  std::string url;       // with password: for libpq, which knows its own parameters
  std::string password;  // of the URL, or of a file; empty: the driver's own sources
  std::string shown;     // the URL without password and parameters, for messages

  // The parts, for MySQL; libpq takes its own apart.
  std::string host;
  std::string user;
  std::string database;
  uint16_t port = 0;                          // 0: the usual one
  std::map<std::string, std::string> parameters;  // behind `?`, decoded

  // `text` without any trace of the password (or of that of the client's key, `sslpassword`), as it
  // stands in the URL or decoded.
  std::string Redact(std::string text) const;
};

// Takes an address apart. Also understood: postgres://, mariadb://, and a driver's name as SQLAlchemy
// writes it (postgresql+psycopg2://). kInvalid; the status does not quote the address.
Result<DatabaseAddress> ParseDatabaseAddress(const std::string& url);

}  // namespace keyrule::store
