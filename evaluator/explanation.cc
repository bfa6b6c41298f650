#include "evaluator/explanation.h"

#include "dsl/wording.h"
#include "evaluator/condition_walk.h"
#include "evaluator/decision_json.h"
#include "evaluator/typeset.h"

namespace keyrule::evaluator {

std::vector<Value> SeenValues(const Snapshot& snapshot, const Request& request) {
  const Program& program = snapshot.program();
  std::vector<Value> values(program.slot_count());
  if (request.values.size() != values.size()) return values;
  for (size_t slot = 0; slot < values.size(); ++slot) {
    if (FitsSlot(program.policy->slots[slot], request.values[slot])) {
      values[slot] = request.values[slot];
    }
  }
  if (program.tenant_slot != dsl::kUnresolved) {
    values[program.tenant_slot] = Value::Text(request.tenant);
  }
  return values;
}

const dsl::Rule& RuleAt(const Program& program, size_t rule) {
  const dsl::Policy& policy = *program.policy;
  return rule < policy.rules.size() ? policy.rules[rule] : policy.fallback;
}

std::vector<RuleTrace> TraceRules(const Program& program, const std::vector<Value>& values,
                                  int64_t now_ms, bool all_rules) {
  ConditionWalk walk(program, values, now_ms);
  std::vector<RuleTrace> traces;
  for (size_t i = 0; i < program.rules.size(); ++i) {
    const dsl::Rule& rule = RuleAt(program, i);
    RuleTrace& trace = traces.emplace_back();
    trace.rule = i;
    trace.matched = !rule.when || walk.Holds(*rule.when);
    if (!trace.matched) trace.failed = walk.Culprit(*rule.when, true);
    if (trace.matched && !all_rules) break;
  }
  return traces;
}

std::string ValueText(const Value& value) {
  switch (value.kind()) {
    case ValueKind::kAbsent: return "absent";
    case ValueKind::kText: return Printable(dsl::InQuotes(value.text()));
    case ValueKind::kInteger: return std::to_string(value.number());
    case ValueKind::kBool: return value.number() != 0 ? "true" : "false";
    case ValueKind::kTimestamp: return FormatTime(value.number());
    case ValueKind::kList: {
      std::string text = "[";
      for (const std::string_view item : value.list()) {
        if (text.size() > 1) text += ", ";
        text += Printable(dsl::InQuotes(item));
      }
      return text + "]";
    }
  }
  return {};
}

std::string FoundText(const dsl::Condition& atom, const std::vector<Value>& values,
                      int64_t now_ms) {
  const dsl::Path* path = PathOf(atom);
  if (path == nullptr) return "it is " + FormatTime(now_ms);
  return Printable(path->text) + " is " + ValueText(values[path->slot]);
}

}  // namespace keyrule::evaluator
