// From the ids that the engine gave to attribute paths to the slots of one snapshot's policy.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "dsl/policy.h"
#include "evaluator/request.h"

namespace keyrule::plugin_api {

// Grows while others read: entries are atomics in chunks that never move.
class SlotTable {
 public:
  static constexpr uint32_t kUnknownId = UINT32_MAX;      // no such id was given
  static constexpr uint32_t kNotRead = UINT32_MAX - 1;    // the policy does not read it
  static constexpr uint32_t kMaxId = (uint32_t{1} << 24) - 1;

  explicit SlotTable(const dsl::Policy& policy);
  ~SlotTable();
  SlotTable(const SlotTable&) = delete;
  SlotTable& operator=(const SlotTable&) = delete;

  // One thread at a time. Throws std::bad_alloc.
  void Add(uint32_t id, std::string_view path);
  // Any thread, concurrently with Add.
  uint32_t Find(uint32_t id) const noexcept;
  // The slot of the map that has this entry, if a rule asks whether the map is set; else kNotRead.
  uint32_t FindMap(uint32_t id) const noexcept;

  size_t slot_count() const { return kinds_.size(); }
  evaluator::ValueKind kind(uint32_t slot) const { return kinds_[slot]; }
  std::string_view path(uint32_t slot) const { return policy_.slots[slot].path.text; }

 private:
  static constexpr uint32_t kFirstChunk = 64;  // each chunk is twice the one before
  static constexpr size_t kChunks = std::bit_width(kMaxId / kFirstChunk + 1);
  // slot + 2, 1: not read, 0: unknown; in the upper half the slot of its map + 1, 0: none.
  using Entry = std::atomic<uint64_t>;

  uint64_t Load(uint32_t id) const noexcept;

  const dsl::Policy& policy_;
  std::vector<evaluator::ValueKind> kinds_;  // by slot
  std::array<std::atomic<Entry*>, kChunks> chunks_{};
};

}  // namespace keyrule::plugin_api
