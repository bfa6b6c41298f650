// Numbers that no other object of its kind in this process has, however many have come and gone at its address.
#pragma once

#include <atomic>
#include <cstdint>

namespace keyrule::evaluator {

// Never 0. Any thread.
template <typename Kind>
uint64_t NextSerial() noexcept {
  static std::atomic<uint64_t> serials{0};
  return serials.fetch_add(1, std::memory_order_relaxed) + 1;
}

}  // namespace keyrule::evaluator
