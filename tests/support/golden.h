// Goldens: files that hold exactly what a test is to produce. UPDATE_GOLDEN=1 in the environment
// writes them anew.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace keyrule::testing {

// A path inside the source tree, from its root.
std::filesystem::path SourcePath(const std::string& relative);
std::string ReadFile(const std::filesystem::path& path);

// The files of a folder of the source tree with this extension (".keyrule"), sorted by name.
std::vector<std::filesystem::path> FilesIn(const std::string& folder, const std::string& extension);
// A file's name as the name of a test: letters, digits and `_`.
std::string TestName(const std::filesystem::path& path);

// Fails with the first line that differs; with UPDATE_GOLDEN=1 it writes `golden` and succeeds.
::testing::AssertionResult MatchesGolden(const std::string& actual,
                                         const std::filesystem::path& golden);

}  // namespace keyrule::testing
