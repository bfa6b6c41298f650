#include "evaluator/why_not.h"

#include <algorithm>
#include <vector>

#include "dsl/suggest.h"
#include "evaluator/analysis/example_text.h"
#include "evaluator/analysis/nearest.h"
#include "evaluator/analysis/policy_model.h"
#include "evaluator/condition_walk.h"
#include "evaluator/explanation.h"
#include "evaluator/typeset.h"

namespace keyrule::evaluator {

std::string ChangesText(const analysis::NearestChange& nearest) {
  std::string text;
  for (const analysis::Assignment& change : nearest.changes) {
    if (!text.empty()) text += ", ";
    const std::string value = analysis::ValueText(change);
    const std::string path = Printable(analysis::PathText(change.path));
    text += value.empty() ? "unset " + path : "set " + path + " = " + Printable(value);
  }
  if (nearest.clock_ms) text += (text.empty() ? "clock " : ", clock ") + analysis::TimestampText(*nearest.clock_ms);
  return text;
}

namespace {

constexpr size_t kMostBlockers = 3;

std::string Joined(const std::vector<std::string>& items) {
  std::string text;
  for (size_t i = 0; i < items.size(); ++i) text += (i > 0 ? " and " : "") + items[i];
  return text;
}

std::string WhyNot(const Snapshot& snapshot, const Request& request, int64_t now_ms, std::string_view rule_name,
                   bool with_nearest) {
  const Program& program = snapshot.program();
  std::vector<std::string_view> names;
  for (const CompiledRule& rule : program.rules) names.push_back(rule.name);
  const auto at = std::find(names.begin(), names.end(), rule_name);
  if (at == names.end()) {
    return "no rule is named `" + Printable(rule_name) + "`; " +
           dsl::Suggest(rule_name, names, "rules") + "\n";
  }
  const auto index = static_cast<size_t>(at - names.begin());
  const std::vector<Value> values = SeenValues(snapshot, request);
  MatchScratch scratch;
  const size_t deciding = program.Match(values, now_ms, &scratch);
  if (deciding == index) return std::string(rule_name) + " decides this request\n";

  ConditionWalk walk(program, values, now_ms);
  const dsl::Rule& rule = RuleAt(program, index);
  std::vector<std::string> wishes;
  if (rule.when) {
    for (const Need& need : walk.Needs(*rule.when, true)) {
      wishes.push_back(WishText(need, *program.policy->sources));
    }
  }
  std::vector<std::string> blockers;
  size_t more = 0;
  for (size_t i = deciding; i < index; ++i) {
    if (!walk.Holds(*program.policy->rules[i].when)) continue;
    if (blockers.size() < kMostBlockers) {
      blockers.emplace_back(names[i]);
    } else {
      ++more;
    }
  }
  std::string text = std::string(rule_name) + " would decide if " + Joined(wishes);
  if (!blockers.empty()) {
    if (!wishes.empty()) text += ", and ";
    if (more > 0) blockers.push_back(std::to_string(more) + " more");
    text += Joined(blockers) + " did not";
  }
  text += "\n";
  if (!with_nearest) return text;
  analysis::PolicyModel model(program.policy);
  using Answer = analysis::NearestChange::Answer;
  const analysis::NearestChange nearest =
      analysis::NearestFinder(&model, program, values, now_ms).Find(static_cast<uint32_t>(index));
  if (nearest.answer == Answer::kFound) text += "nearest: " + ChangesText(nearest) + "\n";
  if (nearest.answer == Answer::kNone) return std::string(rule_name) + " decides no request at all: `keyrule check` says why\n";
  if (nearest.answer == Answer::kNotDecided) text += "nearest: not decided\n";
  return text;
}

}  // namespace

std::string WhyNotText(const Snapshot& snapshot, const Request& request, int64_t now_ms,
                       std::string_view rule) {
  return WhyNot(snapshot, request, now_ms, rule, true);
}

std::string WouldDecideText(const Snapshot& snapshot, const Request& request, int64_t now_ms, std::string_view rule) {
  return WhyNot(snapshot, request, now_ms, rule, false);
}

}  // namespace keyrule::evaluator
