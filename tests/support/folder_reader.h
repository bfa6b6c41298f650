#pragma once

#include <filesystem>
#include <string>
#include <utility>

#include "dsl/load.h"

namespace keyrule::testing {

// Reads from one folder, so that diagnostics name files as someone who stands in it does.
class FolderReader : public dsl::FileReader {
 public:
  explicit FolderReader(std::filesystem::path folder) : folder_(std::move(folder)) {}
  bool Read(const std::string& path, std::string* text, std::string* error) const override {
    return disk_.Read((folder_ / path).string(), text, error);
  }
  std::string RealPath(const std::string& path) const override {
    return disk_.RealPath((folder_ / path).string());
  }

 private:
  std::filesystem::path folder_;
  dsl::DiskReader disk_;
};

}  // namespace keyrule::testing
