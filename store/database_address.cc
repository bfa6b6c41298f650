#include "store/database_address.h"

#include <optional>
#include <vector>

#include "store/record.h"
#include "store/url.h"

namespace keyrule::store {
namespace {

constexpr const char* kExample =
    "write it like postgresql://user@host:5432/dify or mysql://user@host:3306/dify, and put "
    "special characters of user and password as %40 and the like";

Status Malformed(std::string what) {
  return Status(Code::kInvalid, "--from", std::move(what), kExample);
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
  if (!TakeUser(&authority, &address.user, &address.password)) {
    return Malformed("a `%` in user or password is not followed by two digits");
  }
  const bool several_hosts = postgres && authority.find(',') != std::string_view::npos;
  if (several_hosts) address.host = authority;
  if (!several_hosts && !ReadHostAndPort(authority, &address.host, &address.port)) return Malformed("its host or port is wrong");
  if (rest.starts_with('/')) {
    rest.remove_prefix(1);
    const std::optional<std::string> database = DecodePercent(TakeUntil(&rest, "?"));
    if (!database || database->find('/') != std::string::npos) {
      return Malformed("its path is not the name of a database");
    }
    address.database = *database;
  }
  if (!ReadUrlParameters(rest, &address.parameters)) return Malformed("its parameters are not name=value");
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
