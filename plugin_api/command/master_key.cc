#include "plugin_api/command/master_key.h"

#include <filesystem>
#include <system_error>

#include "store/key_provider.h"
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

store::Result<store::Secret> KeyFor(const std::string& store, const std::string& path,
                                    bool* created) {
  store::Result<store::Secret> key = store::LoadMasterKey(path);
  if (key.ok() || key.status().code() != store::Code::kKeyMissing || !IsVacant(store)) {
    return key;
  }
  if (store::Status status = store::CreateMasterKey(path); !status.ok()) return status;
  *created = true;
  return store::LoadMasterKey(path);
}

}  // namespace keyrule::command
