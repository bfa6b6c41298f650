#include "evaluator/test_reasons.h"

#include "dsl/wording.h"
#include "evaluator/condition_walk.h"
#include "evaluator/decision_text.h"
#include "evaluator/explanation.h"
#include "evaluator/typeset.h"

namespace keyrule::evaluator {
namespace {

using dsl::Cat;
using dsl::Tick;

constexpr size_t kMostCandidates = 10;
constexpr size_t kWidestRequest = 400;
constexpr size_t kWidestCondition = 80;

std::string RuleName(const Program& program, size_t rule) {
  if (rule + 1 >= program.rules.size()) return Tick("default");
  return "rule " + Tick(std::string(program.rules[rule].name));
}

std::string CandidateText(const Candidate& candidate, const Decision& decision) {
  std::string text = "candidate " + Word(candidate.name);
  std::string place;
  const auto add = [&place](std::string_view word, uint32_t number) {
    place += (place.empty() ? "" : ", ") + std::string(word) + " " + std::to_string(number);
  };
  if (candidate.arm > 1) add("arm", candidate.arm);
  if (candidate.tier > 1) add("tier", candidate.tier);
  if (candidate.weight > 1) add("weight", candidate.weight);
  if (!place.empty()) text += " (" + place + ")";
  if (candidate.taken) return text + ": taken";
  if (candidate.why == Skip::kNone) return text + ": eligible";
  return text + ": skipped as " + SkipText(candidate, decision.at_ms);
}

// What kept the rule that was expected from deciding.
dsl::Note WhyNotRule(Session& session, const std::string& expected, const dsl::Span& decided_at) {
  const Program& program = session.program();
  const Decision& decision = *session.last();
  const dsl::Sources& sources = *program.policy->sources;
  const std::vector<Value> values = SeenValues(session.snapshot(), session.last_request());
  for (const dsl::Rule& rule : program.policy->rules) {
    if (rule.name.text != expected || !rule.when) continue;
    ConditionWalk walk(program, values, decision.began_ms);
    if (walk.Holds(*rule.when)) {
      const dsl::Rule& decides = RuleAt(program, decision.rule);
      return {Cat({"rule ", Tick(expected), " would decide too, but ",
                   RuleName(program, decision.rule), " stands before it"}),
              decides.name.span};
    }
    const dsl::Condition* atom = walk.Culprit(*rule.when, true);
    if (atom == nullptr) break;
    const std::string text = Shorten(OneLine(sources.TextOf(atom->span)), kWidestCondition);
    return {Cat({"rule ", Tick(expected), " does not decide: ", Tick(text), ", but ",
                 FoundText(*atom, values, decision.began_ms)}),
            atom->span};
  }
  return {Cat({"rule ", Tick(expected), " does not decide"}), decided_at};
}

}  // namespace

std::string RequestText(const Session& session) {
  std::string text;
  for (const auto& [path, shown] : session.request().shown()) {
    text += (text.empty() ? "" : " ") + path + "=" + Word(shown);
  }
  return Shorten("the request was " + (text.empty() ? "empty" : text), kWidestRequest);
}

std::vector<dsl::Note> Reasons(Session& session, const dsl::Want& want,
                               const dsl::Span& decided_at, bool whole) {
  const Program& program = session.program();
  const Decision& decision = *session.last();
  std::vector<dsl::Note> notes;
  if (whole) {
    const std::string place = PlaceText(decision, session.snapshot());
    notes.push_back(
        {VerdictLine(decision) + (place.empty() ? "" : " (" + place + ")"), decided_at});
  }
  if (const auto* rule = std::get_if<dsl::WantRule>(&want.what)) {
    notes.push_back(WhyNotRule(session, std::string(rule->rule.text), decided_at));
  } else if (std::holds_alternative<dsl::WantDefault>(want.what)) {
    const dsl::Rule& decides = RuleAt(program, decision.rule);
    if (decides.when) {
      notes.push_back({RuleName(program, decision.rule) + " decides: its condition holds",
                       decides.when->span});
    }
  }
  if (!whole) return notes;
  size_t shown = 0;
  for (const Candidate& candidate : decision.candidates) {
    if (shown++ == kMostCandidates) break;
    notes.push_back({CandidateText(candidate, decision), decided_at});
  }
  if (decision.candidates.size() > kMostCandidates) {
    const size_t more = decision.candidates.size() - kMostCandidates;
    notes.push_back({"and " + std::to_string(more) + " more candidates", decided_at});
  }
  return notes;
}

}  // namespace keyrule::evaluator
