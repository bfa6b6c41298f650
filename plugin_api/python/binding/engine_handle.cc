#include "plugin_api/python/binding/engine_handle.h"

#include <new>

#include "plugin_api/python/binding/errors.h"

namespace keyrule::python {

namespace {

constexpr size_t kMostTexts = 100'000;

// Any thread that is inside a call, with or without the interpreter's lock.
void Log(void* callable, keyrule_level level, keyrule_str message) {
  const PyGILState_STATE state = PyGILState_Ensure();
  {
    PyObject *kind, *value, *trace;  // a release may log while an exception is on its way
    PyErr_Fetch(&kind, &value, &trace);
    auto* const log = static_cast<PyObject*>(callable);
    const Ref text(TextFrom(message));
    const Ref done(text ? PyObject_CallFunction(log, "iO", static_cast<int>(level), text.get()) : nullptr);
    if (!done) PyErr_WriteUnraisable(log);
    PyErr_Restore(kind, value, trace);
  }
  PyGILState_Release(state);
}

}  // namespace

void SeenTexts::Add(std::string_view text) noexcept {
  try {
    if (texts_.size() >= kMostTexts) texts_.clear();
    texts_.emplace(text);
  } catch (const std::bad_alloc&) {
  }
}

EngineHandle::EngineHandle(const keyrule_api& api, PyObject* log, PyObject* decision_type)
    : api_(api),
      log_(Ref::Borrow(log)),
      decision_type_(Ref::Borrow(decision_type)),
      ids_(PyDict_New()),
      ids_in_maps_(PyDict_New()) {}

EngineHandle::~EngineHandle() {
  if (!closed_) ReleaseEngine();
}

EngineHandle* EngineHandle::Open(const keyrule_api& api, keyrule_engine_options options, PyObject* log,
                                 PyObject* decision_type) {
  auto* const handle = new (std::nothrow) EngineHandle(api, log, decision_type);
  if (handle == nullptr || !handle->ids_ || !handle->ids_in_maps_) {
    delete handle;
    PyErr_NoMemory();
    return nullptr;
  }
  handle->refreshes_itself_ = options.refresh == KEYRULE_REFRESH_AUTOMATIC;
  keyrule_host host = KEYRULE_HOST_INIT;
  host.user = log;  // a decision, which may log, keeps the handle
  host.log = Log;
  keyrule_error* error = nullptr;
  keyrule_status status;
  {
    const WithoutLock others_run;
    status = api.engine_open(&options, &host, &handle->engine_, &error);
  }
  if (status == KEYRULE_OK) return handle;
  delete handle;
  RaiseStatus(api, status, error);
  return nullptr;
}

void EngineHandle::Close() {
  if (closed_) return;
  closed_ = true;
  ++moves_;
  if (calls_ == 0) ReleaseEngine();
}

bool EngineHandle::IsOpen() const {
  if (closed_) RaiseUsage("the engine is closed");
  return !closed_;
}

void EngineHandle::ReleaseEngine() {
  keyrule_engine* const engine = std::exchange(engine_, nullptr);
  if (engine == nullptr) return;
  const WithoutLock others_run;  // it closes files
  api_.engine_release(engine);
}

EngineHandle::Wait EngineHandle::DecisionMayWait(keyrule_str tenant) const {
  if (refreshes_itself_ && api_.engine_is_stale(engine_) != 0) return Wait::kMovesOn;
  return tenants_.Has(tenant) ? Wait::kNone : Wait::kFirstOfTenant;
}

void EngineHandle::NoteDecision(Wait wait, std::string_view tenant) {
  if (wait == Wait::kMovesOn) NoteMoved();
  tenants_.Add(tenant);
}

void EngineHandle::NotePayload(std::string_view credential_id) {
  keyrule_engine_info info = KEYRULE_ENGINE_INFO_INIT;
  if (closed_ || api_.engine_info(engine_, &info) != KEYRULE_OK) return;
  // Where little room is left, this one may have found none.
  const uint64_t plenty = info.payload_cache_limit - info.payload_cache_limit / 8;
  if (info.cached_payloads != 0 && info.payload_cache_bytes <= plenty) opened_.Add(credential_id);
}

void EngineHandle::NoteMoved() {
  ++moves_;
  tenants_.Clear();
  opened_.Clear();
}

}  // namespace keyrule::python
