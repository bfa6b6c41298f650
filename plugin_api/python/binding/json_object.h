// The opened payload as Python's objects, with no copy on the way: json.loads would leave one in freed memory.
#pragma once

#include "plugin_api/python/binding/python_ref.h"

#include <string_view>

namespace keyrule::python {

// What json.loads makes of `json`, an object. A new reference; null with ValueError if it is no JSON object (then the text is
// not shown), or with MemoryError. What had to be unescaped was put together in memory that is wiped.
PyObject* ObjectFromJson(std::string_view json);

}  // namespace keyrule::python
