#include "plugin_api/python/binding/attribute_ids.h"

#include "plugin_api/python/binding/errors.h"

namespace keyrule::python {

namespace {

// A borrowed reference to an int, null with an exception.
PyObject* FindId(EngineHandle& handle, PyObject* path) {
  PyObject* const known = PyDict_GetItemWithError(handle.ids(), path);
  if (known != nullptr || PyErr_Occurred() != nullptr) return known;
  if (PyUnicode_Check(path) == 0) {
    return RaiseUsage("a path of the request is %R: it must be a text such as 'app.id'", path);
  }
  Py_ssize_t size = 0;
  const char* const text = PyUnicode_AsUTF8AndSize(path, &size);
  if (text == nullptr) return nullptr;
  long id = kTenantId;
  if (PyUnicode_CompareWithASCIIString(path, "tenant") != 0 && PyUnicode_CompareWithASCIIString(path, "tenant.id") != 0) {
    id = static_cast<long>(handle.AttributeId({text, static_cast<size_t>(size)}));
  }
  const Ref made(PyLong_FromLong(id));
  if (!made || PyDict_SetItem(handle.ids(), path, made.get()) != 0) return nullptr;
  return PyDict_GetItemWithError(handle.ids(), path);
}

}  // namespace

bool IdOf(EngineHandle& handle, PyObject* path, long* id) {
  if (handle.ids_by_address().Find(path, id)) return true;
  PyObject* const found = FindId(handle, path);
  if (found == nullptr) return false;
  *id = PyLong_AsLong(found);
  if (PyUnicode_CheckExact(path)) handle.ids_by_address().Add(path, *id);
  return true;
}

PyObject* IdsInMap(EngineHandle& handle, PyObject* path) {
  PyObject* const known = PyDict_GetItemWithError(handle.ids_in_maps(), path);
  if (known != nullptr || PyErr_Occurred() != nullptr) return known;
  const Ref made(PyDict_New());
  if (!made || PyDict_SetItem(handle.ids_in_maps(), path, made.get()) != 0) return nullptr;
  return PyDict_GetItemWithError(handle.ids_in_maps(), path);
}

bool IdInMap(EngineHandle& handle, PyObject* ids, PyObject* path, PyObject* key, long* id) {
  PyObject* found = PyDict_GetItemWithError(ids, key);
  if (found == nullptr) {
    if (PyErr_Occurred() != nullptr) return false;
    const Ref whole(PyUnicode_FromFormat("%S.%S", path, key));
    found = whole ? FindId(handle, whole.get()) : nullptr;
    if (found == nullptr || PyDict_SetItem(ids, key, found) != 0) return false;
  }
  *id = PyLong_AsLong(found);
  return true;
}

PyObject* PathOf(EngineHandle& handle, uint32_t id) {
  Py_ssize_t position = 0;
  PyObject *path, *known;
  while (PyDict_Next(handle.ids(), &position, &path, &known) != 0) {
    if (PyLong_AsLong(known) == static_cast<long>(id)) return Ref::Borrow(path).release();
  }
  return PyUnicode_FromFormat("attribute %u", id);
}

}  // namespace keyrule::python
