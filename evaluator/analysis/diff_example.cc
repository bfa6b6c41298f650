#include "evaluator/analysis/diff_example.h"

#include <algorithm>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "dsl/wording.h"
#include "evaluator/analysis/example_text.h"
#include "evaluator/analysis/expected_text.h"
#include "evaluator/request_builder.h"
#include "evaluator/session.h"
#include "evaluator/test_world.h"

namespace keyrule::analysis {
namespace {

using evaluator::Value;

// Of a lookup, the entry; of an attribute, its text; empty: absent.
std::string_view TextOf(const dsl::Value& value, const dsl::Policy& policy, const std::vector<Value>& values) {
  if (const auto* text = std::get_if<dsl::Text>(&value.what)) return text->value;
  if (const auto* path = std::get_if<dsl::Path>(&value.what)) return values[path->slot].text();
  const auto& lookup = std::get<dsl::Lookup>(value.what);
  const std::string_view key = values[lookup.key.slot].text();
  for (const dsl::TableEntry& entry : policy.tables[lookup.index].entries()) {
    if (entry.key.value == key) return entry.value.value;
  }
  return {};
}

}  // namespace

// What a rule answers to one request: parts with their values put in.
struct DiffExample::Answer {
  uint32_t rule = 0;
  AnswerVerdict verdict = AnswerVerdict::kUse;
  uint32_t denials = 0;
  struct Part {
    const AnswerPart* says;
    std::string value;

    bool operator==(const Part& other) const {
      if (says->fixed == other.says->fixed && !says->varies() && !other.says->varies()) return true;
      return says->about == other.says->about && says->value != nullptr && other.says->value != nullptr &&
             value == other.value;
    }
  };
  std::vector<Part> credentials, tags;
};

bool DiffExample::Decide(size_t side, const Example& example, Answer* answer) const {
  const evaluator::Program& program = *programs_[side];
  const dsl::Policy& policy = *program.policy;
  const int64_t now = example.clock_ms.value_or(evaluator::kTestStartMs);
  evaluator::RequestBuilder builder(program.policy);
  bool whole = true;
  for (const Assignment& assignment : example.assignments) {
    Example one;
    one.assignments.push_back(assignment);
    whole = Apply(one, &builder) && whole;
  }
  builder.FillRequired(now);
  const std::span<const Value> filled = builder.Build().values;
  std::vector<Value> values(filled.begin(), filled.end());
  // A value that only the other policy's enum has is none of this one's, and equals none of them. What nobody gave is the
  // first of both.
  for (uint32_t slot = 0; slot < values.size(); ++slot) {
    if (policy.slots[slot].type != dsl::Type::kEnum) continue;
    const uint32_t joint = joint_.slot(side, slot);
    const dsl::Attribute& attribute = joint_.vocabulary().slots[joint];
    const auto given = std::find_if(example.assignments.begin(), example.assignments.end(),
                                    [&](const Assignment& one) { return one.slot == joint; });
    if (given == example.assignments.end()) {
      if (!attribute.optional && !attribute.values.empty()) values[slot] = Value::Text(attribute.values.front().value);
    } else if (const auto* text = std::get_if<std::string>(&given->value)) {
      values[slot] = Value::Text(*text);
    }
  }
  evaluator::MatchScratch scratch;
  answer->rule = static_cast<uint32_t>(program.Match(values, now, &scratch));
  const RuleText& text = joint_.text(side, answer->rule);
  answer->verdict = text.verdict;
  answer->denials = text.denials;
  const auto value_of = [&](const AnswerPart& part) {
    return part.value == nullptr ? std::string() : std::string(TextOf(*part.value, policy, values));
  };
  for (const AnswerPart& part : text.credentials) answer->credentials.push_back({&part, value_of(part)});
  std::sort(answer->credentials.begin(), answer->credentials.end(), [](const Answer::Part& a, const Answer::Part& b) {
    return std::tie(a.says->about, a.value) < std::tie(b.says->about, b.value);
  });
  for (const AnswerPart& part : text.tags) {
    std::string value = value_of(part);
    if (!value.empty()) answer->tags.push_back({&part, std::move(value)});  // an absent one is left out
  }
  return whole;
}

bool DiffExample::Confirm(const Example& example, uint32_t old_rule, uint32_t new_rule, ChangeKind kind) const {
  Answer before, after;
  Decide(kOld, example, &before);
  Decide(kNew, example, &after);
  if (before.rule != old_rule || after.rule != new_rule) return false;
  switch (kind) {
    case ChangeKind::kCredentials: return before.credentials != after.credentials;
    case ChangeKind::kDenyText: return before.denials != after.denials;
    case ChangeKind::kTags: return before.tags != after.tags;
    case ChangeKind::kRule:
    case ChangeKind::kState: return true;
    default: return before.verdict != after.verdict;
  }
}

std::string DiffExample::Test(const Example& example, uint32_t rule, const std::string& name) const {
  const std::shared_ptr<const evaluator::Program>& program = programs_[kNew];
  evaluator::Session session(
      program, std::make_shared<evaluator::MemorySource>(evaluator::CredentialsOfPolicy(*program->policy)),
      example.clock_ms.value_or(evaluator::kTestStartMs), 0);
  Example known;
  known.clock_ms = example.clock_ms;
  for (const Assignment& assignment : example.assignments) {
    evaluator::RequestBuilder builder(program->policy);
    if (builder.Declared(assignment.path) != nullptr) known.assignments.push_back(assignment);
  }
  const bool called =
      session.Call({}, [&](evaluator::RequestBuilder* builder) { return Apply(known, builder); });
  if (!called || session.last()->rule != rule) return {};
  std::string text = "test " + dsl::InQuotes(name) + " {\n";
  for (const std::string& step : RequestSteps(known)) text += "  " + step + "\n";
  return text + "  " + ExpectedText(*session.last(), *program->policy) + "\n}\n";
}

}  // namespace keyrule::analysis
