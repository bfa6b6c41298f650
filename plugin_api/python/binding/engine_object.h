// _binding.Engine: what keyrule.Engine is made of.
#pragma once

#include "plugin_api/python/binding/python_ref.h"

namespace keyrule::python {

// The type. A new reference; null with an exception.
PyObject* MakeEngineType();

}  // namespace keyrule::python
