#include <algorithm>
#include <nlohmann/json.hpp>

#include "evaluator/analysis/nearest.h"
#include "evaluator/analysis/nearest_spend.h"
#include "evaluator/analysis/policy_model.h"
#include "evaluator/condition_walk.h"
#include "evaluator/decision_json.h"
#include "evaluator/explain.h"
#include "evaluator/explanation.h"
#include "evaluator/typeset.h"

namespace keyrule::evaluator {
namespace {

using Json = nlohmann::ordered_json;

Json ValueJson(const Value& value) {
  switch (value.kind()) {
    case ValueKind::kAbsent: return nullptr;
    case ValueKind::kText: return value.text();
    case ValueKind::kInteger: return value.number();
    case ValueKind::kBool: return value.number() != 0;
    case ValueKind::kTimestamp: return FormatTime(value.number());
    case ValueKind::kList: {
      Json list = Json::array();
      for (const std::string_view item : value.list()) list.push_back(item);
      return list;
    }
  }
  return nullptr;
}

Json FailedJson(const dsl::Condition* atom, const dsl::Policy& policy,
                const std::vector<Value>& values, int64_t now_ms) {
  if (atom == nullptr) return nullptr;
  const dsl::Path* path = PathOf(*atom);
  Json json;
  json["condition"] = OneLine(policy.sources->TextOf(atom->span));
  json["at"] = policy.sources->Where(atom->span);
  json["value"] = path != nullptr ? ValueJson(values[path->slot]) : Json(FormatTime(now_ms));
  return json;
}

Json AssignmentJson(const analysis::Assignment& assignment) {
  return std::visit(dsl::Overloaded{[](std::monostate) { return Json(); },
                                    [&](int64_t number) {
                                      return assignment.type == dsl::Type::kTimestamp ? Json(FormatTime(number))
                                                                                      : Json(number);
                                    },
                                    [](const auto& value) { return Json(value); }},
                    assignment.value);
}

Json NearestJson(const analysis::NearestChange& nearest) {
  if (nearest.answer != analysis::NearestChange::Answer::kFound) return nullptr;
  Json json = Json::array();
  for (const analysis::Assignment& change : nearest.changes) {
    json.push_back({{"set", change.path}, {"to", AssignmentJson(change)}});
  }
  if (nearest.clock_ms) json.push_back({{"set", "clock"}, {"to", FormatTime(*nearest.clock_ms)}});
  return json;
}

bool IsDecided(const analysis::NearestChange& nearest) {
  return nearest.answer != analysis::NearestChange::Answer::kNotDecided;
}

}  // namespace

std::string ExplainJson(const Snapshot& snapshot, const Request& request, int64_t now_ms,
                        const ExplainOptions& options) {
  const Program& program = snapshot.program();
  const dsl::Policy& policy = *program.policy;
  Request looking = request;
  looking.dry = true;
  Decision decision;
  snapshot.Decide(looking, now_ms, &decision);

  const std::vector<Value> values = SeenValues(snapshot, request);
  MatchScratch scratch;
  const size_t deciding = program.Match(values, now_ms, &scratch);
  Json json;
  json["decision"] = Json::parse(DecisionJson(decision, snapshot));
  json["request"] = Json::object();
  for (size_t slot = 0; slot < values.size(); ++slot) {
    if (!values[slot].absent()) json["request"][policy.slots[slot].path.text] = ValueJson(values[slot]);
  }
  json["rules"] = Json::array();
  analysis::PolicyModel model(program.policy);
  analysis::NearestFinder finder(&model, program, values, now_ms);
  for (const RuleTrace& trace : TraceRules(program, values, now_ms, options.all_rules)) {
    const dsl::Rule& rule = RuleAt(program, trace.rule);
    Json entry;
    entry["name"] = program.rules[trace.rule].name;
    entry["at"] = policy.sources->Where(rule.span);
    entry["matched"] = trace.matched;
    entry["failed"] = FailedJson(trace.failed, policy, values, now_ms);
    entry["nearest"] = trace.rule == deciding ? Json() : NearestJson(finder.Find(static_cast<uint32_t>(trace.rule)));
    json["rules"].push_back(std::move(entry));
  }
  if (!options.why_not.empty()) {
    const auto is_it = [&](const CompiledRule& rule) { return rule.name == options.why_not; };
    const auto at = std::find_if(program.rules.begin(), program.rules.end(), is_it);
    const auto rule = static_cast<size_t>(at - program.rules.begin());
    json["why_not"]["rule"] = options.why_not;
    json["why_not"]["arm"] = nullptr;
    json["why_not"]["credential"] = nullptr;
    analysis::NearestChange nearest;
    nearest.answer = analysis::NearestChange::Answer::kNone;
    if (at != program.rules.end() && rule != deciding) nearest = finder.Find(static_cast<uint32_t>(rule));
    json["why_not"]["nearest"] = NearestJson(nearest);
    json["why_not"]["decided"] = IsDecided(nearest);
  } else if (!options.why_not_credentials.empty()) {
    const analysis::NearestSpend nearest = analysis::FindNearestSpend(program, values, now_ms, options.why_not_credentials);
    const bool found = nearest.change.answer == analysis::NearestChange::Answer::kFound;
    json["why_not"]["rule"] = found ? Json(RuleAt(program, nearest.rule).name.text) : Json();
    json["why_not"]["arm"] = found ? Json(nearest.arm) : Json();
    json["why_not"]["credential"] = options.why_not_credentials.front().name;
    json["why_not"]["nearest"] = NearestJson(nearest.change);
    json["why_not"]["decided"] = IsDecided(nearest.change);
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace keyrule::evaluator
