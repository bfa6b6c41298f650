// Selection state in this process's memory (scope `process`).
#pragma once

#include <cstdint>
#include <mutex>

#include "evaluator/state.h"

namespace keyrule::evaluator {

// A block of zeros of this process's own. Reserved is its address space; memory is what was written to.
class OwnBlock {
 public:
  // Throws std::bad_alloc.
  OwnBlock();
  ~OwnBlock();
  OwnBlock(const OwnBlock&) = delete;
  OwnBlock& operator=(const OwnBlock&) = delete;

  StateBlock* get() const noexcept { return block_; }

 private:
  StateBlock* block_;
};

class LocalState : private OwnBlock, public SelectionState {
 public:
  // `seed`: as SelectionState has it. Throws std::bad_alloc.
  explicit LocalState(uint64_t seed = 0);
  // The child has a copy of all that the parent has counted, but not the parent's calls.
  void AfterFork() noexcept override;

 private:
  bool IsAlive(uint32_t) noexcept override { return true; }

  std::mutex mutex_;     // guards entered_; only inside the ForkGate
  int64_t entered_ = 0;  // the process that has the slot
};

}  // namespace keyrule::evaluator
