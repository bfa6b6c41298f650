#include "tests/support/live_heap.h"

#include <malloc.h>

#include <atomic>
#include <cstdlib>
#include <new>

namespace keyrule {
namespace {

std::atomic<size_t> live{0};
std::atomic<size_t> peak{0};

void* Counted(void* block) {
  if (block == nullptr) throw std::bad_alloc();
  const size_t size = malloc_usable_size(block);
  const size_t now = live.fetch_add(size, std::memory_order_relaxed) + size;
  size_t most = peak.load(std::memory_order_relaxed);
  while (now > most && !peak.compare_exchange_weak(most, now, std::memory_order_relaxed)) {
  }
  return block;
}

void Freed(void* block) {
  live.fetch_sub(malloc_usable_size(block), std::memory_order_relaxed);
  std::free(block);
}

}  // namespace

size_t LiveBytes() { return live; }
size_t PeakBytes() { return peak; }
void ResetPeakBytes() { peak = live.load(); }

}  // namespace keyrule

void* operator new(size_t size) { return keyrule::Counted(std::malloc(size)); }
void* operator new(size_t size, std::align_val_t alignment) {
  const auto step = static_cast<size_t>(alignment);
  return keyrule::Counted(std::aligned_alloc(step, (size + step - 1) / step * step));
}
void operator delete(void* block) noexcept { keyrule::Freed(block); }
void operator delete(void* block, size_t /*size*/) noexcept { keyrule::Freed(block); }
void operator delete(void* block, std::align_val_t /*alignment*/) noexcept { keyrule::Freed(block); }
void operator delete(void* block, size_t /*size*/, std::align_val_t /*alignment*/) noexcept {
  keyrule::Freed(block);
}
