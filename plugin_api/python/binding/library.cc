#include "plugin_api/python/binding/library.h"

#include <dlfcn.h>

#include <string>

#include "plugin_api/python/binding/errors.h"

namespace keyrule::python {

const keyrule_api* LoadLibrary(const char* path) {
  std::string problem;
  const keyrule_api* api = nullptr;
  {
    const WithoutLock others_run;
    // The same path gives the same library again. It is never closed: its tables and its handlers of fork() stand in it.
    void* library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    void* entry = library != nullptr ? dlsym(library, "keyrule_get_api") : nullptr;
    if (entry == nullptr) {
      const char* said = dlerror();
      problem = said != nullptr ? said : "it is no libkeyrule.so";
    } else {
      api = reinterpret_cast<keyrule_get_api_fn>(entry)(KEYRULE_ABI_MAJOR);
    }
  }
  if (!problem.empty()) {
    RaiseLibraryNotFound("%s cannot be loaded: %s", path, problem.c_str());
    return nullptr;
  }
  if (api == nullptr || api->struct_size < sizeof(keyrule_api)) {
    RaiseLibraryNotFound("%s does not serve version %u.%u of the interface; it is older or newer than the package", path,
                         KEYRULE_ABI_MAJOR, KEYRULE_ABI_MINOR);
    return nullptr;
  }
  return api;
}

}  // namespace keyrule::python
