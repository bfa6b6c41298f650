#include "plugin_api/decision_pool.h"

#include <bit>
#include <memory>
#include <new>

namespace keyrule::plugin_api {

DecisionPool::~DecisionPool() {
  for (std::atomic<keyrule_decision*>& chunk : chunks_) delete[] chunk.load();
}

keyrule_decision* DecisionPool::Take() noexcept {
  uint64_t head = head_.load(std::memory_order_acquire);
  while (static_cast<uint32_t>(head) != 0) {
    keyrule_decision* first = At(static_cast<uint32_t>(head) - 1);
    const uint64_t next = (head >> 32) + 1;
    const uint64_t rest = next << 32 | first->next_free.load(std::memory_order_relaxed);
    if (head_.compare_exchange_weak(head, rest, std::memory_order_acq_rel,
                                    std::memory_order_acquire)) {
      return first;
    }
  }
  return TakeNew();
}

void DecisionPool::Give(keyrule_decision* decision) noexcept {
  uint64_t head = head_.load(std::memory_order_acquire);
  uint64_t mine;
  do {
    decision->next_free.store(static_cast<uint32_t>(head), std::memory_order_relaxed);
    mine = ((head >> 32) + 1) << 32 | (decision->index + 1);
  } while (!head_.compare_exchange_weak(head, mine, std::memory_order_acq_rel,
                                        std::memory_order_acquire));
}

keyrule_decision* DecisionPool::At(uint32_t index) noexcept {
  const uint32_t place = index + kFirstChunk;
  const auto chunk = static_cast<uint32_t>(std::bit_width(place / kFirstChunk)) - 1;
  keyrule_decision* begin = chunks_[chunk].load(std::memory_order_acquire);
  return begin + (place - (kFirstChunk << chunk));  // made before its objects were handed out
}

keyrule_decision* DecisionPool::TakeNew() noexcept {
  uint32_t index = used_.load(std::memory_order_relaxed);
  while (true) {
    const uint32_t place = index + kFirstChunk;
    const auto chunk = static_cast<uint32_t>(std::bit_width(place / kFirstChunk)) - 1;
    if (chunk >= kChunks) return nullptr;
    // The chunk is made before its objects are handed out: an index is never lost to a failed allocation.
    if (chunks_[chunk].load(std::memory_order_acquire) == nullptr) {
      std::unique_ptr<keyrule_decision[]> made(
          new (std::nothrow) keyrule_decision[size_t{kFirstChunk} << chunk]);
      if (made == nullptr) return nullptr;
      keyrule_decision* none = nullptr;
      if (chunks_[chunk].compare_exchange_strong(none, made.get())) (void)made.release();
    }
    if (used_.compare_exchange_weak(index, index + 1, std::memory_order_relaxed)) break;
  }
  keyrule_decision* decision = At(index);
  decision->index = index;
  return decision;
}

}  // namespace keyrule::plugin_api
