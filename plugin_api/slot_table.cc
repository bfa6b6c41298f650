#include "plugin_api/slot_table.h"

#include <bit>
#include <utility>

#include "evaluator/serial.h"

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

SlotTable::SlotTable(const dsl::Policy& policy, std::vector<bool> read)
    : serial_(evaluator::NextSerial<SlotTable>()), policy_(policy), read_(std::move(read)) {
  for (std::atomic<uint32_t>& text : first_texts_) text.store(kNotSimple, std::memory_order_relaxed);
  kinds_.reserve(policy.slots.size());
  for (const dsl::Attribute& slot : policy.slots) kinds_.push_back(KindOf(slot.type));
  if (const uint32_t slot = policy.FindSlot("tenant.id"); slot != dsl::kUnresolved) tenant_slot_ = slot;
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
  uint64_t entry = 1;
  if (slot != dsl::kUnresolved) {
    auto mark = static_cast<uint64_t>(kinds_[slot]);
    if (kinds_[slot] == evaluator::ValueKind::kText) {
      if (!read_[slot]) mark = kUnreadTextMark;
      if (slot == tenant_slot_) mark = kTenantMark;
    }
    entry = (slot + 2) | mark << kSlotBits;
  }
  if (const dsl::Attribute* map = policy_.FindMap(path, nullptr)) {
    const uint32_t map_slot = policy_.FindSlot(map->path.text);
    if (map_slot != dsl::kUnresolved) entry |= uint64_t{map_slot + 1} << 32;
  }
  entries[place - (kFirstChunk << chunk)].store(entry, std::memory_order_release);
  if (id < kFirstChunk) first_texts_[id].store(TextOf(entry), std::memory_order_release);
}

}  // namespace keyrule::plugin_api
