#include "evaluator/explain.h"

#include <algorithm>
#include <vector>

#include "evaluator/candidates_text.h"
#include "evaluator/condition_tree.h"
#include "evaluator/decision_json.h"
#include "evaluator/explain_index.h"
#include "evaluator/explanation.h"
#include "evaluator/typeset.h"
#include "evaluator/why_not.h"

namespace keyrule::evaluator {
namespace {

constexpr size_t kWidestCondition = 60;
constexpr size_t kWidestName = 32;

// What the deciding rule rests on, how it is found, and whom it had to choose from.
std::string ExplainChoiceText(const Snapshot& snapshot, const Request& request, int64_t now_ms,
                              const Decision& decision) {
  const Program& program = snapshot.program();
  const std::vector<Value> values = SeenValues(snapshot, request);
  MatchScratch scratch;
  const size_t deciding = program.Match(values, now_ms, &scratch);
  const dsl::Rule& rule = RuleAt(program, deciding);
  const Painter plain(false);
  std::string text;
  if (rule.when) {
    text += "\n" + std::string(rule.name.text) + "\n" +
            ConditionTreeText(program, *rule.when, values, now_ms, 5, true, plain) + "     found " +
            WayToRule(program.policy, deciding) + "\n";
  }
  return text + CandidatesText(decision, plain);
}

}  // namespace

std::string ExplainRulesText(const Snapshot& snapshot, const Request& request, int64_t now_ms,
                             const ExplainOptions& options) {
  const Program& program = snapshot.program();
  const dsl::Sources& sources = *program.policy->sources;
  const std::vector<Value> values = SeenValues(snapshot, request);
  MatchScratch scratch;
  const size_t deciding = program.Match(values, now_ms, &scratch);
  const auto condition_text = [&](const RuleTrace& trace) -> std::string {
    const dsl::Rule& rule = RuleAt(program, trace.rule);
    if (trace.failed != nullptr) {
      return Shorten(OneLine(sources.TextOf(trace.failed->span)), kWidestCondition);
    }
    if (!rule.when) return {};
    return Shorten(OneLine(sources.TextOf(rule.when->span)), kWidestCondition);
  };

  const std::vector<RuleTrace> traces = TraceRules(program, values, now_ms, options.all_rules);
  size_t name_width = 0;
  size_t condition_width = 0;
  for (const RuleTrace& trace : traces) {
    name_width = std::max(name_width, Width(program.rules[trace.rule].name));
    if (trace.failed != nullptr || trace.rule > deciding) {
      condition_width = std::max(condition_width, Width(condition_text(trace)));
    }
  }
  name_width = std::min(name_width, kWidestName);

  std::string out;
  for (const RuleTrace& trace : traces) {
    const std::string_view name = program.rules[trace.rule].name;
    std::string line = (trace.matched ? "yes  " : "no   ") + Pad(name, name_width) + "  ";
    const std::string condition = condition_text(trace);
    if (trace.failed != nullptr) {
      line += Pad(condition, condition_width) + "  " + FoundText(*trace.failed, values, now_ms);
    } else if (trace.rule > deciding) {
      line += Pad(condition, condition_width) + "  but " +
              std::string(program.rules[deciding].name) + " stands before it";
    } else {
      line += condition;
    }
    while (line.ends_with(' ')) line.pop_back();
    out += line + "\n";
  }
  return out;
}

std::string ExplainText(const Snapshot& snapshot, const Request& request, int64_t now_ms,
                        const ExplainOptions& options) {
  Request looking = request;
  looking.dry = true;
  Decision decision;
  snapshot.Decide(looking, now_ms, &decision);
  std::string text = DecisionText(decision, snapshot) + "\n" +
                     ExplainRulesText(snapshot, request, now_ms, options) +
                     ExplainChoiceText(snapshot, request, now_ms, decision);
  if (!options.why_not.empty()) text += "\n" + WhyNotText(snapshot, request, now_ms, options.why_not);
  if (!options.why_not_credentials.empty()) {
    text += "\n" + WhyNotCredentialText(snapshot, request, now_ms, decision, options.why_not_credentials);
  }
  return text;
}

}  // namespace keyrule::evaluator
