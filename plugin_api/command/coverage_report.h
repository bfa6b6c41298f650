// The coverage of one or more policies together: what several import is one.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "dsl/silence.h"
#include "dsl/source.h"
#include "evaluator/analysis/suggested_test.h"
#include "evaluator/coverage.h"
#include "plugin_api/command/console.h"

namespace keyrule::command {

// How many there are, and how many of them were met.
struct Share {
  uint64_t met = 0;
  uint64_t all = 0;

  // In hundredths of a percent, rounded down: 100 % is said only of all.
  uint64_t Hundredths() const { return all == 0 ? 10'000 : met * 10'000 / all; }
};

class CoverageReport {
 public:
  void Add(const evaluator::Coverage& coverage, std::shared_ptr<const evaluator::Program> program);

  // The table by file, or with JSON one object for each item, each file, and all; a warning (KR0704)
  // for each item that no test met and no comment allows, and KR0112 for comments that allow one
  // where there is none. Gives the number of warnings.
  size_t Show(const Console& console) const;
  // A test for each item that no test met and no comment allows, as far as one was found; what no request can meet, and what
  // nothing was found for, is said on standard error.
  void ShowSuggestions(const Console& console) const;
  Share Total() const;

 private:
  struct Item {
    evaluator::CoverageItem item;
    std::shared_ptr<const dsl::Sources> sources;
    std::shared_ptr<analysis::TestSuggester> suggester;
    size_t index = 0;  // of its coverage's items
  };
  struct File {
    std::string name;
    std::map<std::tuple<uint32_t, uint32_t, evaluator::CoverageItem::Kind>, Item> items;
  };
  // Rules, arms, outcomes of conditions, and all of them.
  using Shares = std::array<Share, 4>;

  // What is met nowhere and not allowed to be, in the order of the files and places.
  std::vector<const Item*> Missing(std::map<const dsl::Sources*, dsl::Silencer>* silencers) const;
  static Shares SharesOf(const File& file);
  static size_t ShowIdle(const std::map<const dsl::Sources*, dsl::Silencer>& silencers,
                         const Console& console);
  void ShowTable(const Console& console) const;
  void ShowJson(const Console& console) const;

  std::vector<File> files_;
  std::map<std::string, size_t> places_;  // real path to its place in files_
};

// "80", "80.5", "80%" in hundredths of a percent; nothing if it is none, or more than 100.
std::optional<uint64_t> ParsePercent(std::string_view text);
// "71.42 %".
std::string PercentText(uint64_t hundredths);

}  // namespace keyrule::command
