// How an engine comes by its selection state, and looks after what it shares with other processes.
#include "evaluator/fork_gate.h"
#include "evaluator/local_state.h"
#include "plugin_api/engine.h"
#include "plugin_api/random_seed.h"

namespace keyrule::plugin_api {

// State belongs to the engine, and outlives its policies and stores: it is only made anew where the file was replaced.
store::Status Engine::OpenState() {
  if (options_.state_path.empty()) {
    if (state_ == nullptr) state_ = std::make_shared<evaluator::LocalState>(RandomSeed());
    OpenFleet();
    return store::Status();
  }
  if (host_state_ != nullptr && !host_state_->IsReplaced()) return store::Status();
  store::Result<std::shared_ptr<HostState>> opened = HostState::Open(options_.state_path);
  if (!opened.ok()) return opened.status();
  host_state_ = *std::move(opened);
  state_ = host_state_;
  fleet_ = nullptr;
  OpenFleet();
  return store::Status();
}

// Whether Redis can be reached is not asked: limits are kept without it, and by it as soon as it answers.
void Engine::OpenFleet() {
  if (!options_.redis.has_value() || fleet_ != nullptr) return;
  auto made = std::make_shared<FleetLink>(*options_.redis, state_, host_state_ == nullptr);
  made->Start();
  fleet_ = std::move(made);
}

bool Engine::StateIsOutdated(const Generation& now) const noexcept {
  return now.host_state != nullptr && now.host_state->IsReplaced();
}

// What processes held that are gone is given back; and that something found no room is said once. May enter the system.
void Engine::LookAfterState(const Generation& now, int64_t now_ms) noexcept {
  if (now.fleet != nullptr) SayNewsOf(*now.fleet);
  if (now.host_state != nullptr) {
    const evaluator::ForkGate::Pass pass;
    now.host_state->GiveBackOfTheDead(now_ms);
  }
  const RoomEpisode::News news = room_.Look(now.state->no_room(), now_ms);
  if (news == RoomEpisode::News::kNone) return;
  try {
    const bool own = now.host_state == nullptr;
    const std::string state = own ? "state of this process" : "state " + options_.state_path;
    if (news == RoomEpisode::News::kEnded) return log_.Info(state + ": there is room in all tables again");
    log_.Warn(state + (own ? ": a table is full; calls under a limit that finds no room are refused until there is room again; "
                             "a limit `for each` of ever new values is what fills it"
                           : ": a table is full; what finds no room is counted by this process alone (scope `process`) until "
                             "there is room again; `keyrule state` shows what takes it"));
  } catch (...) {  // memory has run out: the decisions say it
  }
}

void Engine::SayNewsOf(FleetLink& fleet) noexcept {
  try {
    bool is_problem = false;
    const std::string line = fleet.News(&is_problem);
    if (line.empty()) return;
    const bool was_problem = said_alone_.exchange(is_problem);
    if (is_problem) return log_.Error(line);
    if (was_problem) return log_.Warn(line);
    log_.Info(line);
  } catch (...) {  // memory has run out
  }
}

}  // namespace keyrule::plugin_api
