#include "plugin_api/python/binding/errors.h"

#include <cstdarg>

namespace keyrule::python {

namespace {

// A member of keyrule/errors.py. Imported when something is wrong, so not kept.
Ref Member(const char* name) {
  const Ref module(PyImport_ImportModule("keyrule.errors"));
  return module ? Ref(PyObject_GetAttrString(module.get(), name)) : Ref();
}

PyObject* Raise(const char* kind, const char* format, va_list arguments) {
  const Ref message(PyUnicode_FromFormatV(format, arguments));
  const Ref exception = message ? Member(kind) : Ref();
  if (exception) PyErr_SetObject(exception.get(), message.get());
  return nullptr;
}

// Raises what a function of keyrule/errors.py returns.
PyObject* RaiseResult(const char* function, const Ref& arguments) {
  const Ref callable = arguments ? Member(function) : Ref();
  const Ref exception(callable ? PyObject_Call(callable.get(), arguments.get(), nullptr) : nullptr);
  if (exception) PyErr_SetObject(PyExceptionInstance_Class(exception.get()), exception.get());
  return nullptr;
}

}  // namespace

PyObject* RaiseUsage(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  Raise("UsageError", format, arguments);
  va_end(arguments);
  return nullptr;
}

PyObject* RaiseLibraryNotFound(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  Raise("LibraryNotFound", format, arguments);
  va_end(arguments);
  return nullptr;
}

PyObject* RaiseStatus(const keyrule_api& api, keyrule_status status, keyrule_error* error) {
  Ref arguments;
  {
    const Ref message(TextFrom(api.error_message(error)));
    const Ref diagnostics(message ? TextFrom(api.error_diagnostics(error)) : nullptr);
    if (diagnostics) {
      arguments = Ref(Py_BuildValue("(iOO)", static_cast<int>(status), message.get(), diagnostics.get()));
    }
  }
  api.error_release(error);
  return RaiseResult("from_status", arguments);
}

PyObject* RaiseNoCredentials(const keyrule_decision_info& info) {
  const Ref reason(TextFrom(info.reason));
  const Ref message(reason ? TextFrom(info.message) : nullptr);
  const Ref rule(message ? TextFrom(info.rule) : nullptr);
  Ref arguments;
  if (rule) {
    arguments = Ref(Py_BuildValue("(iOOOL)", static_cast<int>(info.verdict), reason.get(), message.get(), rule.get(),
                                  static_cast<long long>(info.retry_after_ms)));
  }
  return RaiseResult("no_credentials", arguments);
}

PyObject* TextFrom(keyrule_str text) {
  return PyUnicode_DecodeUTF8(text.len == 0 ? "" : text.ptr, static_cast<Py_ssize_t>(text.len), "replace");
}

}  // namespace keyrule::python
