// What explanations are made of, before they become JSON or text.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "evaluator/program.h"
#include "evaluator/request.h"
#include "evaluator/snapshot.h"

namespace keyrule::evaluator {

// Why one rule does or does not match.
struct RuleTrace {
  size_t rule = 0;  // index; the last is `default`
  bool matched = false;
  const dsl::Condition* failed = nullptr;  // the first atom that made it false
};

// The request as the rules see it: the tenant is in its slot; what does not fit the policy is absent.
std::vector<Value> SeenValues(const Snapshot& snapshot, const Request& request);
const dsl::Rule& RuleAt(const Program& program, size_t rule);
// In order, up to and including the deciding one, or all.
std::vector<RuleTrace> TraceRules(const Program& program, const std::vector<Value>& values,
                                  int64_t now_ms, bool all_rules);

// As people write it; "absent".
std::string ValueText(const Value& value);
// "app.id is "invoices"": what the request has where the atom looked.
std::string FoundText(const dsl::Condition& atom, const std::vector<Value>& values, int64_t now_ms);

}  // namespace keyrule::evaluator
