#include "plugin_api/command/read_files.h"

#include <filesystem>
#include <set>
#include <system_error>

#include "plugin_api/command/test_files.h"

namespace keyrule::command {
namespace {

namespace fs = std::filesystem;

// The folder itself where it is there, else the nearest above it that is.
std::string Existing(fs::path folder) {
  std::error_code unknown;
  while (!folder.empty() && !fs::is_directory(folder, unknown) && folder != folder.root_path()) folder = folder.parent_path();
  return folder.empty() ? "." : folder.string();
}

}  // namespace

void ReadFiles::Add(const std::string& path) { files_.try_emplace(path, store::IdentityOf(path)); }

void ReadFiles::AddFolder(const std::string& folder) {
  std::string unreadable;  // which the run says
  std::vector<std::string> found = SourcesIn(folder, &unreadable);
  for (const std::string& file : found) Add(file);
  folders_.try_emplace(folder, std::move(found));
}

bool ReadFiles::Changed() const {
  for (const auto& [path, identity] : files_) {
    if (store::IdentityOf(path) != identity) return true;
  }
  for (const auto& [folder, files] : folders_) {
    std::string unreadable;
    if (SourcesIn(folder, &unreadable) != files) return true;
  }
  return false;
}

std::vector<std::string> ReadFiles::Folders() const {
  std::set<std::string> folders;
  for (const auto& [path, identity] : files_) {
    folders.insert(Existing(fs::path(path).parent_path()));
    std::error_code gone;
    const fs::path real = fs::canonical(path, gone);
    if (!gone) folders.insert(real.parent_path().string());
  }
  for (const auto& [folder, files] : folders_) {
    folders.insert(Existing(folder));
    std::error_code error;
    for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
      std::error_code unknown;
      if (!at->is_directory(unknown)) continue;
      if (at->path().filename().string().starts_with('.')) {
        at.disable_recursion_pending();
      } else {
        folders.insert(at->path().string());
      }
    }
  }
  return {folders.begin(), folders.end()};
}

bool NotingReader::Read(const std::string& path, std::string* text, std::string* error) const {
  if (files_ != nullptr) files_->Add(path);
  return DiskReader::Read(path, text, error);
}

}  // namespace keyrule::command
