#include "evaluator/analysis/pool_member.h"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "evaluator/analysis/condition_graph.h"
#include "evaluator/analysis/pool_entries.h"
#include "evaluator/analysis/reach.h"

namespace keyrule::analysis {
namespace {

constexpr size_t kMostMembers = 4;  // of a pool, each by a condition of its own

}  // namespace

std::optional<CredentialFields> FieldsFor(const dsl::Policy& policy, const dsl::Condition& condition,
                                          const CredentialFields& fixed) {
  std::vector<dsl::Attribute> fields;
  std::unordered_map<std::string, uint32_t> index;
  ConditionGraph graph(policy, fields, [&](const dsl::Path& path) {
    const auto [place, is_new] = index.try_emplace(std::string(path.text), static_cast<uint32_t>(fields.size()));
    if (is_new) {
      dsl::Attribute& field = fields.emplace_back();
      field.path = path;
      field.type = dsl::Type::kString;
      field.optional = path.text != "name" && path.text != "id";
    }
    return place->second;
  });
  const NodeRef node = graph.Add(condition);
  graph.Finish();
  std::vector<evaluator::Value> values(fields.size());
  std::set<uint32_t> settled;
  for (const auto& [name, value] : fixed) {
    const auto at = index.find(name);
    if (at == index.end()) continue;
    values[at->second] = evaluator::Value::Text(value);
    settled.insert(at->second);
  }
  const Point given = graph.space().PointOf(values, 0);
  Box region;
  for (uint32_t variable = 0; variable < given.size(); ++variable) {
    if (settled.contains(graph.space()[variable].slot)) region.Put(variable, ClassSet::One(given[variable]));
  }
  Reach reach(&graph, {});
  const Reached found = reach.Find({&node, 1}, 0, region);
  if (found.answer != Reached::Answer::kFound) return std::nullopt;
  const std::optional<Example> example = graph.space().Show(found.point);
  if (!example) return std::nullopt;
  CredentialFields result = fixed;
  for (const Assignment& assignment : example->assignments) {
    const auto* text = std::get_if<std::string>(&assignment.value);
    const bool known = std::any_of(fixed.begin(), fixed.end(),
                                   [&](const auto& field) { return field.first == assignment.path; });
    if (text != nullptr && !known) result.emplace_back(assignment.path, *text);
  }
  return result;
}

std::optional<CredentialFields> MemberByCondition(const dsl::Policy& policy, uint32_t pool,
                                                  const CredentialFields& fixed) {
  for (const PoolEntry& entry : EntriesOf(policy, pool)) {
    if (entry.where() == nullptr) continue;
    if (auto fields = FieldsFor(policy, *entry.where(), fixed)) return fields;
  }
  return std::nullopt;
}

std::vector<CredentialFields> MembersByConditions(const dsl::Policy& policy, uint32_t pool, const CredentialFields& fixed) {
  std::vector<const dsl::Condition*> conditions;
  for (const PoolEntry& entry : EntriesOf(policy, pool)) {
    if (entry.where() != nullptr && conditions.size() < kMostMembers) conditions.push_back(entry.where());
  }
  std::vector<CredentialFields> members;
  for (const dsl::Condition* condition : conditions) {
    dsl::All alone;
    alone.terms.push_back(*condition);
    for (const dsl::Condition* other : conditions) {
      if (other == condition) continue;
      dsl::Not outside;
      outside.term.push_back(*other);
      alone.terms.push_back({std::move(outside), other->span});
    }
    auto fields = alone.terms.size() > 1 ? FieldsFor(policy, {std::move(alone), condition->span}, fixed) : std::nullopt;
    if (!fields) fields = FieldsFor(policy, *condition, fixed);
    if (fields) members.push_back(std::move(*fields));
  }
  return members;
}

}  // namespace keyrule::analysis
