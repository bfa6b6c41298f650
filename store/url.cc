#include "store/url.h"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace keyrule::store {

std::optional<std::string> DecodePercent(std::string_view text) {
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

bool TakeUser(std::string_view* authority, std::string* user, std::string* password) {
  const size_t at = authority->rfind('@');
  if (at == std::string_view::npos) return true;
  const std::string_view who = authority->substr(0, at);
  authority->remove_prefix(at + 1);
  const size_t colon = std::min(who.find(':'), who.size());
  const std::optional<std::string> its_user = DecodePercent(who.substr(0, colon));
  const std::optional<std::string> its_password =
      DecodePercent(colon < who.size() ? who.substr(colon + 1) : std::string_view());
  if (!its_user || !its_password) return false;
  *user = *its_user;
  *password = *its_password;
  return true;
}

bool ReadHostAndPort(std::string_view text, std::string* host, uint16_t* port) {
  size_t colon = text.rfind(':');
  if (text.starts_with('[')) {
    const size_t close = text.find(']');
    if (close == std::string_view::npos) return false;
    *host = text.substr(1, close - 1);
    text.remove_prefix(close + 1);
    colon = text.find(':');
    if (!text.empty() && colon != 0) return false;
  } else {
    const std::optional<std::string> decoded = DecodePercent(text.substr(0, colon));
    if (!decoded) return false;
    *host = *decoded;
  }
  if (colon == std::string_view::npos) return true;
  const std::string_view digits = text.substr(colon + 1);
  if (digits.empty()) return true;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), *port);
  return error == std::errc() && end == digits.data() + digits.size() && *port != 0;
}

bool ReadUrlParameters(std::string_view query, std::map<std::string, std::string>* parameters) {
  while (!query.empty()) {
    query.remove_prefix(1);  // ? or &
    const std::string_view pair = TakeUntil(&query, "&");
    if (pair.empty()) continue;
    const size_t equals = pair.find('=');
    if (equals == std::string_view::npos) return false;
    const std::optional<std::string> name = DecodePercent(pair.substr(0, equals));
    const std::optional<std::string> value = DecodePercent(pair.substr(equals + 1));
    if (!name || !value) return false;
    (*parameters)[*name] = *value;
  }
  return true;
}

}  // namespace keyrule::store
