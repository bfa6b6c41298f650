// Decision objects that are used again, so that a warm decision allocates nothing.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "plugin_api/handles.h"

namespace keyrule::plugin_api {

// A lock-free stack of free objects. They stand in chunks that are never moved or freed while the pool lives, so that
// a thread that lost a race may still read the link of an object that another one has taken. Any thread.
class DecisionPool {
 public:
  DecisionPool() = default;
  ~DecisionPool();
  DecisionPool(const DecisionPool&) = delete;
  DecisionPool& operator=(const DecisionPool&) = delete;

  // Null if memory has run out.
  keyrule_decision* Take() noexcept;
  void Give(keyrule_decision* decision) noexcept;

 private:
  static constexpr uint32_t kFirstChunk = 64;  // each chunk is twice the one before
  static constexpr size_t kChunks = 20;

  keyrule_decision* At(uint32_t index) noexcept;
  keyrule_decision* TakeNew() noexcept;

  // Low half: index + 1 of the first free object, 0 for none. High half: counts changes, against ABA.
  std::atomic<uint64_t> head_{0};
  std::atomic<uint32_t> used_{0};  // objects that were ever taken
  std::array<std::atomic<keyrule_decision*>, kChunks> chunks_{};
};

}  // namespace keyrule::plugin_api
