// What a provider's models cost, from a file (plugin_api/USAGE.md).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "evaluator/glob.h"
#include "plugin_api/command/console.h"

namespace keyrule::command {

class PriceTable {
 public:
  static constexpr size_t kNone = SIZE_MAX;

  // Adds the file's prices. Prints what is wrong, with line and column.
  Exit Read(const std::string& path, const Console& console);
  // The first price that fits; kNone: there is none.
  size_t Find(std::string_view provider, std::string_view model) const;
  // In millionths of a US dollar for a million tokens.
  uint64_t micro_usd_per_million(size_t price) const { return prices_[price].micro_usd_per_million; }
  bool empty() const { return prices_.empty(); }

 private:
  struct Price {
    evaluator::Glob provider;
    evaluator::Glob model;
    uint64_t micro_usd_per_million;
  };

  std::vector<Price> prices_;
};

}  // namespace keyrule::command
