#include "plugin_api/command/decision_table.h"

#include "evaluator/decision_text.h"

namespace keyrule::command {
namespace {

using evaluator::Decision;
using evaluator::Verdict;

// What tells requests apart for people: which of these are set.
std::string Label(size_t number, const evaluator::RequestBuilder& request) {
  std::string label = std::to_string(number);
  for (const char* path : {"tenant.id", "provider", "app.id", "environment"}) {
    const auto shown = request.shown().find(path);
    if (shown != request.shown().end()) label += " " + shown->second;
  }
  return label;
}

std::string Why(const Decision& decision, const evaluator::Snapshot& snapshot) {
  std::string why;
  if (decision.verdict == Verdict::kDeny) {
    why = evaluator::DenialText(decision);
  } else if (decision.verdict == Verdict::kHost) {
    why = "left to the host";
  } else {
    // "rule billing, arm 1: …": the rule has a column of its own.
    why = evaluator::PlaceText(decision, snapshot);
    const size_t comma = why.find(", ");
    if (comma != std::string::npos) why = why.substr(comma + 2);
  }
  std::string skipped;
  for (const evaluator::Candidate& candidate : decision.candidates) {
    if (candidate.why == evaluator::Skip::kNone) continue;
    skipped += (skipped.empty() ? "; skipped " : ", ") + std::string(candidate.name) + " " +
               evaluator::SkipText(candidate, decision.at_ms);
  }
  return why + skipped;
}

}  // namespace

Table DecisionTable() { return Table({"request", "verdict", "credential", "rule", "why"}); }

void AddRow(size_t number, const evaluator::RequestBuilder& request, const Decision& decision,
            const evaluator::Snapshot& snapshot, Table* table) {
  table->Add({Label(number, request), std::string(ToString(decision.verdict)),
              decision.credential == nullptr ? "" : decision.credential->name,
              std::string(snapshot.program().rules[decision.rule].name), Why(decision, snapshot)});
}

}  // namespace keyrule::command
