// What the commands over a decision log have in common: which log and from when to when, and what is wrong with it.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "plugin_api/command/decision_log_index.h"
#include "plugin_api/command/options.h"

namespace keyrule::command {

struct LogInput {
  std::string folder;
  std::string since, until;  // as they were given
  DecisionFilter filter;     // with the times, once they are checked
};

// `--log`, and which of its decisions.
void AddLogOptions(Options* options, LogInput* input);
// After Parse. Nothing: all is well.
std::optional<Exit> CheckLogOptions(const Options& options, LogInput* input);

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
