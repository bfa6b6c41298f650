#include "store/fork_mark.h"

#include <sys/mman.h>
#include <unistd.h>

namespace keyrule::store {

void ForkMark::Set() noexcept {
  uint8_t* byte = byte_.load(std::memory_order_acquire);
  if (byte == nullptr) {
    const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    void* memory = mmap(nullptr, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return;
    (void)madvise(memory, page, MADV_WIPEONFORK);
    auto* fresh = static_cast<uint8_t*>(memory);
    *fresh = 1;  // before others can see it, and so before a fork can come between
    if (byte_.compare_exchange_strong(byte, fresh, std::memory_order_acq_rel)) return;
    (void)munmap(memory, page);  // another thread was quicker; `byte` is its
  }
  std::atomic_ref<uint8_t>(*byte).store(1, std::memory_order_relaxed);
}

ForkMark::State ForkMark::state() const noexcept {
  uint8_t* byte = byte_.load(std::memory_order_acquire);
  if (byte == nullptr) return State::kNever;
  const bool here = std::atomic_ref<uint8_t>(*byte).load(std::memory_order_relaxed) != 0;
  return here ? State::kHere : State::kAncestor;
}

}  // namespace keyrule::store
