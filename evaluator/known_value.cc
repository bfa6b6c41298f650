#include "evaluator/known_value.h"

namespace keyrule::evaluator {

KnownValue::KnownValue(const Program& program, uint32_t slot, std::string_view value)
    : program_(program), slot_(slot), values_(program.policy->slots.size()), walk_(program, values_, 0) {
  values_[slot] = Value::Text(value);
}

KnownValue::Possible KnownValue::Of(const dsl::Condition& condition) {
  if (const auto* all = std::get_if<dsl::All>(&condition.node)) return OfTerms(all->terms, true);
  if (const auto* any = std::get_if<dsl::Any>(&condition.node)) return OfTerms(any->terms, false);
  if (const auto* negation = std::get_if<dsl::Not>(&condition.node)) {
    const Possible term = Of(negation->term.front());
    return {term.no, term.yes};
  }
  const auto* bare = std::get_if<dsl::Bare>(&condition.node);
  if (bare != nullptr && bare->let != dsl::kUnresolved) {
    if (const auto known = lets_.find(bare->let); known != lets_.end()) return known->second;
    const Possible named = Of(std::get<dsl::Condition>(program_.policy->lets[bare->let].value));
    return lets_[bare->let] = named;
  }
  const dsl::Path* path = PathOf(condition);
  if (path == nullptr || path->slot != slot_) return {};
  const bool holds = walk_.Holds(condition);
  return {holds, !holds};
}

KnownValue::Possible KnownValue::OfTerms(const std::vector<dsl::Condition>& terms, bool all) {
  Possible result = {all, !all};
  for (const dsl::Condition& term : terms) {
    const Possible its = Of(term);
    result = all ? Possible{result.yes && its.yes, result.no || its.no} : Possible{result.yes || its.yes, result.no && its.no};
  }
  return result;
}

}  // namespace keyrule::evaluator
