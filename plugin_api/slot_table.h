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
#include "keyrule/keyrule.h"
#include "plugin_api/abi_text.h"

namespace keyrule::plugin_api {

// Grows while others read: entries are atomics in chunks that never move.
class SlotTable {
 public:
  static constexpr uint32_t kUnknownId = UINT32_MAX;      // no such id was given
  static constexpr uint32_t kNotRead = UINT32_MAX - 1;    // the policy does not read it
  static constexpr uint32_t kMaxId = (uint32_t{1} << 24) - 1;

  // `read`: by slot of the policy, whether anything looks at it.
  SlotTable(const dsl::Policy& policy, std::vector<bool> read);
  ~SlotTable();
  SlotTable(const SlotTable&) = delete;
  SlotTable& operator=(const SlotTable&) = delete;

  // One thread at a time. Throws std::bad_alloc.
  void Add(uint32_t id, std::string_view path);
  // What there is to know of an id. Any thread, concurrently with Add.
  struct Found {
    uint32_t slot = kUnknownId;
    uint32_t map = kNotRead;  // the slot of the map that has this entry, if a rule asks whether the map is set
    evaluator::ValueKind kind = evaluator::ValueKind::kAbsent;  // of the slot
  };
  Found Find(uint32_t id) const noexcept {
    const uint64_t entry = Load(id);
    const auto slot = static_cast<uint32_t>(entry & kSlotMask);
    const auto map = static_cast<uint32_t>(entry >> 32);
    const auto mark = (entry & UINT32_MAX) >> kSlotBits;
    return {slot < 2 ? (slot == 1 ? kNotRead : kUnknownId) : slot - 2, map == 0 ? kNotRead : map - 1,
            mark >= kUnreadTextMark ? evaluator::ValueKind::kText : static_cast<evaluator::ValueKind>(mark)};
  }
  // The same where it is simple: the slot of an id that is read as a text and as nothing else, kNotRead for one that is not
  // read at all. kUnreadText: the schema has it as a text, and nothing looks at it. kNotSimple: see Find.
  static constexpr uint32_t kNotSimple = UINT32_MAX - 2;
  static constexpr uint32_t kUnreadText = UINT32_MAX - 3;
  // These are the greatest of what it gives. Most hosts ask for few ids, and what is to be said of those stands ready. An
  // attribute that is no text is not simple.
  uint32_t FindText(const keyrule_attribute& attribute) const noexcept {
    const uint64_t few = WhatOf(attribute) - (uint64_t{KEYRULE_TEXT} << 32);  // in one comparison
    if (few < kFirstChunk) [[likely]] return first_texts_[few].load(std::memory_order_acquire);
    return FindFarText(attribute);
  }

  // No other table of the process has it. Not 0.
  uint64_t serial() const noexcept { return serial_; }
  size_t slot_count() const { return kinds_.size(); }
  evaluator::ValueKind kind(uint32_t slot) const { return kinds_[slot]; }
  std::string_view path(uint32_t slot) const { return policy_.slots[slot].path.text; }
  const dsl::Policy* policy() const { return &policy_; }
  // Of `tenant.id`; kNotRead: the policy does not read it.
  uint32_t tenant_slot() const { return tenant_slot_; }

 private:
  static constexpr uint32_t kFirstChunk = 64;  // each chunk is twice the one before
  static constexpr size_t kChunks = std::bit_width(kMaxId / kFirstChunk + 1);
  // In the lower half slot + 2, 1: not read, 0: unknown, and the slot's kind above it; in the upper half the slot of its
  // map + 1, 0: none.
  using Entry = std::atomic<uint64_t>;
  static constexpr unsigned kSlotBits = 28;  // a policy of 64 MiB has fewer slots
  static constexpr uint64_t kSlotMask = (uint64_t{1} << kSlotBits) - 1;
  static constexpr uint64_t kTextMark = static_cast<uint64_t>(evaluator::ValueKind::kText);
  static constexpr uint64_t kUnreadTextMark = 14;
  static constexpr uint64_t kTenantMark = 15;

  uint64_t Load(uint32_t id) const noexcept {
    uint32_t chunk = 0;
    uint32_t index = id;
    if (id >= kFirstChunk) [[unlikely]] {
      if (id > kMaxId) return 0;
      const uint32_t place = id + kFirstChunk;
      chunk = static_cast<uint32_t>(std::bit_width(place / kFirstChunk)) - 1;
      index = place - (kFirstChunk << chunk);
    }
    const Entry* entries = chunks_[chunk].load(std::memory_order_acquire);
    return entries == nullptr ? 0 : entries[index].load(std::memory_order_acquire);
  }

  [[gnu::noinline]] uint32_t FindFarText(const keyrule_attribute& attribute) const noexcept {
    return attribute.kind == KEYRULE_TEXT ? TextOf(Load(attribute.id)) : kNotSimple;
  }

  static uint32_t TextOf(uint64_t entry) noexcept {
    if (entry >> kSlotBits == kTextMark) return static_cast<uint32_t>(entry & kSlotMask) - 2;
    if (entry == 1) return kNotRead;
    return entry >> kSlotBits == kUnreadTextMark ? kUnreadText : kNotSimple;
  }

  const uint64_t serial_;
  const dsl::Policy& policy_;
  std::vector<evaluator::ValueKind> kinds_;  // by slot
  const std::vector<bool> read_;             // by slot
  uint32_t tenant_slot_ = kNotRead;
  std::array<std::atomic<Entry*>, kChunks> chunks_{};
  std::array<std::atomic<uint32_t>, kFirstChunk> first_texts_;  // TextOf the entries of the first chunk
};

}  // namespace keyrule::plugin_api
