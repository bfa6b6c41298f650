#include "plugin_api/command/key_input.h"

#include <utility>

#include "store/key_reference.h"
#include "store/store_place.h"

namespace keyrule::command {

Exit FindKey(const std::string& store, const std::string& reference, const Console& console,
             std::unique_ptr<store::KeyProvider>* provider) {
  store::Result<std::unique_ptr<store::KeyProvider>> found =
      store::FindKeyProvider(reference, store);
  if (!found.ok()) {
    console.Error(found.status());
    return Exit::kUsage;
  }
  *provider = *std::move(found);
  if (const std::string warning = (*provider)->warning(); !warning.empty()) {
    console.Warning(Problem{warning});
  }
  return Exit::kYes;
}

Exit ReadKey(const std::string& store, const std::string& reference, const Console& console,
             KeyInput* input, std::string mend) {
  if (const store::Status there = store::CheckIsStore(store); !there.ok()) {  // then the key is not what is missing
    const bool none = there.code() == store::Code::kNotFound;
    console.Error(Problem{there.what(), none ? std::move(mend) : there.mend(), there.where()});
    return Exit::kFile;
  }
  const Exit exit = FindKey(store, reference, console, &input->provider);
  if (exit != Exit::kYes) return exit;
  store::Result<store::Secret> key = input->provider->Load();
  if (!key.ok()) {
    console.Error(key.status());
    return Exit::kFile;
  }
  input->key = *std::move(key);
  return Exit::kYes;
}

}  // namespace keyrule::command
