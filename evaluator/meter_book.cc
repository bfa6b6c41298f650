#include "evaluator/meter_book.h"

#include <algorithm>

namespace keyrule::evaluator {

MeterCount& MeterBook::Count(uint64_t key, const MeterLimit& limit, int64_t now_ms) {
  if (entries_.size() >= prune_at_) Prune(now_ms);
  std::unique_ptr<Entry>& entry = entries_[key];
  if (entry == nullptr) entry = std::make_unique<Entry>();
  entry->limit = limit;  // a reloaded policy may have another
  return entry->count;
}

MeterCount* MeterBook::Find(uint64_t key) {
  auto it = entries_.find(key);
  return it == entries_.end() ? nullptr : &it->second->count;
}

void MeterBook::Prune(int64_t now_ms) {
  std::erase_if(entries_, [now_ms](const auto& item) {
    return item.second->count.Idle(item.second->limit, now_ms);
  });
  prune_at_ = std::max<size_t>(65'536, 2 * entries_.size());
}

}  // namespace keyrule::evaluator
