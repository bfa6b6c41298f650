// A request of Python's, a mapping of paths to values, as keyrule.h has it.
#pragma once

#include "plugin_api/python/binding/python_ref.h"

#include <array>
#include <cstddef>
#include <memory_resource>
#include <vector>

#include "keyrule/keyrule.h"
#include "plugin_api/python/binding/engine_handle.h"
#include "plugin_api/python/binding/prepared_object.h"

namespace keyrule::python {

// For the stack, and one call. Texts are Python's own: nothing is copied until Own().
class Request {
 public:
  explicit Request(EngineHandle& handle) : handle_(handle) {}
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;

  // What stands under it; before Read, and kept alive by the caller.
  void PutOver(const PreparedBase& base) {
    request_.base = base.prepared;
    base_tenant_ = base.tenant;
  }
  // Walks `mapping` once. False with UsageError, or with what the mapping itself raised.
  bool Read(PyObject* mapping, bool dry);
  // Copies the texts: from now on Python's objects are not needed, and other threads may change them.
  bool Own();

  // The two below are right until this is destroyed.
  const keyrule_request& get() const { return request_; }
  keyrule_str tenant() const { return request_.tenant.len != 0 ? request_.tenant : base_tenant_; }

 private:
  // kAgain: what has come up may run Python code, during which the containers could be changed by others. The walk begins
  // again, over copies.
  enum class Walk { kDone, kFailed, kAgain };

  // Where a value stands, for messages.
  struct Place {
    PyObject* path;
    PyObject* key = nullptr;  // within the map at `path`
  };

  Walk WalkMapping(PyObject* mapping);
  Walk WalkMap(PyObject* path, PyObject* map);
  Walk Add(Place place, PyObject* value, long id);
  Walk AddTenant(Place place, PyObject* value);
  Walk Fill(Place place, PyObject* value, keyrule_attribute* attribute);
  Walk FillList(Place place, PyObject* value, keyrule_attribute* attribute);
  Walk FillNumber(Place place, PyObject* value, int32_t kind, keyrule_attribute* attribute);
  Walk FillOther(Place place, PyObject* value, keyrule_attribute* attribute);
  // The text of a text or of an enum of texts.
  Walk Text(Place place, PyObject* value, keyrule_str* text);
  // UsageError unless there is an exception already: "attribute `path`: `value`'s type `what`".
  static Walk Wrong(Place place, PyObject* value, const char* what);
  bool NothingTwice();
  PyObject* Keep(PyObject* owned);

  EngineHandle& handle_;
  std::array<std::byte, 2048> room_;  // some 80 attributes; more go to the heap
  std::pmr::monotonic_buffer_resource memory_{room_.data(), room_.size()};
  std::pmr::vector<keyrule_attribute> attributes_{&memory_};
  std::vector<Ref> kept_;
  bool over_copies_ = false;
  bool has_maps_ = false;
  PyObject* whose_ = nullptr;  // the tenant's text
  keyrule_request request_ = KEYRULE_REQUEST_INIT;
  keyrule_str base_tenant_ = {nullptr, 0};
};

}  // namespace keyrule::python
