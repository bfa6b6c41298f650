#include "evaluator/local_state.h"

#include <sys/mman.h>
#include <unistd.h>

#include <new>

#include "evaluator/fork_gate.h"

namespace keyrule::evaluator {

OwnBlock::OwnBlock() {
  void* memory = mmap(nullptr, sizeof(StateBlock), PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  block_ = static_cast<StateBlock*>(memory);  // all zeros is the empty state
}

OwnBlock::~OwnBlock() { munmap(static_cast<void*>(block_), sizeof(StateBlock)); }

LocalState::LocalState(uint64_t seed) : SelectionState(StateScope::kProcess, OwnBlock::get(), nullptr, seed) {
  entered_ = getpid();
  Enter(0);
}

void LocalState::AfterFork() noexcept {
  const ForkGate::Lock lock(mutex_);
  if (entered_ == getpid()) return;  // another thread of the child was here
  entered_ = getpid();
  Enter(0);
  ForgetFleet();
  GiveBackOfTheDead(0);  // whose lives are over; nothing is old at that moment
  GiveUpAllProbes();
}

}  // namespace keyrule::evaluator
