#include "plugin_api/python/binding/prepared_object.h"

#include <new>
#include <string>

namespace keyrule::python {

namespace {

struct PreparedObject {
  PyObject_HEAD
  EngineHandle* handle;
  keyrule_prepared* prepared;
  std::string tenant;
};

PyTypeObject* g_type = nullptr;  // kept for the life of the process

PreparedObject* As(PyObject* self) { return reinterpret_cast<PreparedObject*>(self); }

void Deallocate(PyObject* object) {
  PreparedObject* const self = As(object);
  self->handle->api().prepared_release(self->prepared);
  self->handle->Release();
  self->tenant.~basic_string();
  PyTypeObject* const type = Py_TYPE(object);
  reinterpret_cast<freefunc>(PyType_GetSlot(type, Py_tp_free))(object);
  Py_DECREF(type);
}

PyType_Slot g_slots[] = {
    {Py_tp_dealloc, reinterpret_cast<void*>(Deallocate)},
    {Py_tp_doc, const_cast<char*>("What many requests share, for `base`. Only an engine makes them, by prepare().")},
    {0, nullptr},
};

PyType_Spec g_spec = {"keyrule._binding.Prepared", sizeof(PreparedObject), 0,
                      Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, g_slots};

}  // namespace

PyObject* NewPrepared(EngineHandle& handle, keyrule_prepared* prepared, keyrule_str tenant) try {
  std::string whose(tenant.ptr != nullptr ? tenant.ptr : "", tenant.len);
  PyObject* const object = PyType_GenericAlloc(g_type, 0);
  if (object == nullptr) {
    handle.api().prepared_release(prepared);
    return nullptr;
  }
  PreparedObject* const self = As(object);
  new (&self->tenant) std::string(std::move(whose));
  handle.Retain();
  self->handle = &handle;
  self->prepared = prepared;
  return object;
} catch (const std::bad_alloc&) {
  handle.api().prepared_release(prepared);
  return PyErr_NoMemory();
}

bool BaseOf(PyObject* object, PreparedBase* base) {
  *base = {};
  if (object == nullptr || object == Py_None) return true;
  if (PyObject_TypeCheck(object, g_type) == 0) {
    PyErr_SetString(PyExc_TypeError, "base must be what prepare() of this engine gave");
    return false;
  }
  const PreparedObject* const self = As(object);
  *base = {self->prepared, {self->tenant.data(), self->tenant.size()}};
  return true;
}

PyObject* MakePreparedType() {
  PyObject* const type = PyType_FromSpec(&g_spec);
  if (type != nullptr) g_type = reinterpret_cast<PyTypeObject*>(Ref::Borrow(type).release());
  return type;
}

}  // namespace keyrule::python
