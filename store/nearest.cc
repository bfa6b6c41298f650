#include "store/nearest.h"

#include <algorithm>
#include <vector>

namespace keyrule::store {
namespace {

constexpr size_t kShort = 4;  // bytes; two slips would make another word of it
constexpr size_t kLong = 64;  // nobody guesses at a text of that length

// Slips between two texts, the swap of neighbours counted as one.
size_t Slips(std::string_view a, std::string_view b) {
  std::vector<size_t> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
    before_last.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

}  // namespace

std::string_view NearestName(std::string_view written, std::span<const std::string_view> known) {
  if (written.size() > kLong) return {};
  size_t least = written.size() <= kShort ? 2 : 3;
  std::string_view nearest;
  for (const std::string_view name : known) {
    if (name.size() > kLong) continue;
    const size_t slips = Slips(written, name);
    if (slips >= least || slips >= name.size()) continue;
    least = slips;
    nearest = name;
  }
  return nearest;
}

}  // namespace keyrule::store
