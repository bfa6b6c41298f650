// Rows in columns, and counts as bars.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "evaluator/session.h"

namespace keyrule::evaluator {

using TableRows = std::vector<std::vector<std::string>>;

// Each column as wide as its widest cell. If a line would be wider than `most` (0: never), the widest columns are
// shortened.
std::string TableText(const TableRows& rows, size_t most = 0);

// How many calls went where; the most first.
std::string SplitText(const Tally& tally, size_t most = 0);

}  // namespace keyrule::evaluator
