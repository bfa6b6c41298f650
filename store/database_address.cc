#include "store/database_address.h"

#include <array>
#include <charconv>
#include <optional>
#include <vector>

#include "store/record.h"

namespace keyrule::store {
namespace {

constexpr const char* kExample =
    "write it like postgresql://user@host:5432/dify or mysql://user@host:3306/dify, and put "
    "special characters of user and password as %40 and the like";

Status Malformed(std::string what) {
  return Status(Code::kInvalid, "--from", std::move(what), kExample);
}

// %XX decoded; nothing when that is malformed or gives a zero byte.
std::optional<std::string> Decode(std::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded.push_back(text[i]);
      continue;
    }
    uint8_t byte = 0;
    const char* const begin = text.data() + i + 1;
    if (i + 2 >= text.size()) return std::nullopt;
    const auto [end, error] = std::from_chars(begin, begin + 2, byte, 16);
    if (error != std::errc() || end != begin + 2 || byte == 0) return std::nullopt;
    decoded.push_back(static_cast<char>(byte));
    i += 2;
  }
  return decoded;
}

std::string_view TakeUntil(std::string_view* rest, std::string_view any_of) {
  const size_t end = std::min(rest->find_first_of(any_of), rest->size());
  const std::string_view taken = rest->substr(0, end);
  rest->remove_prefix(end);
  return taken;
}

// host, [::1], host:port; of several hosts, which libpq knows, all as one text.
bool ReadHost(std::string_view text, DatabaseAddress* address) {
  size_t colon = text.rfind(':');
  if (text.starts_with('[')) {
    const size_t close = text.find(']');
    if (close == std::string_view::npos) return false;
    address->host = text.substr(1, close - 1);
    text.remove_prefix(close + 1);
    colon = text.find(':');
    if (!text.empty() && colon != 0) return false;
  } else {
    const std::optional<std::string> host = Decode(text.substr(0, colon));
    if (!host) return false;
    address->host = *host;
  }
  if (colon == std::string_view::npos) return true;
  const std::string_view port = text.substr(colon + 1);
  if (port.empty()) return true;
  const auto [end, error] =
      std::from_chars(port.data(), port.data() + port.size(), address->port);
  return error == std::errc() && end == port.data() + port.size() && address->port != 0;
}

bool ReadParameters(std::string_view query, DatabaseAddress* address) {
  while (!query.empty()) {
    query.remove_prefix(1);  // ? or &
    const std::string_view pair = TakeUntil(&query, "&");
    const size_t equals = pair.find('=');
    if (equals == std::string_view::npos) return false;
    const std::optional<std::string> name = Decode(pair.substr(0, equals));
    const std::optional<std::string> value = Decode(pair.substr(equals + 1));
    if (!name || !value) return false;
    address->parameters[*name] = *value;
  }
  return true;
}

}  // namespace

std::string DatabaseAddress::Redact(std::string text) const {
  std::string in_url;
  if (const size_t at = url.rfind('@'); at != std::string::npos) {
    const size_t begin = url.find("://") + 3;
    const size_t colon = url.find(':', begin);
    if (colon < at) in_url = url.substr(colon + 1, at - colon - 1);
  }
  std::vector<std::string> secrets = {url, in_url, password};
  for (const auto& [name, value] : parameters) {
    if (name.ends_with("password")) secrets.push_back(value);  // sslpassword too
  }
  constexpr std::string_view kName = "password=";
  for (size_t at = url.find('?'); (at = url.find(kName, at)) != std::string::npos;) {
    at += kName.size();
    secrets.push_back(url.substr(at, url.find('&', at) - at));
  }
  for (const std::string& secret : secrets) {
    if (secret.empty()) continue;
    for (size_t at = 0; (at = text.find(secret, at)) != std::string::npos;) {
      text.replace(at, secret.size(), "…");
    }
  }
  return text;
}

Result<DatabaseAddress> ParseDatabaseAddress(const std::string& url) {
  DatabaseAddress address;
  const size_t scheme_end = url.find("://");
  if (scheme_end == std::string::npos) return Malformed("this is not the address of a database");
  std::string_view scheme = std::string_view(url).substr(0, scheme_end);
  scheme = scheme.substr(0, scheme.find('+'));
  if (scheme == "postgresql" || scheme == "postgres") {
    address.kind = DatabaseAddress::Kind::kPostgres;
  } else if (scheme == "mysql" || scheme == "mariadb") {
    address.kind = DatabaseAddress::Kind::kMysql;
  } else {
    return Malformed("`" + Shown(scheme) + "` is not a kind of database that this can read");
  }
  const bool postgres = address.kind == DatabaseAddress::Kind::kPostgres;
  std::string_view rest = std::string_view(url).substr(scheme_end + 3);
  address.url = (postgres ? "postgresql://" : "mysql://") + std::string(rest);

  std::string_view authority = TakeUntil(&rest, "/?");
  if (const size_t at = authority.rfind('@'); at != std::string_view::npos) {
    const std::string_view who = authority.substr(0, at);
    authority.remove_prefix(at + 1);
    const size_t colon = std::min(who.find(':'), who.size());
    const std::optional<std::string> user = Decode(who.substr(0, colon));
    const std::optional<std::string> password =
        Decode(colon < who.size() ? who.substr(colon + 1) : std::string_view());
    if (!user || !password) return Malformed("a `%` in user or password is not followed by two digits");
    address.user = *user;
    address.password = *password;
  }
  const bool several_hosts = postgres && authority.find(',') != std::string_view::npos;
  if (several_hosts) address.host = authority;
  if (!several_hosts && !ReadHost(authority, &address)) return Malformed("its host or port is wrong");
  if (rest.starts_with('/')) {
    rest.remove_prefix(1);
    const std::optional<std::string> database = Decode(TakeUntil(&rest, "?"));
    if (!database || database->find('/') != std::string::npos) {
      return Malformed("its path is not the name of a database");
    }
    address.database = *database;
  }
  if (!ReadParameters(rest, &address)) return Malformed("its parameters are not name=value");
  if (postgres && address.parameters.contains("password")) {
    address.password = address.parameters["password"];
  }
  address.shown = std::string(postgres ? "postgresql" : "mysql") + "://";
  if (!address.user.empty()) address.shown += Shown(address.user) + "@";
  address.shown += Shown(address.host);
  if (address.port != 0) address.shown += ":" + std::to_string(address.port);
  address.shown += "/" + Shown(address.database);
  return address;
}

}  // namespace keyrule::store
