#include "evaluator/text_map.h"

#define XXH_INLINE_ALL  // short keys are hashed inline
#include <xxhash.h>

#include <bit>

namespace keyrule::evaluator {
namespace {

uint64_t HashOf(std::string_view text) noexcept { return XXH3_64bits(text.data(), text.size()); }

}  // namespace

TextMap::TextMap(const std::vector<std::pair<std::string_view, std::string_view>>& entries)
    : cells_(entries.empty() ? 0 : std::bit_ceil(2 * entries.size() + 1)), size_(entries.size()) {
  if (entries.empty()) return;
  const size_t mask = cells_.size() - 1;
  for (const auto& [key, value] : entries) {
    const uint64_t hash = HashOf(key);
    size_t at = hash & mask;
    while (cells_[at].used) at = (at + 1) & mask;
    cells_[at] = {key, value, static_cast<uint32_t>(hash >> 32), true};
  }
}

const std::string_view* TextMap::Find(std::string_view key) const noexcept {
  if (cells_.empty()) return nullptr;
  const uint64_t hash = HashOf(key);
  const size_t mask = cells_.size() - 1;
  for (size_t at = hash & mask; cells_[at].used; at = (at + 1) & mask) {
    const Cell& cell = cells_[at];
    if (cell.hash == static_cast<uint32_t>(hash >> 32) && cell.key == key) return &cell.value;
  }
  return nullptr;
}

}  // namespace keyrule::evaluator
