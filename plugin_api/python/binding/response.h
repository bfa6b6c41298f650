// A provider's response from Python's arguments, and what it means back.
#pragma once

#include "plugin_api/python/binding/python_ref.h"

#include <vector>

#include "keyrule/keyrule.h"

namespace keyrule::python {

// Points into the arguments, which must be kept meanwhile.
class ResponseArguments {
 public:
  // (status, provider, headers, body, failure, flags, timeout_ms, elapsed_ms, latency_ms, tokens, cost_micro_usd); headers are a
  // tuple of pairs; texts are bytes. False with an exception.
  bool Parse(PyObject* arguments);

  const keyrule_response& response() const { return response_; }

 private:
  keyrule_response response_ = KEYRULE_RESPONSE_INIT;
  std::vector<keyrule_header> headers_;
};

// (outcome, flags, retry_after_ms, input_tokens, output_tokens, tokens, row). A new reference, null with an exception.
PyObject* TupleOf(const keyrule_classification& found);

}  // namespace keyrule::python
