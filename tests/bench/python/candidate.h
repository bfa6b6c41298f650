// What the candidates that wrap C++ have in common: all but the wrapping is the binding's own code.
#pragma once

#include "plugin_api/python/binding/python_ref.h"

#include <stdexcept>
#include <utility>

#include "plugin_api/python/binding/engine_handle.h"
#include "plugin_api/python/binding/json_object.h"
#include "plugin_api/python/binding/library.h"
#include "plugin_api/python/binding/request.h"

namespace keyrule::python {

class CandidateDecision {
 public:
  CandidateDecision(EngineHandle* handle, keyrule_decision* decision) : handle_(handle), decision_(decision) {
    handle_->Retain();
    handle_->api().decision_info(decision_, &info_);
  }
  CandidateDecision(CandidateDecision&& other) noexcept
      : handle_(std::exchange(other.handle_, nullptr)), decision_(std::exchange(other.decision_, nullptr)), info_(other.info_) {}
  ~CandidateDecision() {
    if (handle_ == nullptr) return;
    handle_->api().decision_release(decision_);
    handle_->Release();
  }
  PyObject* Credentials() {
    keyrule_str json;
    if (handle_->api().decision_credentials(decision_, &json, nullptr) != KEYRULE_OK) throw std::runtime_error("no credentials");
    return ObjectFromJson({json.ptr, json.len});
  }

 private:
  EngineHandle* handle_;
  keyrule_decision* decision_;
  keyrule_decision_info info_ = KEYRULE_DECISION_INFO_INIT;
};

class CandidateEngine {
 public:
  // `log` is anything that can be called.
  CandidateEngine(const char* library, const char* policy, const char* store, PyObject* log) {
    const keyrule_api* api = LoadLibrary(library);
    if (api == nullptr) throw std::runtime_error("no library");
    keyrule_engine_options options = KEYRULE_ENGINE_OPTIONS_INIT;
    options.refresh = KEYRULE_REFRESH_MANUAL;
    options.policy_path = {policy, std::char_traits<char>::length(policy)};
    options.store_path = {store, std::char_traits<char>::length(store)};
    handle_ = EngineHandle::Open(*api, options, log, Py_None);
    if (handle_ == nullptr) throw std::runtime_error("no engine");
  }
  CandidateEngine(const CandidateEngine&) = delete;
  CandidateEngine& operator=(const CandidateEngine&) = delete;
  ~CandidateEngine() {
    handle_->Close();
    handle_->Release();
  }
  CandidateDecision Decide(PyObject* mapping, bool dry) {
    Request request(*handle_);
    if (!request.Read(mapping, dry)) throw std::runtime_error("no request");
    keyrule_decision* decision = nullptr;
    const EngineHandle::Call call(*handle_);
    (void)handle_->DecisionMayWait(request.tenant());
    if (handle_->api().get_current_credentials(call.engine(), &request.get(), &decision, nullptr) != KEYRULE_OK) {
      throw std::runtime_error("no decision");
    }
    return CandidateDecision(handle_, decision);
  }

 private:
  EngineHandle* handle_;
};

}  // namespace keyrule::python
