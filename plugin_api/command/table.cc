#include "plugin_api/command/table.h"

#include <algorithm>

#include "dsl/unicode.h"
#include "evaluator/typeset.h"

namespace keyrule::command {
namespace {

// In columns of a terminal.
size_t Width(std::string_view text) {
  size_t width = 0;
  for (size_t i = 0; i < text.size();) {
    const dsl::Character character = dsl::DecodeAt(text, i);
    width += character.valid ? dsl::DisplayWidth(character.code) : 1;
    i += character.size;
  }
  return width;
}

}  // namespace

void Table::DropEmptyColumns() {
  if (rows_.size() < 2) return;
  for (size_t column = rows_.front().size(); column-- > 0;) {
    const bool empty = std::all_of(rows_.begin() + 1, rows_.end(),
                                   [column](const auto& row) { return row[column].empty(); });
    if (!empty) continue;
    for (std::vector<std::string>& row : rows_) {
      row.erase(row.begin() + static_cast<std::ptrdiff_t>(column));
    }
  }
}

std::string Table::Render(Format format) const {
  std::vector<size_t> widths(rows_.front().size());
  // A line break of a name must not tear the table, nor a direction mark turn it round.
  std::vector<std::vector<std::string>> rows = rows_;
  for (std::vector<std::string>& row : rows) {
    for (std::string& cell : row) cell = evaluator::Printable(cell);
  }
  for (const std::vector<std::string>& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], Width(row[i]));
  }
  std::string text;
  for (const std::vector<std::string>& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      line += row[i] + std::string(widths[i] - Width(row[i]) + 2, ' ');
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
    if (&row == &rows.front() && format == Format::kText) {
      std::string rule;
      for (size_t width : widths) rule += std::string(width, '-') + "  ";
      text += rule.substr(0, rule.size() - 2) + "\n";
    }
  }
  return text;
}

}  // namespace keyrule::command
