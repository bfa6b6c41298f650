// The thread that speaks with the other hosts for this one, by Redis. Decisions never wait for it.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "evaluator/fleet_round.h"
#include "evaluator/state.h"
#include "plugin_api/fleet_script.h"
#include "store/redis.h"

namespace keyrule::plugin_api {

// All processes that share a host's state have one; one of them speaks, and when it falls silent another does, within half
// a second. Begins with the first Start, again in a child of fork with the child's first. Any thread.
class FleetLink {
 public:
  // `state` begins to share with others, if it does not yet.
  // `leaves`: no other process has it, and what is held is given back at the end.
  FleetLink(store::RedisAddress address, std::shared_ptr<evaluator::SelectionState> state, bool leaves);
  // Ends the thread, which may be looking up a name: then after that.
  ~FleetLink();
  FleetLink(const FleetLink&) = delete;
  FleetLink& operator=(const FleetLink&) = delete;

  // Begins to speak, if this process does not yet. Throws std::system_error where no thread can be had.
  void Start();

  // A line for the log, if what can be said of the connection has changed since the last time; else empty. `is_problem`:
  // limits are kept alone.
  std::string News(bool* is_problem);

 private:
  struct Talk;  // what the thread works with

  void Run(int cancel_fd) noexcept;
  bool Speaks(int64_t steady_ms) noexcept;
  void Connect(Talk* talk, int64_t steady_ms, int cancel_fd);
  bool Round(Talk* talk, int64_t steady_ms, bool leaves);
  bool AskHosts(Talk* talk, int64_t steady_ms);
  template <typename Take>
  bool Ask(Talk* talk, std::span<const std::vector<std::string>> commands, int64_t steady_ms, const Take& take);
  void LeaveWhenAlone(Talk* talk) noexcept;
  store::Status LoadScripts(Talk* talk);
  void Fail(Talk* talk, const store::Status& status, int64_t steady_ms);
  void Say(std::string line, bool is_problem);
  uint64_t HostNumber();

  const store::RedisAddress address_;
  const std::shared_ptr<evaluator::SelectionState> state_;
  const bool leaves_;
  std::atomic<bool> stops_{false};
  std::atomic<int> socket_{-1};  // for a child of fork, to close its copy
  uint64_t beat_ = 0;            // the last one that was this process's; of the thread

  std::mutex mutex_;  // guards the rest; only inside the ForkGate
  int64_t process_ = 0;           // that the thread is of
  std::thread* thread_ = nullptr;  // of the parent's nothing is left in a child: not even ended, only forgotten
  store::Fd cancel_;
  std::string line_;      // the last that was said
  bool is_problem_ = false;
  std::string told_;      // of it, what News has given
};

}  // namespace keyrule::plugin_api
