// Looks for traces of secrets in the core of a process.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace keyrule::plugin_test {

// Finds any 12 bytes in a row of what it was given, in the forms in which secrets leak.
class TraceScanner {
 public:
  // A text: as it is, reversed, in hex, in base64 however it falls there, URL-encoded, and as 16-bit characters.
  void AddText(const std::string& text, const std::string& name);
  // A key: as it is, reversed in words of four bytes, in hex, in base64, and with the paddings of HMAC.
  void AddKey(const std::string& key, const std::string& name);

  // "NAME as FORM" of what is in the file. Throws std::runtime_error if it cannot be read.
  std::set<std::string> Find(const std::string& path) const;

 private:
  void AddForm(const std::string& bytes, const std::string& name);

  std::unordered_map<std::string, std::string> windows_;  // 12 bytes -> whose
  std::vector<uint64_t> filter_ = std::vector<uint64_t>(size_t{1} << 15);  // a bit for each hash of 21 bits
};

}  // namespace keyrule::plugin_test
