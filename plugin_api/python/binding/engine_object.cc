#include "plugin_api/python/binding/engine_object.h"

#include <string>

#include "plugin_api/python/binding/decision_object.h"
#include "plugin_api/python/binding/engine_handle.h"
#include "plugin_api/python/binding/errors.h"
#include "plugin_api/python/binding/library.h"
#include "plugin_api/python/binding/request.h"

namespace keyrule::python {

namespace {

struct EngineObject {
  PyObject_HEAD
  EngineHandle* handle;  // null: not opened
};

EngineObject* As(PyObject* self) { return reinterpret_cast<EngineObject*>(self); }

// Null with UsageError if it is closed or was never opened.
EngineHandle* OpenHandle(PyObject* self) {
  EngineHandle* const handle = As(self)->handle;
  if (handle == nullptr) RaiseUsage("the engine is closed");
  return handle != nullptr && handle->IsOpen() ? handle : nullptr;
}

void Deallocate(PyObject* object) {
  if (As(object)->handle != nullptr) As(object)->handle->Close();
  if (As(object)->handle != nullptr) As(object)->handle->Release();
  PyTypeObject* const type = Py_TYPE(object);
  reinterpret_cast<freefunc>(PyType_GetSlot(type, Py_tp_free))(object);
  Py_DECREF(type);
}

PyObject* Open(PyObject* self, PyObject* arguments) {
  const char *library, *policy, *store, *key, *state, *redis;
  Py_ssize_t policy_size, store_size, key_size, state_size, redis_size;
  int refresh;
  unsigned long long seed, payload_cache_bytes, max_staleness_ms, proof_ms;
  PyObject *log, *decision_type;
  if (PyArg_ParseTuple(arguments, "yy#y#y#y#y#iKKKKOO!:_open", &library, &policy, &policy_size, &store, &store_size, &key, &key_size,
                       &state, &state_size, &redis, &redis_size, &refresh, &seed, &payload_cache_bytes, &max_staleness_ms, &proof_ms, &log, &PyType_Type,
                       &decision_type) == 0) {
    return nullptr;
  }
  if (As(self)->handle != nullptr) return RaiseUsage("the engine was opened already");
  const keyrule_api* const api = LoadLibrary(library);
  if (api == nullptr) return nullptr;
  keyrule_engine_options options = KEYRULE_ENGINE_OPTIONS_INIT;
  options.refresh = refresh;
  options.policy_path = {policy, static_cast<size_t>(policy_size)};
  options.store_path = {store, static_cast<size_t>(store_size)};
  options.key = {key, static_cast<size_t>(key_size)};
  options.state_path = {state, static_cast<size_t>(state_size)};
  options.redis_url = {redis, static_cast<size_t>(redis_size)};
  options.seed = seed;
  options.payload_cache_bytes = payload_cache_bytes;
  options.max_staleness_ms = max_staleness_ms;
  options.proof_ms = proof_ms;
  As(self)->handle = EngineHandle::Open(*api, options, log, decision_type);
  return As(self)->handle != nullptr ? Ref::Borrow(Py_None).release() : nullptr;
}

PyObject* Decide(EngineHandle& handle, PyObject* mapping, const PreparedBase& base, bool dry) {
  Request request(handle);
  request.PutOver(base);
  if (!request.Read(mapping, dry)) return nullptr;
  if (!handle.IsOpen()) return nullptr;  // the mapping's own code may have closed it
  const keyrule_api& api = handle.api();
  keyrule_decision* decision = nullptr;
  keyrule_error* error = nullptr;
  keyrule_status status;
  const EngineHandle::Call call(handle);
  const EngineHandle::Wait wait = handle.DecisionMayWait(request.tenant());
  if (wait == EngineHandle::Wait::kNone) {
    status = api.get_current_credentials(call.engine(), &request.get(), &decision, &error);
  } else {
    if (!request.Own()) return nullptr;
    {
      const WithoutLock others_run;
      status = api.get_current_credentials(call.engine(), &request.get(), &decision, &error);
    }
    handle.NoteDecision(wait, {request.tenant().ptr, request.tenant().len});
  }
  if (status == KEYRULE_OK) return NewDecision(handle, decision);
  api.decision_release(decision);
  return RaiseStatus(api, status, error);
}

PyObject* GetCurrentCredentials(PyObject* self, PyObject* const* arguments, Py_ssize_t count, PyObject* names) {
  PyObject* mapping = count == 1 ? arguments[0] : nullptr;
  PreparedBase base;
  int dry = 0;
  const Py_ssize_t named = names != nullptr ? PyTuple_Size(names) : 0;
  for (Py_ssize_t i = 0; i < named; ++i) {
    PyObject* const name = PyTuple_GetItem(names, i);
    PyObject* const value = arguments[count + i];
    if (PyUnicode_CompareWithASCIIString(name, "dry") == 0) {
      dry = PyObject_IsTrue(value);
      if (dry < 0) return nullptr;
    } else if (PyUnicode_CompareWithASCIIString(name, "base") == 0) {
      if (!BaseOf(value, &base)) return nullptr;
    } else if (count == 0 && PyUnicode_CompareWithASCIIString(name, "request") == 0) {
      mapping = value;
    } else {
      return PyErr_Format(PyExc_TypeError, "get_current_credentials() has no argument %R here", name);
    }
  }
  if (mapping == nullptr) {
    return PyErr_Format(PyExc_TypeError,
                        "get_current_credentials(request, *, dry=False, base=None) was given %zd arguments", count);
  }
  EngineHandle* const handle = OpenHandle(self);
  return handle != nullptr ? Decide(*handle, mapping, base, dry != 0) : nullptr;
}

PyObject* Prepare(PyObject* self, PyObject* mapping) {
  EngineHandle* const handle = OpenHandle(self);
  if (handle == nullptr) return nullptr;
  Request request(*handle);
  if (!request.Read(mapping, false) || !handle->IsOpen()) return nullptr;
  keyrule_prepared* prepared = nullptr;
  keyrule_error* error = nullptr;
  const EngineHandle::Call call(*handle);
  const keyrule_status status = handle->api().prepare(call.engine(), &request.get(), &prepared, &error);
  if (status != KEYRULE_OK) return RaiseStatus(handle->api(), status, error);
  return NewPrepared(*handle, prepared, request.tenant());
}

PyObject* Explain(PyObject* self, PyObject* mapping) {
  EngineHandle* const handle = OpenHandle(self);
  if (handle == nullptr) return nullptr;
  Request request(*handle);
  if (!request.Read(mapping, true) || !request.Own() || !handle->IsOpen()) return nullptr;
  keyrule_str json = {nullptr, 0};
  keyrule_error* error = nullptr;
  keyrule_status status;
  const EngineHandle::Call call(*handle);
  {
    const WithoutLock others_run;
    status = handle->api().explain(call.engine(), &request.get(), &json, &error);
  }
  if (status != KEYRULE_OK) return RaiseStatus(handle->api(), status, error);
  PyObject* const text = TextFrom(json);
  handle->api().text_release(json);
  return text;
}

// reload and refresh.
template <keyrule_status (*keyrule_api::* kEntry)(keyrule_engine*, keyrule_error**)>
PyObject* Move(PyObject* self, PyObject*) {
  EngineHandle* const handle = OpenHandle(self);
  if (handle == nullptr) return nullptr;
  keyrule_error* error = nullptr;
  keyrule_status status;
  const EngineHandle::Call call(*handle);
  {
    const WithoutLock others_run;
    status = (handle->api().*kEntry)(call.engine(), &error);
  }
  handle->NoteMoved();
  return status == KEYRULE_OK ? Ref::Borrow(Py_None).release() : RaiseStatus(handle->api(), status, error);
}

PyObject* Stale(PyObject* self, void*) {
  EngineHandle* const handle = OpenHandle(self);
  if (handle == nullptr) return nullptr;
  const EngineHandle::Call call(*handle);
  return PyBool_FromLong(handle->api().engine_is_stale(call.engine()));
}

PyObject* Info(PyObject* self, PyObject*) {
  EngineHandle* const handle = OpenHandle(self);
  if (handle == nullptr) return nullptr;
  keyrule_engine_info info = KEYRULE_ENGINE_INFO_INIT;
  const EngineHandle::Call call(*handle);
  const keyrule_status status = handle->api().engine_info(call.engine(), &info);
  if (status != KEYRULE_OK) return RaiseStatus(handle->api(), status, nullptr);
  const auto number = [](uint64_t value) { return static_cast<unsigned long long>(value); };
  return Py_BuildValue("{sIsKsKsKsKsKsKsL}", "secret_gaps", static_cast<unsigned int>(info.secret_gaps),
                       "secret_bytes_locked", number(info.secret_bytes_locked),
                       "secret_bytes_unlocked", number(info.secret_bytes_unlocked),
                       "cached_payloads", number(info.cached_payloads),
                       "payload_cache_bytes", number(info.payload_cache_bytes),
                       "payload_cache_limit", number(info.payload_cache_limit),
                       "payload_reads", number(info.payload_reads),
                       "confirmed_ms", static_cast<long long>(info.confirmed_ms));
}

PyObject* Close(PyObject* self, PyObject*) {
  if (As(self)->handle != nullptr) As(self)->handle->Close();
  return Ref::Borrow(Py_None).release();
}

PyMethodDef g_methods[] = {
    {"get_current_credentials", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(GetCurrentCredentials)),
     METH_FASTCALL | METH_KEYWORDS,
     "get_current_credentials(request, *, dry=False, base=None)\n--\n\n"
     "One decision. `request` maps attribute paths to values; `tenant` is "
     "whom the host has authenticated.\n\nA value is a text (or an enum of texts), an int, a bool, a datetime with zone, a list "
     "of texts, a mapping (the\nentries of a map), or None for absent. `dry` takes, advances and reserves nothing. `base` is "
     "what prepare() gave:\nits attributes count where the request does not give them. A call that is refused is a "
     "decision, too; what cannot\nbe understood raises."},
    {"prepare", Prepare, METH_O,
     "prepare(request, /)\n--\n\nWhat many requests share (tenant, app, workflow), read and copied once, for `base`. It outlives "
     "reloads, and any\nthread may use it."},
    {"reload", Move<&keyrule_api::engine_reload>, METH_NOARGS,
     "reload()\n--\n\nReads policy and store again. On an error the old ones stay, and it is raised."},
    {"refresh", Move<&keyrule_api::engine_refresh>, METH_NOARGS,
     "refresh()\n--\n\nMoves on to the newest generation of the store; the policy and all counters stay. Other threads decide\n"
     "meanwhile: the interpreter's lock is not held. On an error the old generation stays, and it is raised."},
    {"close", Close, METH_NOARGS, "close()\n--\n\nNo more decisions; those that are out stay as they are. Closing twice is fine."},
    {"_open", Open, METH_VARARGS,
     "library, policy, store, key, state, refresh, seed, payload_cache_bytes, max_staleness_ms, log(level, text), type of decisions"},
    {"_explain", Explain, METH_O, "why, a JSON object"},
    {"_info", Info, METH_NOARGS, "keyrule_engine_info"},
    {nullptr, nullptr, 0, nullptr},
};

PyGetSetDef g_fields[] = {
    {"stale", Stale, nullptr, "Has a newer generation of the store been published? Cheap enough to ask for each call.", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

PyType_Slot g_slots[] = {
    {Py_tp_dealloc, reinterpret_cast<void*>(Deallocate)},
    {Py_tp_getset, g_fields},
    {Py_tp_methods, g_methods},
    {Py_tp_doc, const_cast<char*>("What keyrule.Engine is made of.")},
    {0, nullptr},
};

PyType_Spec g_spec = {"keyrule._binding.Engine", sizeof(EngineObject), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, g_slots};

}  // namespace

PyObject* MakeEngineType() { return PyType_FromSpec(&g_spec); }

}  // namespace keyrule::python
