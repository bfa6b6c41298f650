// A hash map that only grows: look-ups take no lock and run beside insertions.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

namespace keyrule::evaluator {

// Owns its values; their addresses stay valid as long as the map. Insertions are serialised by the caller.
template <typename T>
class GrowOnlyMap {
 public:
  GrowOnlyMap() { Grow(16); }

  // The value with this hash for which `is_it` holds, or null. Any thread.
  template <typename Predicate>
  T* Find(uint64_t hash, const Predicate& is_it) const noexcept {
    const Table& table = *table_.load(std::memory_order_acquire);
    for (size_t at = hash & table.mask;; at = (at + 1) & table.mask) {
      const Cell& cell = table.cells[at];
      T* value = cell.value.load(std::memory_order_acquire);
      if (value == nullptr) return nullptr;
      if (cell.hash.load(std::memory_order_relaxed) == hash && is_it(*value)) return value;
    }
  }

  // One writer at a time.
  T* Insert(uint64_t hash, std::unique_ptr<T> value) {
    T* added = value.get();
    if (2 * (values_.size() + 1) > tables_.back()->mask) Grow(2 * (tables_.back()->mask + 1));
    values_.push_back(std::move(value));
    Put(*tables_.back(), hash, added);
    return added;
  }

  size_t size() const { return values_.size(); }

 private:
  struct Cell {
    std::atomic<uint64_t> hash{0};
    std::atomic<T*> value{nullptr};
  };
  struct Table {
    size_t mask;
    std::unique_ptr<Cell[]> cells;
  };

  static void Put(Table& table, uint64_t hash, T* value) {
    size_t at = hash & table.mask;
    while (table.cells[at].value.load(std::memory_order_relaxed) != nullptr) {
      at = (at + 1) & table.mask;
    }
    table.cells[at].hash.store(hash, std::memory_order_relaxed);
    table.cells[at].value.store(value, std::memory_order_release);
  }

  // Readers may still be in the old table, so it stays; all old tables together are as large as the newest.
  void Grow(size_t size) {
    auto table = std::make_unique<Table>(Table{size - 1, std::make_unique<Cell[]>(size)});
    if (!tables_.empty()) {
      const Table& old = *tables_.back();
      for (size_t i = 0; i <= old.mask; ++i) {
        T* value = old.cells[i].value.load(std::memory_order_relaxed);
        if (value != nullptr) {
          Put(*table, old.cells[i].hash.load(std::memory_order_relaxed), value);
        }
      }
    }
    tables_.push_back(std::move(table));
    table_.store(tables_.back().get(), std::memory_order_release);
  }

  std::atomic<const Table*> table_{nullptr};
  std::vector<std::unique_ptr<Table>> tables_;
  std::vector<std::unique_ptr<T>> values_;
};

}  // namespace keyrule::evaluator
