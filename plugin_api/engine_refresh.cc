// How an engine moves on to a newer generation of its store: same policy, same selection state, other credentials.
#include <algorithm>
#include <exception>
#include <utility>

#include "evaluator/fork_gate.h"
#include "plugin_api/engine.h"
#include "plugin_api/store_status.h"

namespace keyrule::plugin_api {
namespace {

constexpr uint64_t kFirstPauseMs = 1'000;
constexpr uint64_t kLongestPauseMs = 60'000;
// How often the file system is asked: SHARED says it earlier, but may have been removed or replaced, or its writer killed.
constexpr uint64_t kLookEveryMs = 5'000;
constexpr uint64_t kLookWithoutSharedMs = 1'000;
constexpr uint64_t kLookAtStateMs = 1'000;
constexpr uint64_t kNever = UINT64_MAX;

}  // namespace

std::string Engine::WithoutShared(const store::Reader& reader) {
  return reader.shared_status().message() +
         "; until then new generations are seen within a second, and revocations only with them";
}

// `now` is becoming current: whatever kept the one before from it is over.
void Engine::BeginLooking(const Generation& now, int64_t now_ms) noexcept {
  uint64_t every_ms = kNever;
  if (now.store != nullptr) {
    every_ms = now.store->reader().shared() != nullptr ? kLookEveryMs : kLookWithoutSharedMs;
  }
  every_ms = std::min(every_ms, kLookAtStateMs);
  looked_outdated_.store(false, std::memory_order_relaxed);
  next_look_.Begin(now_ms, every_ms);
  next_try_.Begin(now_ms, 0);
  last_failure_.clear();
}

bool Engine::LooksOutdated(const Generation& now, int64_t now_ms) noexcept {
  if (next_look_.IsOver(now_ms)) {
    next_look_.Begin(now_ms, next_look_.length_ms());
    const bool state = StateIsOutdated(now);
    if (!state) LookAfterState(now, now_ms);
    looked_outdated_.store(state || (now.store != nullptr && now.store->reader().LooksOutdated()), std::memory_order_relaxed);
  }
  // In this order: that SHARED was cut is found out before it is touched.
  return looked_outdated_.load(std::memory_order_relaxed) || now.IsSuperseded();
}

bool Engine::IsStale() noexcept {
  Cell* cell = current_.Acquire();
  const bool stale = LooksOutdated(cell->content(), clock_.NowMs());
  cell->Release();
  return stale;
}

// load_mutex_ is held, inside the gate.
store::Status Engine::RefreshLocked(const Generation& now, std::string* summary,
                                    std::string* warning) {
  if (StateIsOutdated(now)) {
    if (store::Status status = OpenState(); !status.ok()) return status;
    *summary = "state " + options_.state_path + ": moved on to a new file";
  }
  const bool newer = now.store != nullptr && (now.store->reader().LooksOutdated() || now.IsSuperseded());
  if (!newer) {
    if (summary->empty()) return store::Status();
    std::unique_ptr<Generation> same = MakeGeneration(now.program, now.store, now.slots);
    BeginLooking(*same, clock_.NowMs());
    Publish(std::move(same));
    return store::Status();
  }
  const store::Reader& before = now.store->reader();
  const bool outdated = before.LooksOutdated();
  store::Result<std::unique_ptr<store::Reader>> reader = before.OpenNewest();
  if (!reader.ok()) return reader.status();
  if (!outdated && (*reader)->generation() == before.generation()) {
    return store::Status(store::Code::kDamaged, options_.store_path + "/SHARED",
                         "it names a newer generation than CURRENT does",
                         "remove it: the next writer makes it again");
  }
  if ((*reader)->shared() == nullptr && before.shared() != nullptr) {
    *warning = WithoutShared(**reader);
  }
  *summary = "store " + options_.store_path + ": moved on to generation " +
             std::to_string((*reader)->generation());
  std::unique_ptr<Generation> next =
      MakeGeneration(now.program, MakeSource(*std::move(reader)), now.slots);
  BeginLooking(*next, clock_.NowMs());
  Publish(std::move(next));
  return store::Status();
}

keyrule_status Engine::Refresh(ErrorSink& error) {
  std::string summary;
  std::string warning;
  store::Status status;
  Cell* seen = current_.Acquire();
  LookAfterState(seen->content(), clock_.NowMs());
  seen->Release();
  {
    const evaluator::ForkGate::Pass pass;
    std::lock_guard one_at_a_time(load_mutex_);
    Cell* cell = current_.Acquire();
    const Generation& now = cell->content();
    try {
      status = RefreshLocked(now, &summary, &warning);
    } catch (...) {
      cell->Release();
      throw;
    }
    cell->Release();
  }
  if (!status.ok()) return error.Fail(StatusOf(status.code()), status.message());
  if (!warning.empty()) log_.Warn(warning);
  if (!summary.empty()) log_.Info(summary);
  return KEYRULE_OK;
}

// load_mutex_ is held. What is the same as the last time is not said again.
void Engine::NoteFailure(int64_t now_ms, std::string* message) {
  next_try_.Begin(now_ms, std::clamp(2 * next_try_.length_ms(), kFirstPauseMs, kLongestPauseMs));
  if (*message == last_failure_) {
    message->clear();
    return;
  }
  last_failure_ = *message;
  *message += "; goes on with the generation before, and tries again";
}

// By the thread whose decision found `cell` superseded, or the time to look come. Gives the cell to decide with.
Engine::Cell* Engine::MoveOn(Cell* cell, int64_t now_ms) noexcept {
  if (!next_try_.IsOver(now_ms)) return cell;
  const Generation& now = cell->content();
  if (!LooksOutdated(now, now_ms)) return cell;
  try {
    std::string summary;
    std::string warning;
    std::string failure;
    {
      const evaluator::ForkGate::Pass pass;
      std::unique_lock one_at_a_time(load_mutex_, std::try_to_lock);
      // Others go on with what they have.
      if (!one_at_a_time.owns_lock() || !next_try_.IsOver(now_ms)) return cell;
      Cell* newest = current_.Acquire();
      newest->Release();
      if (newest == cell) {  // nobody else has done it meanwhile
        const store::Status status = RefreshLocked(now, &summary, &warning);
        if (!status.ok()) {
          failure = status.message();
          NoteFailure(now_ms, &failure);
        }
      }
    }
    if (!failure.empty()) log_.Error(failure);
    if (!warning.empty()) log_.Warn(warning);
    if (!summary.empty()) log_.Info(summary);
  } catch (...) {  // memory has run out
    next_try_.Begin(now_ms, kFirstPauseMs);
    return cell;
  }
  cell->Release();
  return current_.Acquire();
}

}  // namespace keyrule::plugin_api
