// Decisions of a log as a person or a program reads them.
#pragma once

#include <string>
#include <vector>

#include "plugin_api/command/console.h"
#include "plugin_api/command/decision_log_index.h"
#include "plugin_api/command/table.h"

namespace keyrule::command {

// Shows decisions as they come: as JSON each on its line, else as tables of at most 10,000 rows.
class DecisionLogPrinter {
 public:
  explicit DecisionLogPrinter(const Console& console);

  // Lines of the log. False when one is no record any more.
  bool Add(const std::string& decided, const std::vector<std::string>& reports, const LogProcess& process);
  void Finish();

 private:
  void EndTable();

  const Console& console_;
  Table table_;
  size_t rows_ = 0;
};

}  // namespace keyrule::command
