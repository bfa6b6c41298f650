// Columns of text under a header, aligned.
#pragma once

#include <string>
#include <vector>

#include "plugin_api/command/console.h"

namespace keyrule::command {

class Table {
 public:
  explicit Table(std::vector<std::string> header) : rows_{std::move(header)} {}
  void Add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  // Takes out the columns that no row says anything in.
  void DropEmptyColumns();
  // Widths are counted in characters. kText has a line under the header.
  std::string Render(Format format) const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace keyrule::command
