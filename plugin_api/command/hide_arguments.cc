#include "plugin_api/command/hide_arguments.h"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace keyrule::command {
namespace {

// Of one argument; views into `text`, empty where there is none.
std::string_view PasswordOfUser(std::string_view text) {
  const size_t scheme = text.find("://");
  if (scheme == std::string_view::npos) return {};
  text.remove_prefix(scheme + 3);
  // A password may hold a slash that should have been written as %2F: up to the last @.
  const size_t at = text.substr(0, text.find('?')).rfind('@');
  if (at == std::string_view::npos) return {};
  text = text.substr(0, at);
  const size_t colon = text.find(':');
  return colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
}

// The next value of password= or sslpassword= from `*from` on, which is moved behind the name. False: no more.
bool NextParameter(std::string_view text, size_t* from, std::string_view* value) {
  constexpr std::string_view kName = "password=";
  const size_t query = text.find('?');
  if (text.find("://") == std::string_view::npos || query == std::string_view::npos) return false;
  const size_t name = text.find(kName, std::max(query, *from));
  if (name == std::string_view::npos) return false;
  *from = name + kName.size();
  *value = text.substr(*from, text.find('&', *from) - *from);
  return true;
}

void Overwrite(char* argument, std::string_view text, std::string_view secret) {
  char* const begin = argument + (secret.data() - text.data());
  std::fill(begin, begin + secret.size(), 'x');
}

}  // namespace

void HidePasswords(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view text(argv[i], std::strlen(argv[i]));
    std::string_view secret = PasswordOfUser(text);
    if (!secret.empty()) Overwrite(argv[i], text, secret);
    for (size_t from = 0; NextParameter(text, &from, &secret);) Overwrite(argv[i], text, secret);
  }
}

}  // namespace keyrule::command
