#include "plugin_api/command/test_files.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <system_error>

#include "dsl/load.h"

namespace keyrule::command {
namespace {

namespace fs = std::filesystem;

enum class Wanted { kPolicies, kSources };

bool IsWanted(const fs::path& path, Wanted wanted) {
  const std::string name = path.filename().string();
  return name.ends_with(".keyrule") && name.front() != '.' &&
         (wanted == Wanted::kSources || !name.ends_with(".schema.keyrule"));
}

// In the order of their paths. False: a folder cannot be read.
bool Walk(const std::string& folder, Wanted wanted, std::vector<std::string>* files,
          std::string* error) {
  std::error_code code;
  fs::recursive_directory_iterator at(folder, code);
  for (; !code && at != fs::recursive_directory_iterator(); at.increment(code)) {
    const bool hidden = at->path().filename().string().starts_with('.');
    std::error_code unknown;  // a link that leads nowhere is no folder and no file
    if (at->is_directory(unknown)) {
      if (hidden) at.disable_recursion_pending();
    } else if (at->is_regular_file(unknown) && IsWanted(at->path(), wanted)) {
      files->push_back(at->path().lexically_normal().string());
    }
  }
  if (code) *error = code.message();
  std::sort(files->begin(), files->end());
  return !code;
}

// Leaves out what others of them import. Two that import each other both stay, to be told so.
void DropImported(const Options& options, std::vector<std::string>* files) {
  const dsl::DiskReader reader;
  dsl::LoadOptions load;
  load.schema_file = options.schema();
  std::map<std::string, std::set<std::string>> reads;  // real path to the real paths it reads
  for (const std::string& file : *files) {
    const dsl::LoadResult loaded = dsl::Load(reader, file, load);
    std::set<std::string>& read = reads[reader.RealPath(file)];
    for (uint32_t i = 0; i < loaded.sources->size(); ++i) {
      read.insert(reader.RealPath(loaded.sources->at(i).name()));
    }
  }
  std::erase_if(*files, [&](const std::string& file) {
    const std::string self = reader.RealPath(file);
    return std::any_of(reads.begin(), reads.end(), [&](const auto& other) {
      return other.first != self && other.second.contains(self) &&
             !reads[self].contains(other.first);
    });
  });
}

std::vector<std::string> Find(const std::vector<std::string>& arguments, Wanted wanted,
                              const Options& options, Exit* exit) {
  std::vector<std::string> policies;
  for (const std::string& argument : arguments) {
    std::error_code unknown;
    if (!fs::is_directory(argument, unknown)) {
      policies.push_back(argument);
      continue;
    }
    std::vector<std::string> found;
    std::string error;
    if (!Walk(argument, wanted, &found, &error)) {
      options.console().Error(Problem{"this folder cannot be read: " + error, {}, argument});
      *exit = First(*exit, Exit::kFile);
    } else if (found.empty()) {
      options.console().Error(
          Problem{"this folder holds no policy", "policies are files named *.keyrule", argument});
      *exit = First(*exit, Exit::kUsage);
    }
    if (wanted == Wanted::kPolicies) DropImported(options, &found);
    policies.insert(policies.end(), found.begin(), found.end());
  }
  const dsl::DiskReader reader;
  std::set<std::string> seen;
  std::erase_if(policies, [&](const std::string& policy) {
    return !seen.insert(reader.RealPath(policy)).second;
  });
  return policies;
}

}  // namespace

std::vector<std::string> FindPolicies(const std::vector<std::string>& arguments,
                                      const Options& options, Exit* exit, ReadFiles* files) {
  for (const std::string& argument : arguments) {
    std::error_code unknown;
    if (files != nullptr && fs::is_directory(argument, unknown)) files->AddFolder(argument);
  }
  return Find(arguments, Wanted::kPolicies, options, exit);
}

std::vector<std::string> FindSources(const std::vector<std::string>& arguments,
                                     const Options& options, Exit* exit) {
  return Find(arguments, Wanted::kSources, options, exit);
}

std::vector<std::string> SourcesIn(const std::string& folder, std::string* error) {
  std::vector<std::string> files;
  Walk(folder, Wanted::kSources, &files, error);
  return files;
}

}  // namespace keyrule::command
