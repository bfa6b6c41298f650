#include "evaluator/candidates_text.h"

#include <algorithm>

#include "evaluator/decision_text.h"
#include "evaluator/typeset.h"

namespace keyrule::evaluator {
namespace {

constexpr size_t kMostCandidates = 50;

}  // namespace

std::string CandidatesText(const Decision& decision, const Painter& paint) {
  if (decision.candidates.empty()) return {};
  size_t width = 0;
  for (const Candidate& candidate : decision.candidates) width = std::max(width, Width(Word(candidate.name)));
  const bool arms = decision.candidates.back().arm > 1;
  const bool tiers = std::any_of(decision.candidates.begin(), decision.candidates.end(),
                                 [](const Candidate& candidate) { return candidate.tier > 1; });
  std::string text = "\n";
  size_t shown = 0;
  for (const Candidate& candidate : decision.candidates) {
    if (shown++ == kMostCandidates) break;
    std::string line = "     ";
    line += candidate.taken                ? paint.Good("taken   ")
            : candidate.why == Skip::kNone ? "eligible"
                                           : paint.Bad("skipped ");
    line += "  " + Pad(Word(candidate.name), width);
    if (arms) line += "  arm " + std::to_string(candidate.arm);
    if (tiers) line += "  tier " + std::to_string(candidate.tier);
    if (candidate.weight > 1) line += "  weight " + std::to_string(candidate.weight);
    if (candidate.why != Skip::kNone) line += "  " + SkipText(candidate, decision.at_ms);
    while (line.ends_with(' ')) line.pop_back();
    text += line + "\n";
  }
  if (decision.candidates.size() > kMostCandidates) {
    text += "     … and " + std::to_string(decision.candidates.size() - kMostCandidates) + " more\n";
  }
  return text;
}

}  // namespace keyrule::evaluator
