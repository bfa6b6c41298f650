// Where the wanted decisions of a log stand, in the order of time, each with what became of its call. Holds some hundred bytes
// a wanted decision and none of the texts; the rest of the log goes by.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "plugin_api/command/decision_log_reader.h"

namespace keyrule::command {

// What is asked for; empty: any.
struct DecisionFilter {
  std::string run;
  std::string node;        // id or title
  std::string app;         // id or name
  std::string credential;  // name or id
  std::string rule;
  std::string since;  // as lines have it
  std::string until;  // the first moment behind

  bool empty() const;
  bool Takes(const DecisionLogLine& line) const;
  // A line without one of the words in it need not be read further. Gives false only where Takes would.
  bool MayTake(std::string_view text) const;
};

constexpr uint32_t kNoReport = UINT32_MAX;

struct IndexedDecision {
  std::array<char, 24> at;
  LinePlace place;
  uint32_t first_report = kNoReport;
  uint32_t last_report = kNoReport;
};

// A decision may serve several calls, each with its report.
struct IndexedReport {
  LinePlace place;
  uint32_t next = kNoReport;
};

// The process that wrote a file.
struct LogProcess {
  std::string host;
  uint64_t pid = 0;  // 0: not known
};

class DecisionIndex {
 public:
  // Goes through all the files.
  void Read(const std::vector<std::string>& paths, const DecisionFilter& filter, const LogTrouble& trouble);

  const std::vector<IndexedDecision>& decisions() const { return decisions_; }  // in the order of time
  const IndexedReport& report(uint32_t index) const { return reports_[index]; }
  const LogProcess& process(uint32_t file) const { return processes_[file]; }
  uint64_t lost() const { return lost_; }  // records that hosts say they could not write

 private:
  void Take(const DecisionLogLine& line, const LinePlace& place, const DecisionFilter& filter);

  std::vector<IndexedDecision> decisions_;
  std::vector<IndexedReport> reports_;
  std::unordered_map<std::string, size_t> by_id_;  // only while reading
  std::vector<LogProcess> processes_;              // one a file
  uint64_t lost_ = 0;
};

}  // namespace keyrule::command
