// keyrule.Prepared: what many requests share, read and copied once.
#pragma once

#include "plugin_api/python/binding/python_ref.h"

#include "keyrule/keyrule.h"
#include "plugin_api/python/binding/engine_handle.h"

namespace keyrule::python {

// Takes over `prepared`, which is not null, of a request of this tenant. Null with an exception.
PyObject* NewPrepared(EngineHandle& handle, keyrule_prepared* prepared, keyrule_str tenant);

// For the time that `object` lives.
struct PreparedBase {
  const keyrule_prepared* prepared = nullptr;  // null: none
  keyrule_str tenant = {nullptr, 0};
};
// Of a Prepared, or of None. False with TypeError.
bool BaseOf(PyObject* object, PreparedBase* base);

// The type itself. A new reference; null with an exception.
PyObject* MakePreparedType();

}  // namespace keyrule::python
