// libkeyrule.so, loaded when it is first needed and then kept.
#pragma once

#include "plugin_api/python/binding/python_ref.h"

#include "keyrule/keyrule.h"

namespace keyrule::python {

// The table of the library at `path`. Null with LibraryNotFound where it cannot be loaded or serves another version. Gives
// the interpreter's lock back while it loads; any thread.
const keyrule_api* LoadLibrary(const char* path);

}  // namespace keyrule::python
