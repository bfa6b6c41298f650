// The files of a policy as they were when it was loaded: what is tried over it later is tried over the same texts.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "dsl/load.h"

namespace keyrule::evaluator {

class RememberingReader : public dsl::FileReader {
 public:
  explicit RememberingReader(const dsl::FileReader& reader) : reader_(reader) {}

  bool Read(const std::string& path, std::string* text, std::string* error) const override {
    const auto known = texts_.find(path);
    if (known != texts_.end()) {
      *text = known->second;
      return true;
    }
    if (!reader_.Read(path, text, error)) return false;
    texts_[path] = *text;
    return true;
  }
  std::string RealPath(const std::string& path) const override { return reader_.RealPath(path); }
  // From now on the file says this.
  void Replace(const std::string& path, std::string text) { texts_[path] = std::move(text); }

 private:
  const dsl::FileReader& reader_;
  mutable std::map<std::string, std::string> texts_;
};

}  // namespace keyrule::evaluator
