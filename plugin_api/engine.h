// A policy over a store: what stands behind keyrule_engine.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "evaluator/clock.h"
#include "evaluator/local_state.h"
#include "evaluator/snapshot.h"
#include "keyrule/keyrule.h"
#include "plugin_api/boundary.h"
#include "plugin_api/decision_pool.h"
#include "plugin_api/handles.h"
#include "plugin_api/host_log.h"
#include "plugin_api/slot_table.h"
#include "plugin_api/snapshot_ref.h"
#include "plugin_api/store_source.h"

namespace keyrule::plugin_api {

// What a decision sees of the world, and what it keeps alive while it is out. Destroyed from the bottom up.
struct Generation {
  std::shared_ptr<Engine> engine;
  std::shared_ptr<const StoreSource> store;  // null: without a store
  std::unique_ptr<evaluator::Snapshot> snapshot;
  std::unique_ptr<SlotTable> slots;
};

struct EngineOptions {
  std::string policy_path;  // absolute
  std::string store_path;   // absolute or empty
  std::string key_path;     // absolute or empty
  uint64_t seed = 0;
  uint64_t payload_cache_bytes = 0;  // 0: as the store has it; 1: none
};

// The thread tags are those of the functions in keyrule.h. May throw std::bad_alloc where the host can wait.
class Engine : public std::enable_shared_from_this<Engine> {
 public:
  Engine(EngineOptions options, const keyrule_host& host);

  // Reads policy and store and makes them current; on an error what was current stays.
  keyrule_status Load(ErrorSink& error);
  // No more calls but the release of decisions. They keep the engine alive.
  void Close() noexcept { current_.Close(); }

  keyrule_engine_info Info() noexcept;

  // 0 if there can be no more ids.
  uint32_t AttributeId(std::string_view path);

  keyrule_status Decide(const keyrule_request& request, keyrule_decision** decision,
                        ErrorSink& error);
  keyrule_status Next(const keyrule_decision& previous, keyrule_decision** decision,
                      ErrorSink& error);
  keyrule_status Report(keyrule_decision* decision, const keyrule_report& report,
                        ErrorSink& error);
  keyrule_status Explain(const keyrule_request& request, std::string* json, ErrorSink& error);

  // The payload of the chosen credential, opened once and kept until the release.
  static keyrule_status OpenPayload(keyrule_decision* decision, keyrule_str* json,
                                    ErrorSink& error);
  static void Release(keyrule_decision* decision) noexcept;

 private:
  using Cell = SnapshotCell<Generation>;

  keyrule_status LoadLocked(std::vector<std::string>* warnings, std::string* summary,
                            ErrorSink& error);
  void NoticeFork(const Generation& generation) noexcept;
  keyrule_decision* TakeDecision() noexcept;
  std::unique_ptr<Generation> MakeGeneration(std::shared_ptr<const evaluator::Program> program,
                                             std::shared_ptr<const StoreSource> store);
  keyrule_status OpenStore(std::shared_ptr<const StoreSource>* store, ErrorSink& error);
  void WarnOfSecretMemory(std::vector<std::string>* warnings);

  const EngineOptions options_;
  HostLog log_;
  evaluator::SystemClock clock_;
  evaluator::LocalState state_;
  DecisionPool pool_;
  SnapshotRef<Generation> current_;
  std::atomic<uint32_t> forks_seen_;

  std::mutex load_mutex_;  // one Load at a time; guards the next two as well
  uint64_t loads_ = 0;
  std::string gaps_said_;  // what the log was told of the memory of secrets
  std::mutex ids_mutex_;  // guards the two below, and the growth of the current slot table
  std::unordered_map<std::string, uint32_t> ids_;
  SlotTable* current_slots_ = nullptr;
};

}  // namespace keyrule::plugin_api
