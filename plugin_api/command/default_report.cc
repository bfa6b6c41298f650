#include "plugin_api/command/default_report.h"

#include <chrono>
#include <nlohmann/json.hpp>

#include "evaluator/analysis/default_requests.h"
#include "evaluator/analysis/example_text.h"

namespace keyrule::command {
namespace {

using analysis::DefaultRegion;
using analysis::DefaultRequests;
using DefaultAnswer = DefaultRequests::Answer;

constexpr std::chrono::seconds kMostTime{10};

// What the default does, as it is written.
std::string WhatItDoes(const dsl::Policy& policy) {
  const dsl::Few<dsl::Action>& actions = policy.fallback.chain.actions;
  dsl::Span all = actions[0].span;
  all.end = actions[actions.size() - 1].span.end;
  return evaluator::OneLine(policy.sources->TextOf(all));
}

std::string StepsText(const DefaultRegion& region) {
  if (!region.example) return "no readable example was found";
  std::string text;
  for (const std::string& step : analysis::RequestSteps(*region.example)) text += (text.empty() ? "" : ", ") + step;
  return "such as  " + (text == "request" ? "request, with nothing set" : text);
}

std::string DefaultText(const DefaultRequests& found, const dsl::Policy& policy, const std::string& file) {
  const std::string at = "the default (" + policy.sources->Where(policy.fallback.name.span) + ")";
  if (found.answer == DefaultAnswer::kNone) return file + ": no request reaches " + at + ": rules answer every one";
  if (found.regions.empty()) {
    return file + ": not decided whether a request reaches " + at + ": the rules " + found.overlap;
  }
  std::string text = file + ": " + at + " answers these requests, which no rule does, by " + WhatItDoes(policy) + "\n";
  for (const DefaultRegion& region : found.regions) {
    text += "  " + region.text + "\n      " + StepsText(region) + "\n";
  }
  if (found.answer == DefaultAnswer::kMore) text += "  and others\n";
  if (found.answer == DefaultAnswer::kNotDecided) text += "  not decided whether there are others: the rules " + found.overlap + "\n";
  return text;
}

std::string DefaultJson(const DefaultRequests& found, const dsl::Policy& policy, const std::string& file) {
  using Object = nlohmann::ordered_json;
  Object json;
  json["file"] = file;
  json["default"] = found.answer == DefaultAnswer::kNone ? "never"
                    : found.regions.empty()              ? "not decided"
                                                         : "reached";
  json["complete"] = found.answer == DefaultAnswer::kNone || found.answer == DefaultAnswer::kAll;
  json["line"] = policy.sources->Locate(policy.fallback.name.span).line;
  json["answer"] = WhatItDoes(policy);
  json["requests"] = Object::array();
  for (const DefaultRegion& region : found.regions) {
    Object one;
    one["text"] = region.text;
    one["condition"] = region.condition.empty() ? Object() : Object(region.condition);
    one["steps"] = region.example ? Object(analysis::RequestSteps(*region.example)) : Object();
    json["requests"].push_back(std::move(one));
  }
  return json.dump(-1, ' ', false, Object::error_handler_t::replace);
}

}  // namespace

Exit ShowDefault(const PolicyInput& input, const std::string& file, const Options& options) {
  const Console& console = options.console();
  const dsl::Policy& policy = *input.loaded.policy;
  analysis::ReachOptions limits;
  limits.probes += 2 * policy.rules.size();  // that nothing is left takes asking about each rule
  limits.time = kMostTime;
  analysis::PolicyModel model(input.loaded.policy, limits);
  const DefaultRequests found = analysis::DefaultRequestFinder(&model, *input.program).Find();
  if (found.contradicted) {
    console.Error(Problem{"a request that was found to reach the default does not",
                          "this is a fault of Keyrule; please report it with the policy", file});
    return Exit::kFault;
  }
  console.Result(console.json() ? DefaultJson(found, policy, file) : DefaultText(found, policy, file));
  return Exit::kYes;
}

}  // namespace keyrule::command
