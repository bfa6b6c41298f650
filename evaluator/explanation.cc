#include "evaluator/explanation.h"

#include "evaluator/condition_walk.h"

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

}  // namespace keyrule::evaluator
