#include "evaluator/analysis/policy_model.h"

#include <algorithm>

#include "dsl/wording.h"
#include "evaluator/decision_json.h"
#include "evaluator/session.h"

namespace keyrule::analysis {
namespace {

// `inputs."client-id"`: a part of a path that is no word is quoted.
std::string PathText(std::string_view path) {
  const auto is_word = [](std::string_view part) {
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    return !part.empty() && is_letter(part[0]) && std::all_of(part.begin(), part.end(), [&](char c) {
      return is_letter(c) || (c >= '0' && c <= '9');
    });
  };
  std::string text;
  size_t begin = 0;
  while (begin <= path.size()) {
    const size_t end = std::min(path.find('.', begin), path.size());
    const std::string_view part = path.substr(begin, end - begin);
    if (!text.empty()) text += '.';
    text += is_word(part) ? std::string(part) : dsl::InQuotes(part);
    begin = end + 1;
  }
  return text;
}

// As policies write it: without a fraction, and without seconds where they are none.
std::string TimestampText(int64_t unix_ms) {
  std::string text = evaluator::FormatTime(unix_ms);
  text.resize(text.find('.'));
  if (text.ends_with(":00")) text.resize(text.size() - 3);
  return text + "Z";
}

}  // namespace

PolicyModel::PolicyModel(std::shared_ptr<const dsl::Policy> policy, const ReachOptions& options)
    : policy_(std::move(policy)), graph_(*policy_, policy_->slots, [](const dsl::Path& path) { return path.slot; }) {
  std::vector<NodeRef> rules;
  rules.reserve(policy_->rules.size());
  for (const dsl::Rule& rule : policy_->rules) rules.push_back(rule.when ? graph_.Add(*rule.when) : kAlways);
  for (const dsl::Claim& claim : policy_->claims) {
    if (claim.when) graph_.Add(*claim.when);
  }
  graph_.Finish();
  reach_ = std::make_unique<Reach>(&graph_, std::move(rules), options);
}

Reached PolicyModel::RequestOf(uint32_t rule) {
  if (rule >= rule_count()) return reach_->Find({}, rule_count());
  const NodeRef node = reach_->rule(rule);
  return reach_->Find({&node, 1}, rule);
}

bool Apply(const Example& example, evaluator::RequestBuilder* builder) {
  std::string error;
  for (const Assignment& assignment : example.assignments) {
    const bool set = std::visit(
        dsl::Overloaded{[&](std::monostate) { return builder->Unset(assignment.path, &error); },
                        [&](const std::string& text) { return builder->SetText(assignment.path, text, &error); },
                        [&](int64_t number) {
                          return assignment.type == dsl::Type::kTimestamp
                                     ? builder->SetTimestamp(assignment.path, number, &error)
                                     : builder->SetInteger(assignment.path, number, &error);
                        },
                        [&](bool truth) { return builder->SetBool(assignment.path, truth, &error); },
                        [&](const std::vector<std::string>& items) {
                          return builder->SetList(assignment.path, items, &error);
                        }},
        assignment.value);
    if (!set) return false;
  }
  return true;
}

std::string SettingsText(const Example& example) {
  std::string text;
  for (const Assignment& assignment : example.assignments) {
    const std::string value = std::visit(
        dsl::Overloaded{[](std::monostate) { return std::string(); },
                        [](const std::string& it) { return dsl::InQuotes(it); },
                        [&](int64_t number) {
                          return assignment.type == dsl::Type::kTimestamp ? TimestampText(number)
                                                                          : std::to_string(number);
                        },
                        [](bool truth) { return std::string(truth ? "true" : "false"); },
                        [](const std::vector<std::string>& items) {
                          std::string list = "[";
                          for (const std::string& item : items) {
                            if (list.size() > 1) list += ", ";
                            list += dsl::InQuotes(item);
                          }
                          return list + "]";
                        }},
        assignment.value);
    if (value.empty()) continue;  // absent, as everything is that is not given
    if (!text.empty()) text += ", ";
    text += PathText(assignment.path) + " = " + value;
  }
  return text;
}

std::string RequestSteps(const Example& example, const std::string& indent) {
  std::string text;
  if (example.clock_ms && *example.clock_ms != evaluator::kTestStartMs) {
    text += indent + "clock " + TimestampText(*example.clock_ms) + "\n";
  }
  const std::string settings = SettingsText(example);
  return text + indent + "request" + (settings.empty() ? "" : " with ") + settings + "\n";
}

}  // namespace keyrule::analysis
