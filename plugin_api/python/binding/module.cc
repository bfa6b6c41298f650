// The module keyrule._binding. One interpreter a process: what it keeps is global.
#include "plugin_api/python/binding/python_ref.h"

#include "plugin_api/fork_watch.h"
#include "plugin_api/python/binding/decision_object.h"
#include "plugin_api/python/binding/engine_object.h"
#include "plugin_api/python/binding/errors.h"
#include "plugin_api/python/binding/json_object.h"
#include "plugin_api/python/binding/library.h"
#include "plugin_api/python/binding/prepared_object.h"
#include "plugin_api/python/binding/response.h"

namespace keyrule::python {
namespace {

PyObject* Load(PyObject*, PyObject* path) {
  const char* const bytes = PyBytes_AsString(path);
  const keyrule_api* const api = bytes != nullptr ? LoadLibrary(bytes) : nullptr;
  if (api == nullptr) return nullptr;
  return PyUnicode_DecodeUTF8(api->version.ptr, static_cast<Py_ssize_t>(api->version.len), "replace");
}

PyObject* ParseJson(PyObject*, PyObject* json) {
  char* bytes = nullptr;
  Py_ssize_t size = 0;
  if (PyBytes_AsStringAndSize(json, &bytes, &size) != 0) return nullptr;
  return ObjectFromJson({bytes, static_cast<size_t>(size)});
}

// (library, the arguments of ResponseArguments)
PyObject* ClassifyResponse(PyObject*, PyObject* arguments) {
  PyObject* path = nullptr;
  PyObject* rest = nullptr;
  if (PyArg_ParseTuple(arguments, "SO!", &path, &PyTuple_Type, &rest) == 0) return nullptr;
  ResponseArguments given;
  const keyrule_api* const api = given.Parse(rest) ? LoadLibrary(PyBytes_AsString(path)) : nullptr;
  if (api == nullptr) return nullptr;
  keyrule_classification found = KEYRULE_CLASSIFICATION_INIT;
  if (api->classify_response(&given.response(), &found) != KEYRULE_OK) return RaiseUsage("no response: a number is out of range");
  return TupleOf(found);
}

PyMethodDef g_functions[] = {
    {"load", Load, METH_O, "Loads the library at this path (bytes) and gives its version. Engines do so by themselves."},
    {"parse_json", ParseJson, METH_O, "What an opened payload (bytes) becomes."},
    {"classify_response", ClassifyResponse, METH_VARARGS, "library (bytes), a tuple of ResponseArguments; what they mean"},
    {nullptr, nullptr, 0, nullptr},
};

PyModuleDef g_module = {PyModuleDef_HEAD_INIT,
                        "keyrule._binding",
                        "keyrule.h for Python; keyrule/engine.py is its face.",
                        -1,
                        g_functions,
                        nullptr,
                        nullptr,
                        nullptr,
                        nullptr};

PyObject* MakeModule() {
  if (!plugin_api::WatchForks()) return PyErr_NoMemory();
  Ref module(PyModule_Create(&g_module));
  const Ref engine(module ? MakeEngineType() : nullptr);
  const Ref decision(engine ? MakeDecisionType() : nullptr);
  const Ref prepared(decision ? MakePreparedType() : nullptr);
  if (!prepared || PyModule_AddObjectRef(module.get(), "Engine", engine.get()) != 0 ||
      PyModule_AddObjectRef(module.get(), "Decision", decision.get()) != 0 ||
      PyModule_AddObjectRef(module.get(), "Prepared", prepared.get()) != 0) {
    return nullptr;
  }
  return module.release();
}

}  // namespace
}  // namespace keyrule::python

PyMODINIT_FUNC PyInit__binding() { return keyrule::python::MakeModule(); }
