#include "store/host_pattern.h"

namespace keyrule::store {
namespace {

constexpr size_t kMaxLabel = 63;

bool IsLabel(std::string_view label) {
  if (label.empty() || label.size() > kMaxLabel || label.front() == '-' || label.back() == '-') {
    return false;
  }
  for (const char c : label) {
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_')) return false;
  }
  return true;
}

}  // namespace

std::optional<std::string> HostPattern(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  std::string_view rest = lower;
  const bool below = rest.starts_with("*.");
  if (below) rest.remove_prefix(2);
  if (rest.empty() || rest.size() > kMaxHostName) return std::nullopt;
  size_t labels = 0;
  for (bool more = true; more; ++labels) {
    const size_t dot = rest.find('.');
    more = dot != std::string_view::npos;
    if (!IsLabel(rest.substr(0, dot))) return std::nullopt;
    if (more) rest.remove_prefix(dot + 1);
  }
  // `*.com` would be nearly everything.
  if (below && labels < 2) return std::nullopt;
  return lower;
}

}  // namespace keyrule::store
