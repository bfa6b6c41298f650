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
  if (key.ok() || key.status().code() != store::Code::kKeyMissing || file.empty() ||
      !IsVacant(store)) {
    return key;
  }
  if (store::Status status = store::CreateMasterKey(file); !status.ok()) return status;
  *created = true;
  return provider.Load();
}

}  // namespace keyrule::command
