#include "plugin_api/command/decision_log_index.h"

#include <algorithm>
#include <tuple>

namespace keyrule::command {
namespace {

bool Is(const std::string& wanted, const std::string& one, const std::string& other = {}) {
  return wanted.empty() || wanted == one || (!other.empty() && wanted == other);
}

// Whether JSON has the word as it stands: what would be escaped is looked for only by the parser.
bool Missing(std::string_view text, const std::string& word) {
  const bool plain = std::all_of(word.begin(), word.end(), [](unsigned char c) {
    return c >= 0x20 && c != '"' && c != '\\' && c != '/' && c < 0x7f;
  });
  return !word.empty() && plain && text.find(word) == std::string_view::npos;
}

}  // namespace

bool DecisionFilter::empty() const {
  return run.empty() && node.empty() && app.empty() && credential.empty() && rule.empty() && since.empty() &&
         until.empty();
}

bool DecisionFilter::Takes(const DecisionLogLine& line) const {
  return Is(run, line.run) && Is(node, line.node, line.node_title) && Is(app, line.app, line.app_name) &&
         Is(credential, line.credential, line.credential_id) && Is(rule, line.rule) && line.at >= since &&
         (until.empty() || line.at < until);
}

bool DecisionFilter::MayTake(std::string_view text) const {
  return !Missing(text, run) && !Missing(text, node) && !Missing(text, app) && !Missing(text, credential) &&
         !Missing(text, rule);
}

void DecisionIndex::Take(const DecisionLogLine& line, const LinePlace& place, const DecisionFilter& filter) {
  switch (line.kind) {
    case DecisionLogLine::Kind::kOpened: processes_[place.file] = {line.host, line.pid}; break;
    case DecisionLogLine::Kind::kDecided:
      if (filter.Takes(line) && by_id_.try_emplace(line.id, decisions_.size()).second) {
        decisions_.push_back({{}, place});
        std::copy(line.at.begin(), line.at.end(), decisions_.back().at.begin());
      }
      break;
    case DecisionLogLine::Kind::kReported:
      // Decisions that are not wanted are not known here.
      if (const auto known = by_id_.find(line.id); known != by_id_.end()) {
        IndexedDecision& decision = decisions_[known->second];
        const auto index = static_cast<uint32_t>(reports_.size());
        (decision.last_report == kNoReport ? decision.first_report : reports_[decision.last_report].next) = index;
        decision.last_report = index;
        reports_.push_back({place});
      }
      break;
    case DecisionLogLine::Kind::kLost: lost_ += line.records; break;
    case DecisionLogLine::Kind::kOther: break;
  }
}

void DecisionIndex::Read(const std::vector<std::string>& paths, const DecisionFilter& filter, const LogTrouble& trouble) {
  processes_.resize(paths.size());
  ReadDecisionLog(
      paths, [&filter](std::string_view text) { return !filter.MayTake(text); },
      [&](const DecisionLogLine& line, const LinePlace& place) { Take(line, place, filter); }, trouble);
  by_id_ = {};
  std::sort(decisions_.begin(), decisions_.end(), [](const IndexedDecision& a, const IndexedDecision& b) {
    return std::tie(a.at, a.place.file, a.place.offset) < std::tie(b.at, b.place.file, b.place.offset);
  });
}

}  // namespace keyrule::command
