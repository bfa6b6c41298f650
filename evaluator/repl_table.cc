#include "evaluator/repl_table.h"

#include <algorithm>
#include <numeric>

#include "dsl/wording.h"
#include "evaluator/typeset.h"

namespace keyrule::evaluator {
namespace {

constexpr size_t kGap = 2;
constexpr size_t kNarrowest = 12;  // what a shortened cell has at least
constexpr size_t kWidestBar = 40;
constexpr size_t kNarrowestBar = 8;

// Takes from the widest column until the line fits.
void Narrow(std::vector<size_t>* widths, size_t most) {
  const auto total = [widths] {
    return std::accumulate(widths->begin(), widths->end(), (widths->size() - 1) * kGap);
  };
  while (total() > most) {
    const auto widest = std::max_element(widths->begin(), widths->end());
    if (*widest <= kNarrowest) return;
    *widest = std::max(kNarrowest, *widest - std::min(*widest - kNarrowest, total() - most));
  }
}

}  // namespace

std::string TableText(const TableRows& rows, size_t most) {
  std::vector<size_t> widths;
  for (const std::vector<std::string>& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], Width(row[i]));
  }
  if (most > 0 && !widths.empty()) Narrow(&widths, most);
  std::string text;
  for (const std::vector<std::string>& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) line += Pad(Shorten(row[i], widths[i]), widths[i] + kGap);
    while (line.ends_with(' ')) line.pop_back();
    text += line + "\n";
  }
  return text;
}

std::string SplitText(const Tally& tally, size_t most) {
  std::vector<std::pair<std::string, int64_t>> rows;
  for (const auto& [name, count] : tally.credentials) rows.emplace_back(Word(name), count);
  for (const auto& [line, count] : tally.others) rows.emplace_back("(" + line + ")", count);
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  size_t name_width = 0;
  size_t count_width = 0;
  for (const auto& [name, count] : rows) {
    name_width = std::max(name_width, Width(name));
    count_width = std::max(count_width, std::to_string(count).size());
  }
  constexpr size_t kPercentWidth = 7;
  size_t bar_width = kWidestBar;
  if (most > 0) {
    const size_t others = 4 * kGap + count_width + kPercentWidth;
    if (name_width + others + kNarrowestBar > most) {
      name_width = std::max(kNarrowest, most - std::min(most, others + kNarrowestBar));
    }
    const size_t left = most - std::min(most, name_width + others);
    bar_width = std::clamp(left, kNarrowestBar, kWidestBar);
  }
  std::string text = std::to_string(tally.all) + (tally.all == 1 ? " call\n" : " calls\n");
  for (const auto& [name, count] : rows) {
    const std::string digits = std::to_string(count);
    const int64_t tenths = (count * 1'000 + tally.all / 2) / tally.all;
    const std::string percent =
        std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " %";
    text += "  " + Pad(Shorten(name, name_width), name_width) + "  " +
            std::string(count_width - digits.size(), ' ') + digits + "  " +
            std::string(kPercentWidth - percent.size(), ' ') + percent + "  ";
    const auto width = static_cast<int64_t>(bar_width);
    for (int64_t i = 0; i < (count * width + tally.all / 2) / tally.all; ++i) text += "█";
    while (text.ends_with(' ')) text.pop_back();
    text += "\n";
  }
  return text;
}

}  // namespace keyrule::evaluator
