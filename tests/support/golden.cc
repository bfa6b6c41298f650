#include "tests/support/golden.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string_view>

namespace keyrule::testing {
namespace {

std::string_view TakeLine(std::string_view& text) {
  const size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

}  // namespace

std::filesystem::path SourcePath(const std::string& relative) {
  return std::filesystem::path(KEYRULE_SOURCE_DIR) / relative;
}

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<std::filesystem::path> FilesIn(const std::string& folder,
                                           const std::string& extension) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(SourcePath(folder))) {
    if (entry.is_regular_file() && entry.path().extension() == extension) {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string TestName(const std::filesystem::path& path) {
  std::string name = path.stem().string();
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

::testing::AssertionResult MatchesGolden(const std::string& actual,
                                         const std::filesystem::path& golden) {
  if (const char* update = std::getenv("UPDATE_GOLDEN"); update != nullptr && *update == '1') {
    std::ofstream(golden, std::ios::binary) << actual;
    return ::testing::AssertionSuccess();
  }
  if (!std::filesystem::exists(golden)) {
    return ::testing::AssertionFailure()
           << golden.string() << " is missing; UPDATE_GOLDEN=1 writes it. Got:\n"
           << actual;
  }
  const std::string expected = ReadFile(golden);
  if (expected == actual) return ::testing::AssertionSuccess();
  std::string_view want = expected, got = actual;
  size_t line = 1;
  while (!want.empty() && !got.empty()) {
    std::string_view rest_of_want = want, rest_of_got = got;
    if (TakeLine(rest_of_want) != TakeLine(rest_of_got)) break;
    want = rest_of_want;
    got = rest_of_got;
    ++line;
  }
  return ::testing::AssertionFailure()
         << golden.filename().string() << ", line " << line << "\n  expected: " << TakeLine(want)
         << "\n  got:      " << TakeLine(got) << "\nThe whole text:\n"
         << actual;
}

}  // namespace keyrule::testing
