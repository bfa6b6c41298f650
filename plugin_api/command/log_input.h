// What the commands over a decision log have in common: which log and from when to when, and what is wrong with it.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "plugin_api/command/decision_log_index.h"
#include "plugin_api/command/options.h"

namespace keyrule::command {

// Checks `--log`, `--since` and `--until`, and puts the times into the filter. Nothing: all is well.
std::optional<Exit> CheckLogOptions(const Options& options, const std::string& since, const std::string& until, std::string* log,
                                    DecisionFilter* filter);

// Says what is damaged, as much of it as a person reads.
class LogTroubles {
 public:
  explicit LogTroubles(const Console& console) : console_(console) {}

  void Add(const std::string& path, size_t line, std::string what, std::string mend);
  // Records that hosts say they could not write.
  void AddLost(const std::string& log, uint64_t records);
  // Borrows this.
  LogTrouble taker() {
    return [this](const std::string& path, size_t line, std::string what, std::string mend) {
      Add(path, line, std::move(what), std::move(mend));
    };
  }
  void Finish() const;
  bool any() const { return count_ > 0; }

 private:
  static constexpr size_t kMost = 20;
  const Console& console_;
  size_t count_ = 0;
};

}  // namespace keyrule::command
