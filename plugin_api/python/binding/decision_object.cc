#include "plugin_api/python/binding/decision_object.h"

#include <unistd.h>

#include <cstddef>
#include <new>

#include "plugin_api/fork_watch.h"
#include "plugin_api/python/binding/decision_facts.h"
#include "plugin_api/python/binding/errors.h"
#include "plugin_api/python/binding/json_object.h"
#include "plugin_api/python/binding/response.h"

namespace keyrule::python {

namespace {

constexpr useconds_t kNapMicroseconds = 50;

struct DecisionObject {
  PyObject_HEAD
  EngineHandle* handle;  // null: made by Python code, not by an engine
  keyrule_decision* decision;  // null: closed
  uint32_t moves;  // the handle's, when this was decided
  // A thread opens the payload without the interpreter's lock: nobody else may touch the decision meanwhile.
  bool busy;
  bool closes_then;
  uint32_t busy_since_fork;
  DecisionFacts facts;
};

DecisionObject* As(PyObject* self) { return reinterpret_cast<DecisionObject*>(self); }

void ReleaseDecision(DecisionObject* self) {
  keyrule_decision* const decision = std::exchange(self->decision, nullptr);
  const keyrule_api& api = self->handle->api();
  if (self->moves == self->handle->moves()) return api.decision_release(decision);
  const WithoutLock others_run;  // the last one of an older generation closes its files
  api.decision_release(decision);
}

void Deallocate(PyObject* object) {
  DecisionObject* const self = As(object);
  if (self->handle != nullptr) {
    if (self->decision != nullptr) ReleaseDecision(self);
    self->handle->Release();
  }
  self->facts.~DecisionFacts();
  PyTypeObject* const type = Py_TYPE(object);
  reinterpret_cast<freefunc>(PyType_GetSlot(type, Py_tp_free))(object);
  Py_DECREF(type);
}

// Waits until no other thread is inside. False with UsageError if the decision is closed.
bool Enter(DecisionObject* self) {
  while (self->busy) {
    if (self->busy_since_fork != plugin_api::Forks()) {
      RaiseUsage("fork() left behind the thread that was opening this decision: decide again");
      return false;
    }
    const WithoutLock others_run;
    usleep(kNapMicroseconds);
  }
  if (self->decision == nullptr) RaiseUsage("the decision is closed");
  return self->decision != nullptr;
}

void Leave(DecisionObject* self) {
  self->busy = false;
  if (self->closes_then && self->decision != nullptr) ReleaseDecision(self);
}

PyObject* Credentials(PyObject* object, PyObject*) {
  DecisionObject* const self = As(object);
  if (!Enter(self)) return nullptr;
  if (self->facts.info.verdict != KEYRULE_USE) return RaiseNoCredentials(self->facts.info);
  EngineHandle& handle = *self->handle;
  const keyrule_str id = self->facts.info.credential_id;
  keyrule_str json = {nullptr, 0};
  keyrule_error* error = nullptr;
  keyrule_status status;
  if (self->moves == handle.moves() && !handle.PayloadMayWait(id)) {
    status = handle.api().decision_credentials(self->decision, &json, &error);
  } else {
    self->busy = true;
    self->busy_since_fork = plugin_api::Forks();
    {
      const WithoutLock others_run;
      status = handle.api().decision_credentials(self->decision, &json, &error);
    }
    if (status == KEYRULE_OK && self->moves == handle.moves()) handle.NotePayload({id.ptr, id.len});
  }
  PyObject* const opened = status == KEYRULE_OK ? ObjectFromJson({json.ptr, json.len})
                                                : RaiseStatus(handle.api(), status, error);
  if (self->busy) Leave(self);
  return opened;
}

// Never waits: the whole decision is in memory.
PyObject* Json(PyObject* object, PyObject*) {
  DecisionObject* const self = As(object);
  if (!Enter(self)) return nullptr;
  keyrule_str json = {nullptr, 0};
  keyrule_error* error = nullptr;
  const keyrule_status status = self->handle->api().decision_json(self->decision, &json, &error);
  return status == KEYRULE_OK ? TextFrom(json) : RaiseStatus(self->handle->api(), status, error);
}

PyObject* Report(PyObject* object, PyObject* arguments) {
  DecisionObject* const self = As(object);
  keyrule_report report = KEYRULE_REPORT_INIT;
  int outcome = 0;
  long long retry_after_ms, latency_ms, tokens, cost_micro_usd;
  unsigned int flags = 0;
  if (PyArg_ParseTuple(arguments, "iLLLLI:_report", &outcome, &retry_after_ms, &latency_ms, &tokens, &cost_micro_usd,
                       &flags) == 0) {
    return nullptr;
  }
  if (self->handle == nullptr || !self->handle->IsOpen() || !Enter(self)) return nullptr;
  report.outcome = outcome;
  report.retry_after_ms = retry_after_ms;
  report.latency_ms = latency_ms;
  report.tokens = tokens;
  report.cost_micro_usd = cost_micro_usd;
  report.flags = flags;
  keyrule_error* error = nullptr;
  const EngineHandle::Call call(*self->handle);
  const keyrule_status status = self->handle->api().report(call.engine(), self->decision, &report, &error);
  if (status != KEYRULE_OK) return RaiseStatus(self->handle->api(), status, error);
  return Ref::Borrow(Py_None).release();
}

PyObject* ReportResponse(PyObject* object, PyObject* arguments) {
  DecisionObject* const self = As(object);
  ResponseArguments given;
  if (!given.Parse(arguments)) return nullptr;
  if (self->handle == nullptr || !self->handle->IsOpen() || !Enter(self)) return nullptr;
  keyrule_classification found = KEYRULE_CLASSIFICATION_INIT;
  keyrule_error* error = nullptr;
  const EngineHandle::Call call(*self->handle);
  const keyrule_api& api = self->handle->api();
  const keyrule_status status = api.report_response(call.engine(), self->decision, &given.response(), &found, &error);
  return status == KEYRULE_OK ? TupleOf(found) : RaiseStatus(api, status, error);
}

PyObject* Next(PyObject* object, PyObject*) {
  DecisionObject* const self = As(object);
  if (self->handle == nullptr || !self->handle->IsOpen() || !Enter(self)) return nullptr;
  const keyrule_api& api = self->handle->api();
  keyrule_decision* next = nullptr;
  keyrule_error* error = nullptr;
  const EngineHandle::Call call(*self->handle);
  const keyrule_status status = api.next(call.engine(), self->decision, &next, &error);
  if (status == KEYRULE_OK) return NewDecision(*self->handle, next);
  api.decision_release(next);
  return RaiseStatus(api, status, error);
}

PyObject* Close(PyObject* object, PyObject*) {
  DecisionObject* const self = As(object);
  if (self->decision != nullptr && !self->closes_then) {
    if (!self->facts.Keep(self->handle->api(), self->decision)) return nullptr;
    self->closes_then = true;
    if (!self->busy) ReleaseDecision(self);
  }
  return Ref::Borrow(Py_None).release();
}

template <keyrule_str keyrule_decision_info::* kField>
PyObject* TextField(PyObject* self, void*) {
  return TextFrom(As(self)->facts.info.*kField);
}

PyObject* Verdict(PyObject* self, void*) {
  static constexpr const char* kNames[] = {"deny", "use", "host", "wait"};
  static PyObject* names[std::size(kNames)] = {};  // kept for the life of the process
  const auto verdict = static_cast<size_t>(As(self)->facts.info.verdict);
  if (names[verdict] == nullptr) names[verdict] = PyUnicode_InternFromString(kNames[verdict]);
  return Ref::Borrow(names[verdict]).release();
}

PyObject* RetryAfter(PyObject* self, void*) { return PyLong_FromLongLong(As(self)->facts.info.retry_after_ms); }
PyObject* Arm(PyObject* self, void*) { return PyLong_FromUnsignedLong(As(self)->facts.info.arm); }
PyObject* Attempt(PyObject* self, void*) { return PyLong_FromUnsignedLong(As(self)->facts.info.attempt); }

PyObject* Tags(PyObject* object, void*) {
  DecisionObject* const self = As(object);
  if (!self->facts.tags) {
    self->facts.tags = Ref(self->decision != nullptr ? TagsOf(self->handle->api(), self->decision) : PyDict_New());
  }
  return Ref::Borrow(self->facts.tags.get()).release();
}

PyGetSetDef g_fields[] = {
    {"verdict", Verdict, nullptr, "use, deny, host or wait", nullptr},
    {"credential_id", TextField<&keyrule_decision_info::credential_id>, nullptr, "\"\" unless the verdict is use", nullptr},
    {"credential_name", TextField<&keyrule_decision_info::credential_name>, nullptr, "\"\" unless the verdict is use", nullptr},
    {"rule", TextField<&keyrule_decision_info::rule>, nullptr, "the rule that decided, or default", nullptr},
    {"pool", TextField<&keyrule_decision_info::pool>, nullptr, "that the credential was taken from", nullptr},
    {"strategy", TextField<&keyrule_decision_info::strategy>, nullptr, "that it was taken by", nullptr},
    {"reason", TextField<&keyrule_decision_info::reason>, nullptr, "a word, with deny and wait", nullptr},
    {"message", TextField<&keyrule_decision_info::message>, nullptr, "the policy's own words, with a refusal", nullptr},
    {"retry_after_ms", RetryAfter, nullptr, "with wait, and with deny where it is known; else 0", nullptr},
    {"arm", Arm, nullptr, "of the rule, from 1; 0: none", nullptr},
    {"attempt", Attempt, nullptr, "from 1; counted on by next()", nullptr},
    {"tags", Tags, nullptr, "name to value", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

PyMethodDef g_methods[] = {
    {"credentials", Credentials, METH_NOARGS,
     "credentials()\n--\n\nThe opened credentials as a fresh dict. Raises Refused, LeftToHost or MustWait where there are none,\n"
     "and Revoked if the credential was taken back since the decision: decide again then."},
    {"next", Next, METH_NOARGS, "next()\n--\n\nThe next candidate of the same rule, after a report or a wait."},
    {"close", Close, METH_NOARGS,
     "close()\n--\n\nWipes the opened payload; the other facts stay. Closing twice is fine."},
    {"_report", Report, METH_VARARGS, "outcome, retry_after_ms, latency_ms, tokens, cost_micro_usd, flags"},
    {"_report_response", ReportResponse, METH_VARARGS, "the arguments of ResponseArguments; what they mean"},
    {"_json", Json, METH_NOARGS, "the whole decision, a JSON object"},
    {nullptr, nullptr, 0, nullptr},
};

PyType_Slot g_slots[] = {
    {Py_tp_dealloc, reinterpret_cast<void*>(Deallocate)},
    {Py_tp_getset, g_fields},
    {Py_tp_methods, g_methods},
    {Py_tp_doc, const_cast<char*>("What keyrule.Decision is made of. Only an engine makes them.")},
    {0, nullptr},
};

PyType_Spec g_spec = {"keyrule._binding.Decision", sizeof(DecisionObject), 0,
                      Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_DISALLOW_INSTANTIATION, g_slots};

}  // namespace

PyObject* NewDecision(EngineHandle& handle, keyrule_decision* decision) {
  auto* const type = reinterpret_cast<PyTypeObject*>(handle.decision_type());
  PyObject* const object = PyType_GenericAlloc(type, 0);
  if (object == nullptr) {
    handle.api().decision_release(decision);
    return nullptr;
  }
  DecisionObject* const self = As(object);
  new (&self->facts) DecisionFacts();
  handle.Retain();
  self->handle = &handle;
  self->decision = decision;
  self->moves = handle.moves();
  handle.api().decision_info(decision, &self->facts.info);
  return object;
}

PyObject* MakeDecisionType() { return PyType_FromSpec(&g_spec); }

}  // namespace keyrule::python
