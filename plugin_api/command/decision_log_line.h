// One line of a decision log (plugin_api/DECISIONS.md), looked at as far as finding and ordering need.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace keyrule::command {

struct DecisionLogLine {
  enum class Kind { kOpened, kDecided, kReported, kLost, kOther };  // kOther: of a newer writer
  Kind kind = Kind::kOther;
  std::string id;  // of the decision
  std::string at;  // "2026-11-26T05:33:00.123Z"
  std::string run;
  std::string node;
  std::string node_title;
  std::string app;
  std::string app_name;
  std::string credential;
  std::string credential_id;
  std::string rule;
  std::string pool;
  std::string verdict;
  std::string reason;
  std::string tenant;
  std::string environment;
  std::string workflow;
  std::string user;
  std::string provider;
  std::string model;
  std::vector<std::pair<std::string, std::string>> tags;  // as written: in the order of their names
  uint64_t attempt = 1;
  static constexpr uint64_t kNotSaid = UINT64_MAX;
  std::string outcome;                    // kReported
  uint64_t tokens = 0;                    // kReported
  uint64_t cost_micro_usd = kNotSaid;     // kReported
  std::string host;       // kOpened
  uint64_t pid = 0;       // kOpened
  uint64_t format = 0;    // kOpened
  uint64_t records = 0;   // kLost
};

// False when the line is no whole record. Throws nothing but std::bad_alloc.
bool ReadDecisionLogLine(std::string_view text, DecisionLogLine* line);

}  // namespace keyrule::command
