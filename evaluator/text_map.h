// Immutable sets and maps of texts for the decision path: one hash, no allocation on look-up.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace keyrule::evaluator {

// Borrows its texts. A few stand in a row and are compared in turn; more are found by open addressing, at most half full,
// where the hash is compared before the bytes.
class TextMap {
 public:
  TextMap() = default;
  // Keys are distinct.
  explicit TextMap(const std::vector<std::pair<std::string_view, std::string_view>>& entries);

  // The entry's value, or null.
  const std::string_view* Find(std::string_view key) const noexcept;
  bool Has(std::string_view key) const noexcept { return Find(key) != nullptr; }
  size_t size() const { return size_; }
  size_t bytes() const { return cells_.capacity() * sizeof(Cell) + values_.capacity() * sizeof(std::string_view); }
  // Calls `take(key)` for each, in no order.
  template <typename Take>
  void ForEach(const Take& take) const {
    for (const Cell& cell : cells_) {
      if (cell.entry != kFree) take(cell.key);
    }
  }

 private:
  static constexpr size_t kFew = 4;
  static constexpr uint32_t kFree = UINT32_MAX;
  struct Cell {
    std::string_view key;
    uint32_t mark = 0;       // half of the key's hash
    uint32_t entry = kFree;  // index into values_, if there are any
  };

  const std::string_view* ValueOf(const Cell& cell) const noexcept;

  std::vector<Cell> cells_;
  std::vector<std::string_view> values_;  // empty for a set
  size_t size_ = 0;
};

}  // namespace keyrule::evaluator
