// The exported function and the table behind it.
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <new>
#include <optional>
#include <string>

#include "evaluator/clock.h"
#include "evaluator/decision_json.h"
#include "evaluator/fork_gate.h"
#include "plugin_api/abi_text.h"
#include "plugin_api/boundary.h"
#include "plugin_api/engine.h"
#include "plugin_api/fork_watch.h"
#include "plugin_api/prepared.h"
#include "plugin_api/response_reader.h"
#include "store/key_reference.h"
#include "store/redis_address.h"

namespace keyrule::plugin_api {
namespace {

keyrule_status Null(ErrorSink& error, const char* what) {
  return error.Fail(KEYRULE_E_USAGE, std::string(what) + " is null or has no struct_size");
}

// Absolute, so that a host that changes its folder can still reload.
std::string Absolute(keyrule_str path) {
  return path.len == 0 ? std::string() : std::filesystem::absolute(View(path)).string();
}

std::string AbsoluteKey(keyrule_str key) {
  return store::NamesKeyFile(View(key)) ? Absolute(key) : std::string(View(key));
}

keyrule_status EngineOpen(const keyrule_engine_options* options, const keyrule_host* host,
                          keyrule_engine** engine, keyrule_error** error) {
  if (engine != nullptr) *engine = nullptr;
  return Guard(error, [&](ErrorSink& sink) -> keyrule_status {
    keyrule_engine_options given;
    keyrule_host lent{};
    if (engine == nullptr) return Null(sink, "engine_open: engine");
    if (options == nullptr || !CopySized(*options, &given)) return Null(sink, "engine_open: options");
    if (host != nullptr && !CopySized(*host, &lent)) return Null(sink, "engine_open: host");
    if (IsBroken(given.policy_path) || IsBroken(given.store_path) || IsBroken(given.key) || IsBroken(given.state_path) ||
        IsBroken(given.redis_url)) {
      return sink.Fail(KEYRULE_E_USAGE, "engine_open: a path has a length but no bytes");
    }
    if (given.policy_path.len == 0) {
      return sink.Fail(KEYRULE_E_USAGE, "engine_open: policy_path is empty; name the policy file");
    }
    if (given.refresh != KEYRULE_REFRESH_AUTOMATIC && given.refresh != KEYRULE_REFRESH_MANUAL) {
      return sink.Fail(KEYRULE_E_USAGE, "engine_open: there is no such way to refresh");
    }
    std::optional<store::RedisAddress> redis;
    if (given.redis_url.len != 0) {
      store::Result<store::RedisAddress> address = store::ParseRedisAddress(std::string(View(given.redis_url)));
      if (!address.ok()) return sink.Fail(KEYRULE_E_USAGE, "engine_open: " + address.status().message());
      redis = *std::move(address);
    }
    if (!WatchForks()) throw std::bad_alloc();
    evaluator::ForkGate::Install();
    auto made = std::make_shared<Engine>(
        EngineOptions{Absolute(given.policy_path), Absolute(given.store_path),
                      AbsoluteKey(given.key), given.seed,
                      given.refresh == KEYRULE_REFRESH_AUTOMATIC, given.payload_cache_bytes,
                      given.max_staleness_ms, Absolute(given.state_path), std::move(redis),
                      given.proof_ms != 0 ? given.proof_ms : EngineOptions().proof_ms},
        lent);
    const keyrule_status status = made->Load(sink);
    if (status == KEYRULE_OK) *engine = new keyrule_engine{std::move(made)};
    return status;
  });
}

keyrule_status EngineReload(keyrule_engine* engine, keyrule_error** error) {
  return Guard(error, [&](ErrorSink& sink) -> keyrule_status {
    if (engine == nullptr) return Null(sink, "engine_reload: engine");
    return engine->engine->Load(sink);
  });
}

int32_t EngineIsStale(keyrule_engine* engine) {
  return engine != nullptr && engine->engine->IsStale() ? 1 : 0;
}

keyrule_status EngineRefresh(keyrule_engine* engine, keyrule_error** error) {
  return Guard(error, [&](ErrorSink& sink) -> keyrule_status {
    if (engine == nullptr) return Null(sink, "engine_refresh: engine");
    return engine->engine->Refresh(sink);
  });
}

void EngineRelease(keyrule_engine* engine) {
  if (engine == nullptr) return;
  engine->engine->Close();
  delete engine;
}

uint32_t EngineAttribute(keyrule_engine* engine, keyrule_str path) {
  if (engine == nullptr || IsBroken(path) || path.len == 0) return 0;
  return GuardValue(uint32_t{0}, [&] { return engine->engine->AttributeId(View(path)); });
}

keyrule_status EngineInfo(keyrule_engine* engine, keyrule_engine_info* info) {
  if (engine == nullptr || info == nullptr) return KEYRULE_E_USAGE;
  return FillSized(engine->engine->Info(), info) ? KEYRULE_OK : KEYRULE_E_USAGE;
}

keyrule_status GetCurrentCredentials(keyrule_engine* engine, const keyrule_request* request,
                                     keyrule_decision** decision, keyrule_error** error) {
  if (decision != nullptr) *decision = nullptr;
  return Guard(error, [&](ErrorSink& sink) -> keyrule_status {
    if (engine == nullptr) return Null(sink, "get_current_credentials: engine");
    if (decision == nullptr) return Null(sink, "get_current_credentials: decision");
    if (request != nullptr && request->struct_size >= sizeof(keyrule_request)) {
      return engine->engine->Decide(*request, decision, sink);  // as we know it: no copy
    }
    keyrule_request given;
    if (request == nullptr || !CopySized(*request, &given)) {
      return Null(sink, "get_current_credentials: request");
    }
    return engine->engine->Decide(given, decision, sink);
  });
}

keyrule_status Next(keyrule_engine* engine, const keyrule_decision* previous,
                    keyrule_decision** decision, keyrule_error** error) {
  if (decision != nullptr) *decision = nullptr;
  return Guard(error, [&](ErrorSink& sink) -> keyrule_status {
    if (engine == nullptr) return Null(sink, "next: engine");
    if (previous == nullptr) return Null(sink, "next: previous");
    if (decision == nullptr) return Null(sink, "next: decision");
    return engine->engine->Next(*previous, decision, sink);
  });
}

keyrule_status Report(keyrule_engine* engine, keyrule_decision* decision,
                      const keyrule_report* report, keyrule_error** error) {
  return Guard(error, [&](ErrorSink& sink) -> keyrule_status {
    keyrule_report given;
    if (engine == nullptr) return Null(sink, "report: engine");
    if (decision == nullptr) return Null(sink, "report: decision");
    if (report == nullptr || !CopySized(*report, &given)) return Null(sink, "report: report");
    return engine->engine->Report(decision, given, sink);
  });
}

keyrule_status DecisionInfo(const keyrule_decision* decision, keyrule_decision_info* info) {
  if (decision == nullptr || info == nullptr) return KEYRULE_E_USAGE;
  const evaluator::Decision& facts = decision->facts;
  const evaluator::Program& program = decision->cell->content().snapshot->program();
  keyrule_decision_info ours{};
  ours.verdict = static_cast<keyrule_verdict>(facts.verdict);
  if (facts.credential != nullptr) {
    ours.credential_id = Str(facts.credential->id);
    ours.credential_name = Str(facts.credential->name);
  }
  if (facts.reason != evaluator::Reason::kInternal) ours.rule = Str(program.rules[facts.rule].name);
  if (facts.pool != UINT32_MAX) ours.pool = Str(program.policy->pools[facts.pool].name.text);
  ours.strategy = Str(facts.strategy);
  ours.reason = Str(ToString(facts.reason));
  ours.message = Str(facts.message);
  ours.retry_after_ms = facts.retry_after_ms;
  ours.arm = facts.arm;
  ours.attempt = facts.attempt;
  return FillSized(ours, info) ? KEYRULE_OK : KEYRULE_E_USAGE;
}

void DecisionTags(const keyrule_decision* decision, void* user,
                  void (*add)(void* user, keyrule_str name, keyrule_str value)) {
  if (decision == nullptr || add == nullptr) return;
  for (const evaluator::TagValue& tag : decision->facts.tags) {
    add(user, Str(tag.name), Str(tag.value));
  }
}

keyrule_status DecisionJson(keyrule_decision* decision, keyrule_str* json, keyrule_error** error) {
  if (json != nullptr) *json = {};
  return Guard(error, [&](ErrorSink& sink) -> keyrule_status {
    if (decision == nullptr) return Null(sink, "decision_json: decision");
    if (json == nullptr) return Null(sink, "decision_json: json");
    if (decision->json.empty()) {
      decision->json =
          evaluator::DecisionJson(decision->facts, *decision->cell->content().snapshot);
      while (!decision->json.empty() && decision->json.back() == '\n') decision->json.pop_back();
    }
    *json = Str(decision->json);
    return KEYRULE_OK;
  });
}

keyrule_status DecisionCredentials(keyrule_decision* decision, keyrule_str* json,
                                   keyrule_error** error) {
  if (json != nullptr) *json = {};
  return Guard(error, [&](ErrorSink& sink) -> keyrule_status {
    if (decision == nullptr) return Null(sink, "decision_credentials: decision");
    if (json == nullptr) return Null(sink, "decision_credentials: json");
    return Engine::OpenPayload(decision, json, sink);
  });
}

void DecisionRelease(keyrule_decision* decision) {
  if (decision != nullptr) Engine::Release(decision);
}

keyrule_status Prepare(keyrule_engine* engine, const keyrule_request* request, keyrule_prepared** prepared,
                       keyrule_error** error) {
  if (prepared != nullptr) *prepared = nullptr;
  return Guard(error, [&](ErrorSink& sink) -> keyrule_status {
    keyrule_request given;
    if (engine == nullptr) return Null(sink, "prepare: engine");
    if (prepared == nullptr) return Null(sink, "prepare: prepared");
    if (request == nullptr || !CopySized(*request, &given)) return Null(sink, "prepare: request");
    return engine->engine->Prepare(given, prepared, sink);
  });
}

void PreparedRelease(keyrule_prepared* prepared) { delete prepared; }

keyrule_status ClassifyResponse(const keyrule_response* response, keyrule_classification* classification) {
  keyrule_response given;
  ResponseReader reader;
  if (response == nullptr || classification == nullptr || !CopySized(*response, &given) || reader.Read(given) != nullptr) {
    return KEYRULE_E_USAGE;
  }
  const evaluator::Classification found = evaluator::Classify(reader.response(), evaluator::SystemClock().NowMs());
  return FillSized(ToAbi(found), classification) ? KEYRULE_OK : KEYRULE_E_USAGE;
}

keyrule_status ReportResponse(keyrule_engine* engine, keyrule_decision* decision, const keyrule_response* response,
                              keyrule_classification* classification, keyrule_error** error) {
  return Guard(error, [&](ErrorSink& sink) -> keyrule_status {
    keyrule_response given;
    if (engine == nullptr) return Null(sink, "report_response: engine");
    if (decision == nullptr) return Null(sink, "report_response: decision");
    if (response == nullptr || !CopySized(*response, &given)) return Null(sink, "report_response: response");
    const evaluator::Credential* const spent = decision->facts.credential;
    if (given.provider.len == 0 && spent != nullptr) given.provider = Str(spent->provider);
    ResponseReader reader;
    if (const char* const mistake = reader.Read(given)) {
      return sink.Fail(KEYRULE_E_USAGE, std::string("report_response: ") + mistake);
    }
    const keyrule_classification found = ToAbi(evaluator::Classify(reader.response(), evaluator::SystemClock().NowMs()));
    if (classification != nullptr && !FillSized(found, classification)) return Null(sink, "report_response: classification");
    return engine->engine->Report(decision, ReportOf(given, found), sink);
  });
}

// The host gives texts back without saying how long they were made: they come from malloc.
keyrule_status Explain(keyrule_engine* engine, const keyrule_request* request, keyrule_str* json,
                       keyrule_error** error) {
  if (json != nullptr) *json = {};
  return Guard(error, [&](ErrorSink& sink) -> keyrule_status {
    keyrule_request given;
    if (engine == nullptr) return Null(sink, "explain: engine");
    if (json == nullptr) return Null(sink, "explain: json");
    if (request == nullptr || !CopySized(*request, &given)) return Null(sink, "explain: request");
    std::string text;
    const keyrule_status status = engine->engine->Explain(given, &text, sink);
    if (status != KEYRULE_OK) return status;
    auto* copy = static_cast<char*>(std::malloc(text.size() + 1));
    if (copy == nullptr) throw std::bad_alloc();
    std::memcpy(copy, text.c_str(), text.size() + 1);
    *json = {copy, text.size()};
    return KEYRULE_OK;
  });
}

void TextRelease(keyrule_str text) { std::free(const_cast<char*>(text.ptr)); }

keyrule_str ErrorMessage(const keyrule_error* error) {
  return error == nullptr ? keyrule_str{nullptr, 0} : Str(error->message);
}

keyrule_str ErrorDiagnostics(const keyrule_error* error) {
  return error == nullptr ? keyrule_str{nullptr, 0} : Str(error->diagnostics);
}

void ErrorRelease(keyrule_error* error) { delete error; }

constexpr char kVersion[] = KEYRULE_VERSION;

constexpr keyrule_api kApi = {
    .struct_size = sizeof(keyrule_api),
    .abi_major = KEYRULE_ABI_MAJOR,
    .abi_minor = KEYRULE_ABI_MINOR,
    .reserved = 0,
    .version = {kVersion, sizeof(kVersion) - 1},
    .engine_open = EngineOpen,
    .engine_reload = EngineReload,
    .engine_release = EngineRelease,
    .engine_attribute = EngineAttribute,
    .get_current_credentials = GetCurrentCredentials,
    .next = Next,
    .report = Report,
    .decision_info = DecisionInfo,
    .decision_tags = DecisionTags,
    .decision_json = DecisionJson,
    .decision_credentials = DecisionCredentials,
    .decision_release = DecisionRelease,
    .explain = Explain,
    .text_release = TextRelease,
    .error_message = ErrorMessage,
    .error_diagnostics = ErrorDiagnostics,
    .error_release = ErrorRelease,
    .engine_is_stale = EngineIsStale,
    .engine_refresh = EngineRefresh,
    .engine_info = EngineInfo,
    .prepare = Prepare,
    .prepared_release = PreparedRelease,
    .classify_response = ClassifyResponse,
    .report_response = ReportResponse,
};

}  // namespace
}  // namespace keyrule::plugin_api

extern "C" const keyrule_api* keyrule_get_api(uint32_t abi_major) {
  return abi_major == KEYRULE_ABI_MAJOR ? &keyrule::plugin_api::kApi : nullptr;
}
