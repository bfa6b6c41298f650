#include "tests/fuzz/live_bytes.h"

#include <sanitizer/allocator_interface.h>

#include <algorithm>
#include <atomic>

namespace keyrule::dsl {
namespace {

std::atomic<size_t> live{0};
std::atomic<size_t> peak{0};
size_t floor_bytes = 0;

void Allocated(const volatile void* /*block*/, size_t size) {
  const size_t now = live.fetch_add(size, std::memory_order_relaxed) + size;
  if (now > peak.load(std::memory_order_relaxed)) peak.store(now, std::memory_order_relaxed);
}

void Freed(const volatile void* block) {
  live.fetch_sub(__sanitizer_get_allocated_size(block), std::memory_order_relaxed);
}

}  // namespace

void CountLiveBytes() {
  live = __sanitizer_get_current_allocated_bytes();
  __sanitizer_install_malloc_and_free_hooks(Allocated, Freed);
  ResetPeak();
}

size_t PeakBytes() { return peak > floor_bytes ? peak - floor_bytes : 0; }

void ResetPeak() {
  floor_bytes = live;
  peak = floor_bytes;
}

}  // namespace keyrule::dsl
