#include "plugin_api/command/master_key.h"

#include <filesystem>
#include <system_error>

#include "store/posix_file.h"

namespace keyrule::command {
namespace {

// Nothing is there, or a folder that somebody has prepared for the store.
bool IsVacant(const std::string& store) {
  std::error_code error;
  return !store::PathExists(store) ||
         (std::filesystem::is_directory(store, error) && std::filesystem::is_empty(store, error) &&
          !error);
}

}  // namespace

store::Result<store::Secret> KeyFor(const std::string& store, const store::KeyProvider& provider,
                                    bool* created) {
  store::Result<store::Secret> key = provider.Load();
  const std::string file = provider.file();
  if (key.ok() || key.status().code() != store::Code::kKeyMissing || file.empty()) return key;
  // Another process may be making the same store: whoever comes second takes what the first has made.
  if (!IsVacant(store)) return provider.Load();
  const store::Status made = store::CreateMasterKey(file);
  if (!made.ok() && made.code() != store::Code::kExists) return made;
  *created = made.ok();
  return provider.Load();
}

}  // namespace keyrule::command
