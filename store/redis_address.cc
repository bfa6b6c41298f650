#include "store/redis_address.h"

#include <charconv>
#include <cstdlib>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "store/posix_file.h"
#include "store/record.h"
#include "store/url.h"

namespace keyrule::store {
namespace {

constexpr size_t kLongestPassword = 4'096;
constexpr size_t kLongestPrefix = 64;

constexpr const char* kExample =
    "write it like redis://user:password@host:6379/0?hosts=3, rediss://… for TLS or unix:///run/redis/redis.sock, special "
    "characters of user and password as %40 and the like, or the password apart: ?password=env:NAME or ?password=/path/of/file";

Status Malformed(std::string what) { return Status(Code::kInvalid, "the address of Redis", std::move(what), kExample); }

bool ReadNumber(std::string_view text, uint32_t most, uint32_t* number) {
  uint32_t read = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), read);
  if (error != std::errc() || end != text.data() + text.size() || read > most) return false;
  *number = read;
  return true;
}

Status ReadPassword(const std::string& reference, std::string* password) {
  if (reference.starts_with("env:")) {
    const char* const value = std::getenv(reference.c_str() + 4);
    if (value == nullptr) {
      return Status(Code::kInvalid, "the address of Redis", "the environment has no `" + Shown(reference.substr(4)) + "`",
                    "set it to the password, or name another variable");
    }
    *password = value;
    return Status();
  }
  Result<std::string> file = ReadSmallFile(reference, kLongestPassword);
  if (!file.ok()) return file.status();
  *password = *std::move(file);
  while (!password->empty() && (password->back() == '\n' || password->back() == '\r')) password->pop_back();
  return Status();
}

}  // namespace

Result<RedisAddress> ParseRedisAddress(const std::string& url) {
  RedisAddress address;
  const size_t scheme_end = url.find("://");
  if (scheme_end == std::string::npos) return Malformed("it has no `redis://`");
  const std::string scheme = url.substr(0, scheme_end);
  const bool local = scheme == "unix";
  address.tls = scheme == "rediss";
  if (!local && !address.tls && scheme != "redis") return Malformed("`" + Shown(scheme) + "://` is no scheme of Redis");
  std::string_view rest = std::string_view(url).substr(scheme_end + 3);

  std::string_view authority = TakeUntil(&rest, "/?");
  if (!TakeUser(&authority, &address.user, &address.password)) {
    return Malformed("a `%` in user or password is not followed by two digits");
  }
  const std::optional<std::string> path = DecodePercent(TakeUntil(&rest, "?"));
  if (!path) return Malformed("a `%` in its path is not followed by two digits");
  std::map<std::string, std::string> parameters;
  if (!ReadUrlParameters(rest, &parameters)) return Malformed("its parameters are not name=value");
  if (local) {
    if (!authority.empty() || path->empty()) return Malformed("the path of the socket is missing: unix:///path");
    address.socket = *path;
  } else {
    if (!ReadHostAndPort(authority, &address.host, &address.port)) return Malformed("its host or port is wrong");
    if (address.host.empty()) return Malformed("its host is missing");
    const std::string_view database = std::string_view(*path).substr(path->empty() ? 0 : 1);
    if (!database.empty() && !ReadNumber(database, 1'000'000, &address.database)) {
      return Malformed("its path is not the number of a database");
    }
  }
  for (const auto& [name, value] : parameters) {
    if (name == "db") {
      if (!ReadNumber(value, 1'000'000, &address.database)) return Malformed("`db` is not the number of a database");
    } else if (name == "hosts") {
      if (!ReadNumber(value, 10'000, &address.hosts) || address.hosts == 0) {
        return Malformed("`hosts` is not a number from 1 to 10000");
      }
    } else if (name == "alone") {
      if (value != "share" && value != "deny") return Malformed("`alone` is `share` or `deny`");
      address.denies_alone = value == "deny";
    } else if (name == "prefix") {
      if (value.empty() || value.size() > kLongestPrefix) return Malformed("`prefix` has 1 to 64 bytes");
      address.prefix = value;
    } else if (name == "ca") {
      if (!address.tls) return Malformed("`ca` belongs to rediss://");
      address.ca_file = value;
    } else if (name == "password") {
      if (!address.password.empty()) return Malformed("it has two passwords");
      if (Status status = ReadPassword(value, &address.password); !status.ok()) return status;
    } else {
      return Malformed("one of its parameters is none of db, hosts, alone, prefix, ca, password (a password's `&` is %26)");
    }
  }
  if (!address.user.empty() && address.password.empty()) {
    return Malformed("it has a user but no password; a password alone is written with a colon before it");
  }
  address.shown = scheme + "://";
  if (local) {
    address.shown += Shown(address.socket);
  } else {
    address.shown += Shown(address.host) + ":" + std::to_string(address.port);
  }
  return address;
}

}  // namespace keyrule::store
