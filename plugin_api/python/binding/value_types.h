// The types of attributes' values beyond text, number and list.
#pragma once

#include "plugin_api/python/binding/python_ref.h"

namespace keyrule::python {

// False also where asking raised: then an exception is set.
bool IsEnum(PyObject* value);
bool IsDatetime(PyObject* value);
bool IsMapping(PyObject* value);  // may run Python code

// What an enum's member stands for. A new reference; null with an exception.
PyObject* EnumValue(PyObject* member);
// A datetime as milliseconds since 1970. Runs Python code: that of its zone. A new reference; null with an exception, or without
// one where it has no zone.
PyObject* UnixMilliseconds(PyObject* datetime);
// For messages. A new reference; null with an exception.
PyObject* TypeName(PyObject* value);

}  // namespace keyrule::python
