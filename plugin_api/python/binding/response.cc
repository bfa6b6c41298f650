#include "plugin_api/python/binding/response.h"

#include <new>

namespace keyrule::python {
namespace {

bool TakeBytes(PyObject* object, keyrule_str* text) {
  char* bytes = nullptr;
  Py_ssize_t size = 0;
  if (PyBytes_AsStringAndSize(object, &bytes, &size) != 0) return false;
  *text = {bytes, static_cast<size_t>(size)};
  return true;
}

bool TakeHeader(PyObject* pair, keyrule_header* header) {
  if (PyTuple_Check(pair) == 0 || PyTuple_Size(pair) != 2) {
    PyErr_SetString(PyExc_TypeError, "a header is a pair of bytes");
    return false;
  }
  return TakeBytes(PyTuple_GetItem(pair, 0), &header->name) && TakeBytes(PyTuple_GetItem(pair, 1), &header->value);
}

}  // namespace

bool ResponseArguments::Parse(PyObject* arguments) {
  PyObject* headers = nullptr;
  const char *provider = nullptr, *body = nullptr;
  Py_ssize_t provider_size = 0, body_size = 0;
  int status = 0, failure = 0;
  unsigned int flags = 0;
  long long timeout_ms, elapsed_ms, latency_ms, tokens, cost_micro_usd;
  if (PyArg_ParseTuple(arguments, "iy#Oy#iILLLLL", &status, &provider, &provider_size, &headers, &body, &body_size, &failure,
                       &flags, &timeout_ms, &elapsed_ms, &latency_ms, &tokens, &cost_micro_usd) == 0) {
    return false;
  }
  const Py_ssize_t count = PyTuple_Size(headers);
  if (count < 0) return false;
  try {
    headers_.resize(static_cast<size_t>(count));
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
    return false;
  }
  for (Py_ssize_t i = 0; i < count; ++i) {
    if (!TakeHeader(PyTuple_GetItem(headers, i), &headers_[static_cast<size_t>(i)])) return false;
  }
  response_.status = status;
  response_.provider = {provider, static_cast<size_t>(provider_size)};
  response_.headers = headers_.data();
  response_.header_count = headers_.size();
  response_.body = {body, static_cast<size_t>(body_size)};
  response_.failure = failure;
  response_.flags = flags;
  response_.timeout_ms = timeout_ms;
  response_.elapsed_ms = elapsed_ms;
  response_.latency_ms = latency_ms;
  response_.tokens = tokens;
  response_.cost_micro_usd = cost_micro_usd;
  return true;
}

PyObject* TupleOf(const keyrule_classification& found) {
  return Py_BuildValue("(iILLLLs#)", static_cast<int>(found.outcome), static_cast<unsigned int>(found.flags),
                       static_cast<long long>(found.retry_after_ms), static_cast<long long>(found.input_tokens),
                       static_cast<long long>(found.output_tokens), static_cast<long long>(found.tokens), found.row.ptr,
                       static_cast<Py_ssize_t>(found.row.len));
}

}  // namespace keyrule::python
