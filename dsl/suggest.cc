#include "dsl/suggest.h"

#include <algorithm>

#include "dsl/wording.h"

namespace keyrule::dsl {
namespace {

// A guess further away than this misleads more than it helps.
constexpr size_t kFarthest = 2;

std::u32string Characters(std::string_view text) {
  std::u32string characters;
  for (char byte : text) {
    const auto value = static_cast<unsigned char>(byte);
    if ((value & 0xC0) == 0x80 && !characters.empty()) {
      characters.back() = characters.back() << 6 | (value & 0x3F);
    } else {
      characters.push_back(value);
    }
  }
  return characters;
}

size_t Distance(const std::u32string& a, const std::u32string& b, size_t limit) {
  const size_t longer = std::max(a.size(), b.size());
  if (longer - std::min(a.size(), b.size()) > limit) return limit + 1;
  std::vector<size_t> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    size_t least = row[0];
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
      least = std::min(least, row[j]);
    }
    if (least > limit) return limit + 1;
    before_last.swap(last);
    last.swap(row);
  }
  return std::min(last[b.size()], limit + 1);
}

std::string_view Head(std::string_view name) { return name.substr(0, name.find('.')); }

}  // namespace

size_t EditDistance(std::string_view a, std::string_view b, size_t limit) {
  return Distance(Characters(a), Characters(b), limit);
}

std::string_view Nearest(std::string_view written, const std::vector<std::string_view>& legal) {
  const std::u32string characters = Characters(written);
  size_t limit = std::min(kFarthest, characters.size() / 3);
  std::string_view nearest;
  for (std::string_view name : legal) {
    if (limit == 0) break;
    if (name.size() > 4 * (characters.size() + limit)) continue;
    const size_t distance = Distance(characters, Characters(name), limit);
    if (distance > limit) continue;
    nearest = name;
    limit = distance - (distance > 0);
  }
  return nearest;
}

std::string Suggest(std::string_view written, const std::vector<std::string_view>& legal,
                    std::string_view what, std::string_view none) {
  if (const std::string_view nearest = Nearest(written, legal); !nearest.empty()) {
    return Cat({"did you mean `", nearest, "`?"});
  }
  if (legal.empty()) return std::string(none);
  // Of many names, those of the same family (`user.…`) help most.
  std::vector<std::string_view> ordered = legal;
  std::stable_partition(ordered.begin(), ordered.end(),
                        [&](std::string_view name) { return Head(name) == Head(written); });
  return Cat({what, ": ", ListOf(ordered)});
}

}  // namespace keyrule::dsl
