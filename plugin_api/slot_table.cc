#include "plugin_api/slot_table.h"

#include <bit>

namespace keyrule::plugin_api {
namespace {

evaluator::ValueKind KindOf(dsl::Type type) {
  using evaluator::ValueKind;
  switch (type) {
    case dsl::Type::kString:
    case dsl::Type::kEnum: return ValueKind::kText;
    case dsl::Type::kInt: return ValueKind::kInteger;
    case dsl::Type::kBool: return ValueKind::kBool;
    case dsl::Type::kTimestamp: return ValueKind::kTimestamp;
    case dsl::Type::kListOfString: return ValueKind::kList;
    case dsl::Type::kMapOfString: return ValueKind::kAbsent;  // its entries are given, never the map
  }
  return ValueKind::kAbsent;
}

}  // namespace

SlotTable::SlotTable(const dsl::Policy& policy) : policy_(policy) {
  kinds_.reserve(policy.slots.size());
  for (const dsl::Attribute& slot : policy.slots) kinds_.push_back(KindOf(slot.type));
}

SlotTable::~SlotTable() {
  for (std::atomic<Entry*>& chunk : chunks_) delete[] chunk.load();
}

void SlotTable::Add(uint32_t id, std::string_view path) {
  const uint32_t place = id + kFirstChunk;
  const auto chunk = static_cast<uint32_t>(std::bit_width(place / kFirstChunk)) - 1;
  Entry* entries = chunks_[chunk].load(std::memory_order_relaxed);
  if (entries == nullptr) {
    entries = new Entry[size_t{kFirstChunk} << chunk]{};
    chunks_[chunk].store(entries, std::memory_order_release);
  }
  const uint32_t slot = policy_.FindSlot(path);
  uint64_t entry = slot == dsl::kUnresolved ? 1 : slot + 2;
  if (const dsl::Attribute* map = policy_.FindMap(path, nullptr)) {
    const uint32_t map_slot = policy_.FindSlot(map->path.text);
    if (map_slot != dsl::kUnresolved) entry |= uint64_t{map_slot + 1} << 32;
  }
  entries[place - (kFirstChunk << chunk)].store(entry, std::memory_order_release);
}

uint64_t SlotTable::Load(uint32_t id) const noexcept {
  if (id == 0 || id > kMaxId) return 0;
  const uint32_t place = id + kFirstChunk;
  const auto chunk = static_cast<uint32_t>(std::bit_width(place / kFirstChunk)) - 1;
  const Entry* entries = chunks_[chunk].load(std::memory_order_acquire);
  if (entries == nullptr) return 0;
  return entries[place - (kFirstChunk << chunk)].load(std::memory_order_acquire);
}

uint32_t SlotTable::Find(uint32_t id) const noexcept {
  const auto entry = static_cast<uint32_t>(Load(id));
  if (entry < 2) return entry == 1 ? kNotRead : kUnknownId;
  return entry - 2;
}

uint32_t SlotTable::FindMap(uint32_t id) const noexcept {
  const auto map = static_cast<uint32_t>(Load(id) >> 32);
  return map == 0 ? kNotRead : map - 1;
}

}  // namespace keyrule::plugin_api
