#include "dsl/format_columns.h"

#include <algorithm>

namespace keyrule::dsl {
namespace {

constexpr uint64_t kWidestKey = 40;
constexpr uint64_t kWidestType = 30;

// The text at the end of an attribute, if there is one.
bool IsDescribed(const Tokens& tokens, const ColumnEntry& entry) {
  return tokens.kind(entry.end - 1) == TokenKind::kText;
}

}  // namespace

void AlignColumns(const Tokens& tokens, const std::vector<ColumnEntry>& entries, bool is_schema,
                  Layout& layout) {
  const auto key_width = [&](const ColumnEntry& e) { return layout.Width(e.first, e.first + 1); };
  const auto type_width = [&](const ColumnEntry& e) {
    return layout.Width(e.first + 2, e.end - 1);
  };
  uint64_t key = 0;
  for (const ColumnEntry& entry : entries) {
    if (const uint64_t width = key_width(entry); width <= kWidestKey) key = std::max(key, width);
  }
  uint64_t type = 0;
  if (is_schema) {
    for (const ColumnEntry& entry : entries) {
      if (!IsDescribed(tokens, entry) || key_width(entry) > kWidestKey) continue;
      if (const uint64_t width = type_width(entry); width <= kWidestType) {
        type = std::max(type, width);
      }
    }
  }
  const uint64_t types_begin = kIndent + key + 3;
  // Behind two blanks or three, in an even column.
  const uint64_t texts_begin = (types_begin + type + 3) / 2 * 2;
  for (const ColumnEntry& entry : entries) {
    const uint64_t width = key_width(entry);
    if (width <= key) layout.gaps[entry.first + 1] = static_cast<uint32_t>(1 + key - width);
    if (!is_schema || !IsDescribed(tokens, entry)) continue;
    const uint64_t end = kIndent + std::max(key, width) + 3 + type_width(entry);
    layout.gaps[entry.end - 1] = end < texts_begin ? static_cast<uint32_t>(texts_begin - end) : 1;
  }
}

}  // namespace keyrule::dsl
