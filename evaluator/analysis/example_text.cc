#include "evaluator/analysis/example_text.h"

#include <algorithm>

#include "dsl/wording.h"
#include "evaluator/decision_json.h"
#include "evaluator/session.h"

namespace keyrule::analysis {
namespace {

bool IsIdentifier(std::string_view part) {
  return !part.empty() && !(part[0] >= '0' && part[0] <= '9') &&
         std::all_of(part.begin(), part.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
         });
}

}  // namespace

std::string PathText(std::string_view path) {
  std::string text;
  size_t begin = 0;
  while (begin <= path.size()) {
    const size_t end = std::min(path.find('.', begin), path.size());
    const std::string_view part = path.substr(begin, end - begin);
    if (!text.empty()) text += '.';
    text += IsIdentifier(part) ? std::string(part) : dsl::InQuotes(part);
    begin = end + 1;
  }
  return text;
}

std::string TimestampText(int64_t unix_ms) {
  std::string text = evaluator::FormatTime(unix_ms);
  text.resize(text.find('.'));
  if (text.ends_with(":00")) text.resize(text.size() - 3);
  return text + "Z";
}

std::string ValueText(const Assignment& assignment) {
  return std::visit(dsl::Overloaded{[](std::monostate) { return std::string(); },
                                    [](const std::string& text) { return dsl::InQuotes(text); },
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
    const std::string value = ValueText(assignment);
    if (value.empty()) continue;  // absent, as everything is that is not given
    if (!text.empty()) text += ", ";
    text += PathText(assignment.path) + " = " + value;
  }
  return text;
}

std::vector<std::string> RequestSteps(const Example& example) {
  std::vector<std::string> steps;
  if (example.clock_ms && *example.clock_ms != evaluator::kTestStartMs) {
    steps.push_back("clock " + TimestampText(*example.clock_ms));
  }
  const std::string settings = SettingsText(example);
  steps.push_back("request" + (settings.empty() ? std::string() : " with " + settings));
  return steps;
}

}  // namespace keyrule::analysis
