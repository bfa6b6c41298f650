#include "plugin_api/command/master_key.h"

#include "store/store_place.h"

namespace keyrule::command {

store::Result<store::Secret> KeyFor(const std::string& store, const store::KeyProvider& provider,
                                    bool* created) {
  const store::Status there = store::CheckIsStore(store);
  if (!there.ok() && there.code() != store::Code::kNotFound) return there;
  store::Result<store::Secret> key = provider.Load();
  const std::string file = provider.file();
  if (key.ok() || key.status().code() != store::Code::kKeyMissing || file.empty()) return key;
  // Another process may be making the same store: whoever comes second takes what the first has made.
  if (store::CheckIsStore(store).ok()) return provider.Load();
  const store::Status made = store::CreateMasterKey(file);
  if (!made.ok() && made.code() != store::Code::kExists) return made;
  *created = made.ok();
  return provider.Load();
}

}  // namespace keyrule::command
