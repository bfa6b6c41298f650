#include "evaluator/text_map.h"

#define XXH_INLINE_ALL  // short keys are hashed inline
#include <xxhash.h>

#include <algorithm>
#include <bit>

namespace keyrule::evaluator {
namespace {

uint64_t HashOf(std::string_view text) noexcept { return XXH3_64bits(text.data(), text.size()); }

}  // namespace

TextMap::TextMap(const std::vector<std::pair<std::string_view, std::string_view>>& entries) : size_(entries.size()) {
  if (entries.empty()) return;
  if (std::any_of(entries.begin(), entries.end(), [](const auto& entry) { return !entry.second.empty(); })) {
    values_.reserve(entries.size());
    for (const auto& entry : entries) values_.push_back(entry.second);
  }
  cells_.resize(size_ <= kFew ? size_ : std::bit_ceil(2 * size_));
  const size_t mask = cells_.size() - 1;
  for (uint32_t i = 0; i < size_; ++i) {
    const std::string_view key = entries[i].first;
    const uint64_t hash = HashOf(key);
    size_t at = size_ <= kFew ? i : hash & mask;
    while (cells_[at].entry != kFree) at = (at + 1) & mask;
    cells_[at] = {key, static_cast<uint32_t>(hash >> 32), i};
  }
}

const std::string_view* TextMap::ValueOf(const Cell& cell) const noexcept {
  static constexpr std::string_view kNone;
  return values_.empty() ? &kNone : &values_[cell.entry];
}

const std::string_view* TextMap::Find(std::string_view key) const noexcept {
  if (size_ <= kFew) {
    for (const Cell& cell : cells_) {
      if (cell.key == key) return ValueOf(cell);
    }
    return nullptr;
  }
  const uint64_t hash = HashOf(key);
  const size_t mask = cells_.size() - 1;
  for (size_t at = hash & mask; cells_[at].entry != kFree; at = (at + 1) & mask) {
    const Cell& cell = cells_[at];
    if (cell.mark == static_cast<uint32_t>(hash >> 32) && cell.key == key) return ValueOf(cell);
  }
  return nullptr;
}

}  // namespace keyrule::evaluator
