// Files that exist only in a test.
#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <utility>

#include "dsl/load.h"

namespace keyrule::dsl {

class MemoryReader : public FileReader {
 public:
  using Files = std::map<std::string, std::string>;

  MemoryReader(std::initializer_list<Files::value_type> files = {}) : files_(files) {}
  void Add(const std::string& path, std::string text) { files_[path] = std::move(text); }

  bool Read(const std::string& path, std::string* text, std::string* error) const override {
    const auto at = files_.find(path);
    if (at == files_.end()) {
      *error = "no such file";
      return false;
    }
    ++reads_[path];
    *text = at->second;
    return true;
  }

  int reads(const std::string& path) const {
    const auto at = reads_.find(path);
    return at == reads_.end() ? 0 : at->second;
  }

 private:
  Files files_;
  mutable std::map<std::string, int> reads_;
};

}  // namespace keyrule::dsl
