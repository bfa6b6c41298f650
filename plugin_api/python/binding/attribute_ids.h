// From the paths in requests to the engine's ids, each asked for once.
#pragma once

#include "plugin_api/python/binding/python_ref.h"

#include "plugin_api/python/binding/engine_handle.h"

namespace keyrule::python {

// `tenant` and `tenant.id` have no ids of their own: they say whose the request is.
constexpr long kTenantId = -1;

// The id of a path. False with an exception.
bool IdOf(EngineHandle& handle, PyObject* path, long* id);

// The ids of the entries of the map at `path`, by key. A borrowed reference to a dict; null with an exception.
PyObject* IdsInMap(EngineHandle& handle, PyObject* path);
// The id of one of them; `ids` is that dict. False with an exception.
bool IdInMap(EngineHandle& handle, PyObject* ids, PyObject* path, PyObject* key, long* id);

// A path that has this id, for messages. A new reference; null with an exception.
PyObject* PathOf(EngineHandle& handle, uint32_t id);

}  // namespace keyrule::python
