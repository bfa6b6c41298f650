// Immutable sets and maps of texts for the decision path: one hash, no allocation on look-up.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace keyrule::evaluator {

// Borrows its texts. Open addressing, at most half full; the hash is compared before the bytes.
class TextMap {
 public:
  TextMap() = default;
  // Keys are distinct.
  explicit TextMap(const std::vector<std::pair<std::string_view, std::string_view>>& entries);

  // The entry's value, or null.
  const std::string_view* Find(std::string_view key) const noexcept;
  bool Has(std::string_view key) const noexcept { return Find(key) != nullptr; }
  size_t size() const { return size_; }
  // Calls `take(key)` for each, in no order.
  template <typename Take>
  void ForEach(const Take& take) const {
    for (const Cell& cell : cells_) {
      if (cell.used) take(cell.key);
    }
  }

 private:
  struct Cell {
    std::string_view key;
    std::string_view value;
    uint32_t hash = 0;
    bool used = false;
  };
  std::vector<Cell> cells_;
  size_t size_ = 0;
};

}  // namespace keyrule::evaluator
