// From what C++ knows to the exceptions of keyrule/errors.py. All need the interpreter's lock, and leave an exception set.
#pragma once

#include "plugin_api/python/binding/python_ref.h"

#include "keyrule/keyrule.h"

namespace keyrule::python {

// UsageError; `format` as of PyErr_FromFormat. Always null, so that a caller can return it.
PyObject* RaiseUsage(const char* format, ...);

// LibraryNotFound; the same.
PyObject* RaiseLibraryNotFound(const char* format, ...);

// What a status of the interface says. Takes over `error`, which may be null. Always null.
PyObject* RaiseStatus(const keyrule_api& api, keyrule_status status, keyrule_error* error);

// Why a decision has nothing to open: Refused, LeftToHost or MustWait. Always null.
PyObject* RaiseNoCredentials(const keyrule_decision_info& info);

// A text of ours for Python; what is not UTF-8 is replaced. A new reference, null with an exception.
PyObject* TextFrom(keyrule_str text);

}  // namespace keyrule::python
