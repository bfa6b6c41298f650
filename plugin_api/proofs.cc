#include "plugin_api/proofs.h"

#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <vector>

#include "store/posix_file.h"

namespace keyrule::plugin_api {
namespace {

constexpr size_t kMostProofs = 1'000;
constexpr unsigned kReadableByAll = 0644;  // a host may be another user; there is nothing to hide in it

// Empty: there is no place for them.
std::string Folder() {
  // Whoever runs with another's rights does not take a folder from that one.
  const char* named = secure_getenv("KEYRULE_PROOFS");
  if (named != nullptr && *named != '\0') return named;
  const char* cache = secure_getenv("XDG_CACHE_HOME");
  if (cache != nullptr && *cache == '/') return std::string(cache) + "/keyrule/proofs";
  const char* home = secure_getenv("HOME");
  if (home != nullptr && *home == '/') return std::string(home) + "/.cache/keyrule/proofs";
  return {};
}

std::string NameOf(const std::string& revision) {
  return revision.substr(revision.find(':') + 1) + "-" KEYRULE_VERSION;
}

}  // namespace

bool IsProved(const std::string& revision) {
  const std::string folder = Folder();
  return !folder.empty() && store::PathExists(folder + "/" + NameOf(revision));
}

void RememberProved(const std::string& revision) {
  const std::string folder = Folder();
  if (folder.empty()) return;
  const std::string path = folder + "/" + NameOf(revision);
  if (store::PathExists(path)) return;
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) return;
  const store::Result<std::vector<std::string>> names = store::ListDirectory(folder);
  if (!names.ok()) return;
  if (names->size() >= kMostProofs) {
    // Only what this has written: the folder may be one that somebody named by mistake.
    for (const std::string& name : *names) {
      if (name.ends_with("-" KEYRULE_VERSION)) std::filesystem::remove(folder + "/" + name, failed);
    }
  }
  // Best effort: the next look costs what this one did.
  [[maybe_unused]] const store::Status written = store::CreateFile(path, revision + "\n", kReadableByAll);
}

}  // namespace keyrule::plugin_api
