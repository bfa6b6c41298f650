#include "evaluator/explain_index.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "evaluator/compiler.h"
#include "evaluator/formula_text.h"
#include "evaluator/typeset.h"

namespace keyrule::evaluator {
namespace {

constexpr size_t kWidestRuleName = 32;
constexpr size_t kCrowded = 16;  // rules behind one key: trying them costs more than finding them

struct Reached {
  std::string_view word;         // as in JSON
  std::vector<std::string> by;   // the parts of its first key
  std::string_view advice;       // empty: nothing to mend
};

Reached Describe(const dsl::Policy& policy, const Program& program, const RuleReach& reach) {
  Reached found;
  for (const RuleIndex::Part& part : reach.parts) found.by.push_back(PartText(policy, part));
  if (!program.indexed) {
    found.word = "in_turn";
    return found;
  }
  found.word = reach.always ? "always" : reach.keys == 0 ? "never" : "key";
  if (reach.too_many) {
    found.advice = "its alternatives are more than its length pays for: compare one more attribute by ==, or write them as one list";
  } else if (reach.always) {
    found.advice = "add a comparison that must hold for it: ==, in, starts with, ends with, or is set";
  } else if (reach.only_set) {
    found.advice = "it is tested whenever an attribute is set; add == or in on another attribute";
  } else if (reach.crowd > kCrowded) {
    found.advice = "rules with this key are tried in turn; compare one more attribute by == or in";
  }
  return found;
}

std::string WayText(const Reached& found, const RuleReach& reach) {
  if (found.word == "in_turn") return "in its turn";
  if (found.word == "always") return "tested for every request";
  if (found.word == "never") return "never: its condition cannot hold";
  std::string text = "by ";
  for (size_t i = 0; i < found.by.size(); ++i) text += (i > 0 ? " and " : "") + found.by[i];
  if (reach.shapes > 1) text += " and in " + Count(reach.shapes - 1, "other way");
  if (reach.keys > 1) text += ", " + std::to_string(reach.keys) + " keys";
  if (reach.crowd > 1) text += ", one of " + std::to_string(reach.crowd) + " rules there";
  return text;
}

}  // namespace

std::string WayToRule(const std::shared_ptr<const dsl::Policy>& policy, size_t rule) {
  std::vector<RuleReach> reaches;
  PassDumps dumps{.wanted = {}, .text = {}, .reaches = &reaches};
  const std::shared_ptr<const Program> program = Compile(policy, {.dumps = &dumps});
  return WayText(Describe(*policy, *program, reaches[rule]), reaches[rule]);
}

std::string ExplainIndexText(const std::shared_ptr<const dsl::Policy>& policy) {
  std::vector<RuleReach> reaches;
  PassDumps dumps{.wanted = {}, .text = {}, .reaches = &reaches};
  const std::shared_ptr<const Program> program = Compile(policy, {.dumps = &dumps});
  std::string out;
  if (!program->indexed) {
    out = Count(policy->rules.size(), "rule") + ": so few are tried in turn, without an index\n";
  } else {
    out = Count(policy->rules.size(), "rule") + ": " +
          Count(program->index.shapes().size(), "kind") + " of look-up, " +
          std::to_string(program->index.always().size()) + " tested for every request, " +
          std::to_string(program->index.bytes()) + " bytes\n";
  }
  size_t width = 0;
  for (const dsl::Rule& rule : policy->rules) width = std::max(width, Width(rule.name.text));
  width = std::min(width, kWidestRuleName);
  for (size_t i = 0; i < policy->rules.size(); ++i) {
    const Reached found = Describe(*policy, *program, reaches[i]);
    out += Pad(policy->rules[i].name.text, width) + "  " + WayText(found, reaches[i]) + "; tests of about " +
           std::to_string(reaches[i].cost_ns) + " ns";
    if (!found.advice.empty()) out += "\n" + Pad("", width) + "  cheaper: " + std::string(found.advice);
    out += "\n";
  }
  return out;
}

std::string ExplainIndexJson(const std::shared_ptr<const dsl::Policy>& policy) {
  std::vector<RuleReach> reaches;
  PassDumps dumps{.wanted = {}, .text = {}, .reaches = &reaches};
  const std::shared_ptr<const Program> program = Compile(policy, {.dumps = &dumps});
  std::string out;
  for (size_t i = 0; i < policy->rules.size(); ++i) {
    const Reached found = Describe(*policy, *program, reaches[i]);
    nlohmann::ordered_json line;
    line["rule"] = policy->rules[i].name.text;
    line["reached"] = found.word;
    if (found.word == "key") {
      line["by"] = found.by;
      line["ways"] = reaches[i].shapes;
      line["keys"] = reaches[i].keys;
      line["crowd"] = reaches[i].crowd;
    }
    line["cost_ns"] = reaches[i].cost_ns;
    if (!found.advice.empty()) line["advice"] = found.advice;
    out += line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  }
  return out;
}

}  // namespace keyrule::evaluator
