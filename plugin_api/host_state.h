// Selection state that all processes of a host share (scope `host`): the evaluator's block over a file of the store's.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "evaluator/local_state.h"
#include "evaluator/state.h"
#include "store/process_slot.h"
#include "store/state_file.h"
#include "store/status.h"

namespace keyrule::plugin_api {

// Any thread. Its own block is for what finds no room in the file. Engines of one process over one file have one of these: a process is one among those that share it.
class HostState final : private evaluator::OwnBlock, public evaluator::SelectionState {
 public:
  // The folder is made if it is missing. Called inside the ForkGate. Throws std::bad_alloc.
  //   what StateFile::Open and ProcessSlot::Of say
  static store::Result<std::shared_ptr<HostState>> Open(const std::string& dir);

  // Has another file taken the place of the one that is mapped? One stat().
  bool IsReplaced() const noexcept;
  // Takes a slot for the child. Enters the system.
  void AfterFork() noexcept override;

 private:
  HostState(std::unique_ptr<store::StateFile> file, store::ProcessSlot* process);
  bool IsAlive(uint32_t slot) noexcept override { return process_->IsAlive(slot); }
  void EnterHere() noexcept;

  const std::unique_ptr<store::StateFile> file_;
  store::ProcessSlot* const process_;
  std::mutex mutex_;               // guards entered_; only inside the ForkGate
  pid_t entered_ = 0;              // the process that Enter was called in
};

}  // namespace keyrule::plugin_api
