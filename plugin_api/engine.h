// A policy over a store: what stands behind keyrule_engine.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dsl/load.h"
#include "evaluator/clock.h"
#include "evaluator/state.h"
#include "evaluator/snapshot.h"
#include "keyrule/keyrule.h"
#include "plugin_api/boundary.h"
#include "plugin_api/decision_pool.h"
#include "plugin_api/fork_watch.h"
#include "plugin_api/handles.h"
#include "plugin_api/fleet_link.h"
#include "plugin_api/host_log.h"
#include "plugin_api/host_state.h"
#include "plugin_api/room_episode.h"
#include "plugin_api/slot_table.h"
#include "plugin_api/snapshot_ref.h"
#include "plugin_api/store_source.h"

namespace keyrule::plugin_api {

// What a decision sees of the world, and what it keeps alive while it is out. Destroyed from the bottom up.
struct Generation {
  ~Generation();
  // One atomic load.
  bool IsSuperseded() const noexcept { return store != nullptr && store->IsSuperseded(); }

  std::shared_ptr<Engine> engine;
  std::shared_ptr<const evaluator::Program> program;
  std::shared_ptr<evaluator::SelectionState> state;
  std::shared_ptr<HostState> host_state;     // the same, if it is a host's; else null
  std::shared_ptr<FleetLink> fleet;          // null: no other hosts share it
  std::shared_ptr<const StoreSource> store;  // null: without a store
  std::unique_ptr<evaluator::Snapshot> snapshot;
  std::shared_ptr<SlotTable> slots;  // of the program: all generations with the same one share them
};

// Not before some time has passed. A clock that is set back ends the pause.
class PausedUntil {
 public:
  bool IsOver(int64_t now_ms) const noexcept {
    return static_cast<uint64_t>(now_ms - since_ms_.load(std::memory_order_relaxed)) >=
           length_ms_.load(std::memory_order_relaxed);
  }
  void Begin(int64_t now_ms, uint64_t length_ms) noexcept {
    since_ms_.store(now_ms, std::memory_order_relaxed);
    length_ms_.store(length_ms, std::memory_order_relaxed);
  }
  uint64_t length_ms() const noexcept { return length_ms_.load(std::memory_order_relaxed); }

 private:
  std::atomic<int64_t> since_ms_{0};
  std::atomic<uint64_t> length_ms_{0};
};

struct EngineOptions {
  std::string policy_path;  // absolute
  std::string store_path;   // absolute or empty
  std::string key;          // a reference (store/key_reference.h); a path is absolute
  uint64_t seed = 0;
  bool refreshes_itself = true;  // the thread that first sees a newer generation moves on to it
  uint64_t payload_cache_bytes = 0;  // 0: as the store has it; 1: none
  uint64_t max_staleness_ms = 0;     // how long without a sync that confirms the store; 0: for ever
  std::string state_path;            // absolute; empty: counters are this engine's alone
  std::optional<store::RedisAddress> redis;  // what hosts share limits and turns by; none: they do not
  uint64_t proof_ms = 1'000;  // how long loading looks at all requests at once
};

// The thread tags are those of the functions in keyrule.h. May throw std::bad_alloc where the host can wait.
class Engine : public std::enable_shared_from_this<Engine> {
 public:
  Engine(EngineOptions options, const keyrule_host& host);

  // Reads policy and store and makes them current; on an error what was current stays.
  keyrule_status Load(ErrorSink& error);
  // engine_refresh.cc. The same for a newer generation of the store under the policy that is current; does nothing where
  // there is none. Selection state stays: it belongs to the engine.
  keyrule_status Refresh(ErrorSink& error);
  // Is there reason to think that Refresh will find one?
  bool IsStale() noexcept;
  // No more calls but the release of decisions. They keep the engine alive.
  void Close() noexcept;

  keyrule_engine_info Info() noexcept;

  // 0 if there can be no more ids.
  uint32_t AttributeId(std::string_view path);

  keyrule_status Decide(const keyrule_request& request, keyrule_decision** decision,
                        ErrorSink& error);
  keyrule_status Next(const keyrule_decision& previous, keyrule_decision** decision,
                      ErrorSink& error);
  keyrule_status Report(keyrule_decision* decision, const keyrule_report& report,
                        ErrorSink& error);
  // For requests that have it as their base.
  keyrule_status Prepare(const keyrule_request& request, keyrule_prepared** prepared, ErrorSink& error);
  keyrule_status Explain(const keyrule_request& request, std::string* json, ErrorSink& error);

  // The payload of the chosen credential, opened once and kept until the release.
  static keyrule_status OpenPayload(keyrule_decision* decision, keyrule_str* json,
                                    ErrorSink& error);
  static void Release(keyrule_decision* decision) noexcept;

  // For IdleDecisions; the caller has the decision to itself.
  // Is its cell its engine's current one? Then it is marked so.
  static bool IsUpToDate(keyrule_decision* decision) noexcept;
  // Back to its engine's pool. May be the end of the snapshot, and of the engine.
  static void Retire(keyrule_decision* decision) noexcept;

 private:
  using Cell = SnapshotCell<Generation>;

  keyrule_status LoadLocked(std::vector<std::string>* warnings, std::string* summary,
                            ErrorSink& error);
  void NoteStaleness(const Generation& generation, const evaluator::Decision& facts) noexcept;
  void NoticeFork(const Generation& generation) noexcept {
    const uint32_t forks = Forks();
    if (forks_seen_.load(std::memory_order_acquire) != forks) [[unlikely]] AfterFork(generation, forks);
  }
  void AfterFork(const Generation& generation, uint32_t forks) noexcept;
  keyrule_decision* TakeDecision(int64_t now_ms) noexcept;
  void Publish(std::unique_ptr<Generation> next);
  // `slots` null: new ones.
  std::unique_ptr<Generation> MakeGeneration(std::shared_ptr<const evaluator::Program> program,
                                             std::shared_ptr<const StoreSource> store,
                                             std::shared_ptr<SlotTable> slots = nullptr);
  keyrule_status OpenStore(std::shared_ptr<const StoreSource>* store,
                           std::vector<std::string>* warnings, ErrorSink& error);
  std::shared_ptr<const StoreSource> MakeSource(std::unique_ptr<store::Reader> reader);

  // engine_state.cc. load_mutex_ is held, inside the gate.
  store::Status OpenState();
  void OpenFleet();
  void SayNewsOf(FleetLink& fleet) noexcept;
  bool StateIsOutdated(const Generation& now) const noexcept;
  void LookAfterState(const Generation& now, int64_t now_ms) noexcept;

  // engine_refresh.cc
  Cell* MoveOn(Cell* cell, int64_t now_ms) noexcept;
  store::Status RefreshLocked(const Generation& now, std::string* summary, std::string* warning);
  bool LooksOutdated(const Generation& now, int64_t now_ms) noexcept;
  void BeginLooking(const Generation& now, int64_t now_ms) noexcept;
  void NoteFailure(int64_t now_ms, std::string* message);
  static std::string WithoutShared(const store::Reader& reader);
  void WarnOfSecretMemory(std::vector<std::string>* warnings);
  // False: looking at all requests has found errors, which *loaded then has.
  bool Prove(const std::shared_ptr<const evaluator::Program>& program, dsl::LoadResult* loaded,
             std::vector<std::string>* warnings);

  bool IsOurs(const keyrule_request& request) const noexcept;
  // What is no simple request. On an error *read is one that is refused.
  [[gnu::noinline]] keyrule_status ReadForDecision(const keyrule_request& request, const SlotTable& slots, size_t done,
                                                   RequestScratch* scratch, evaluator::Request* read,
                                                   ErrorSink& error) const noexcept;

  const uint64_t serial_;  // no other engine of the process has it
  const EngineOptions options_;
  HostLog log_;
  evaluator::SystemClock clock_;
  DecisionPool pool_;
  SnapshotRef<Generation> current_;
  std::atomic<uint32_t> forks_seen_;

  std::mutex load_mutex_;  // one Load or Refresh at a time; only inside the ForkGate; guards the next five as well
  std::shared_ptr<evaluator::SelectionState> state_;  // of the next generation
  std::shared_ptr<HostState> host_state_;             // the same, or null
  std::shared_ptr<FleetLink> fleet_;                  // of it, or null
  uint64_t loads_ = 0;
  std::string proved_revision_;  // of the policy that was last proved here
  std::string gaps_said_;  // what the log was told of the memory of secrets
  std::string last_failure_;  // of moving on by itself: said once
  PausedUntil next_try_;      // after a failure
  PausedUntil next_look_;     // at the file system: is SHARED still right?
  std::atomic<bool> looked_outdated_{false};
  std::atomic<bool> said_stale_{false};
  RoomEpisode room_;  // of the state
  std::atomic<bool> said_alone_{false};  // of the fleet
  std::mutex ids_mutex_;  // guards the two below, and the growth of the current slot table
  std::unordered_map<std::string, uint32_t> ids_;
  SlotTable* current_slots_ = nullptr;
};

}  // namespace keyrule::plugin_api
