#include "plugin_api/host_state.h"

#include <unistd.h>

#include <utility>
#include <vector>

#include "evaluator/clock.h"
#include "evaluator/fork_gate.h"
#include "plugin_api/random_seed.h"

namespace keyrule::plugin_api {
namespace {

// Those of this process; guarded by the mutex, which only threads inside the ForkGate take.
struct Opened {
  std::mutex mutex;
  std::vector<std::weak_ptr<HostState>> states;
};

Opened& AllOpened() {
  static auto* const opened = new Opened;  // never torn down: engines may outlive main
  return *opened;
}

evaluator::StateBlock* BlockOf(const store::StateFile& file) { return static_cast<evaluator::StateBlock*>(file.memory()); }

}  // namespace

store::Result<std::shared_ptr<HostState>> HostState::Open(const std::string& dir) {
  const std::string fixed = evaluator::StateFixedPart(store::BootId());
  const store::StateFileShape shape{fixed, sizeof(evaluator::StateBlock), offsetof(evaluator::StateHeader, replaced)};
  store::Result<std::unique_ptr<store::StateFile>> file = store::StateFile::Open(dir, shape);
  if (!file.ok()) return file.status();
  Opened& opened = AllOpened();
  const evaluator::ForkGate::Lock lock(opened.mutex);
  std::erase_if(opened.states, [](const std::weak_ptr<HostState>& state) { return state.expired(); });
  for (const std::weak_ptr<HostState>& weak : opened.states) {
    std::shared_ptr<HostState> state = weak.lock();
    if (state == nullptr || !state->file_->IsSameAs(**file)) continue;
    state->AfterFork();  // opened by the parent, perhaps
    return state;
  }
  store::Result<store::ProcessSlot*> process = store::ProcessSlot::Of(dir, evaluator::kStateProcesses);
  if (!process.ok()) return process.status();
  std::shared_ptr<HostState> made(new HostState(*std::move(file), *process));
  opened.states.push_back(made);
  return made;
}

HostState::HostState(std::unique_ptr<store::StateFile> file, store::ProcessSlot* process)
    : SelectionState(evaluator::StateScope::kHost, BlockOf(*file), OwnBlock::get(), RandomSeed()),
      file_(std::move(file)), process_(process) {
  EnterHere();
}

bool HostState::IsReplaced() const noexcept { return block().header.replaced.load() != 0 || !file_->IsInPlace(); }

void HostState::AfterFork() noexcept {
  const evaluator::ForkGate::Lock lock(mutex_);
  if (entered_ != getpid()) EnterHere();
}

void HostState::EnterHere() noexcept {
  entered_ = getpid();
  const uint32_t slot = process_->Here();
  if (slot >= evaluator::kStateProcesses) return EnterNowhere();
  evaluator::ProcessEntry& entry = mutable_block()->processes[slot];
  entry.pid.store(static_cast<uint64_t>(getpid()), std::memory_order_relaxed);
  entry.started_ms.store(static_cast<uint64_t>(evaluator::SystemClock().NowMs()), std::memory_order_relaxed);
  Enter(slot);
}

}  // namespace keyrule::plugin_api
