#include "tests/plugin_api/editors/corpus.h"

#include <algorithm>
#include <filesystem>

#include "tests/support/golden.h"

namespace keyrule::editors {
namespace {

constexpr std::string_view kFence = "```";
constexpr std::string_view kPage = "dsl/LANGUAGE.md";

// The examples of the language's page.
void AddExamples(std::vector<Sample>& samples) {
  const std::string page = testing::ReadFile(testing::SourcePath(std::string(kPage)));
  const std::string open = "\n" + std::string(kFence) + "keyrule\n";
  const std::string close = "\n" + std::string(kFence);
  for (size_t at = page.find(open); at != std::string::npos; at = page.find(open, at)) {
    at += open.size();
    const auto line = 1 + std::count(page.begin(), page.begin() + static_cast<ptrdiff_t>(at), '\n');
    samples.push_back({std::string(kPage) + ":" + std::to_string(line),
                       page.substr(at, page.find(close, at) + 1 - at)});
  }
}

}  // namespace

std::vector<Sample> Corpus() {
  std::vector<Sample> samples;
  for (const char* folder : {"policies", "tests/golden", "dsl"}) {
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(testing::SourcePath(folder))) {
      const std::filesystem::path& path = entry.path();
      if (path.extension() != ".keyrule") continue;
      samples.push_back(
          {path.lexically_relative(testing::SourcePath("")).string(), testing::ReadFile(path)});
    }
  }
  std::sort(samples.begin(), samples.end(),
            [](const Sample& a, const Sample& b) { return a.name < b.name; });
  AddExamples(samples);
  return samples;
}

}  // namespace keyrule::editors
