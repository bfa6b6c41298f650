#include "evaluator/analysis/spend_terms.h"

#include <algorithm>

#include "dsl/wording.h"
#include "evaluator/condition_walk.h"

namespace keyrule::analysis {

using BindingKind = FieldBinding::Kind;

namespace {

constexpr std::string_view kModel = "model";
constexpr std::string_view kModelType = "model.type";

bool ReadsField(const dsl::Condition& condition, std::string_view field) {
  if (const std::vector<dsl::Condition>* terms = evaluator::TermsOf(condition)) {
    return std::any_of(terms->begin(), terms->end(), [&](const dsl::Condition& term) { return ReadsField(term, field); });
  }
  const dsl::Path* path = evaluator::PathOf(condition);
  return path != nullptr && path->text == field;
}

bool ReadsField(const dsl::Policy& policy, std::string_view field) {
  for (const dsl::Pool& pool : policy.pools) {
    for (const dsl::Member& member : pool.members) {
      const auto* condition = std::get_if<dsl::Condition>(&member.what);
      if (condition != nullptr && ReadsField(*condition, field)) return true;
    }
  }
  return false;
}

}  // namespace

SpendTerms::SpendTerms(const dsl::Policy& policy, CredentialTerms* terms)
    : policy_(policy),
      terms_(*terms),
      reads_model_(ReadsField(policy, kModel)),
      reads_type_(ReadsField(policy, kModelType)) {}

SpendTerms::Key SpendTerms::KeyOf(const dsl::Use& use) {
  Key key = {dsl::kUnresolved, {}, 0, {}, 0, 0};
  const auto value = [&](const dsl::Value& of) {
    std::get<2>(key) = static_cast<int>(of.what.index()) + 1;
    if (const auto* text = std::get_if<dsl::Text>(&of.what)) std::get<3>(key) = text->value;
    if (const auto* path = std::get_if<dsl::Path>(&of.what)) std::get<4>(key) = path->slot;
    if (const auto* lookup = std::get_if<dsl::Lookup>(&of.what)) {
      std::get<4>(key) = lookup->key.slot;
      std::get<5>(key) = lookup->index;
    }
  };
  if (const auto* pool = std::get_if<dsl::UsePool>(&use.what)) {
    std::get<0>(key) = pool->pool.index;
    if (pool->narrow) {
      std::get<1>(key) = pool->narrow->field.text;
      value(pool->narrow->value);
    }
    return key;
  }
  const auto& single = std::get<dsl::UseCredential>(use.what);
  if (single.from) std::get<0>(key) = single.from->index;
  std::get<1>(key) = "use credential";  // no field: `use … where name == "a"` is another thing
  value(single.credential);
  return key;
}

const Spend& SpendTerms::Of(const dsl::Use& use) {
  const auto [place, is_new] = spends_.try_emplace(KeyOf(use));
  if (is_new) {
    place->second = Make(use);
    place->second.number = static_cast<uint32_t>(spends_.size() - 1);
  }
  return place->second;
}

void SpendTerms::Bind(std::string_view field, const dsl::Value& value, SpendCase* one, Spend* spend) {
  const auto* text = std::get_if<dsl::Text>(&value.what);
  const auto* path = std::get_if<dsl::Path>(&value.what);
  const auto* lookup = std::get_if<dsl::Lookup>(&value.what);
  const bool of_request = field == "provider" || field == kModel || field == kModelType;
  if (!of_request) {
    if (text != nullptr) {
      one->bindings.push_back({field, BindingKind::kText, text->value, 0, 0});
    } else if (path != nullptr) {
      one->given = terms_.IsSet(path->slot);
      one->bindings.push_back({field, BindingKind::kSlot, {}, path->slot, 0});
    } else {
      one->given = terms_.IsOneOf(lookup->key.slot, terms_.KeysTo(lookup->index, nullptr));
      one->bindings.push_back({field, BindingKind::kLookup, {}, lookup->key.slot, lookup->index});
    }
    return;
  }
  // A credential of the call has the call's provider, and its model where it is bound to one.
  const uint32_t slot = policy_.FindSlot(field);
  if (path != nullptr && path->slot != slot) {
    spend->trouble = dsl::Cat({"`where ", field, " == ", path->text, "`, two attributes of one request,"});
    return;
  }
  if (slot == dsl::kUnresolved) {
    one->given = kNever;
  } else if (text != nullptr) {
    one->given = terms_.IsOneOf(slot, {text->value});
  } else if (path != nullptr) {
    one->given = terms_.IsSet(slot);
  } else {
    one->given = terms_.EntryEquals(lookup->key.slot, lookup->index, slot);
  }
}

// Whether it is bound to the call's model and model type matters only where a pool asks.
void SpendTerms::AddModels(SpendCase one, Spend* spend) {
  std::vector<SpendCase> cases = {std::move(one)};
  const auto split = [&](std::string_view field, bool reads) {
    const uint32_t slot = policy_.FindSlot(field);
    const bool bound = spend->field == field;  // then it is not absent
    std::vector<SpendCase> more;
    for (const SpendCase& before : cases) {
      if (!bound) {
        more.push_back(before);
        more.back().bindings.push_back({field, BindingKind::kAbsent, {}, 0, 0});
      }
      if ((reads || bound) && slot != dsl::kUnresolved) {
        more.push_back(before);
        more.back().bindings.push_back({field, BindingKind::kSlot, {}, slot, 0});
        more.back().given = terms_.Both(before.given, terms_.IsSet(slot));
      }
    }
    cases = std::move(more);
  };
  split(kModel, reads_model_);
  split(kModelType, reads_type_);
  for (SpendCase& made : cases) spend->cases.push_back(std::move(made));
}

Spend SpendTerms::Make(const dsl::Use& use) {
  Spend spend;
  if (const auto* pool = std::get_if<dsl::UsePool>(&use.what)) {
    spend.pool = pool->pool.index;
    SpendCase one;
    if (pool->narrow) {
      spend.field = pool->narrow->field.text;
      spend.value = &pool->narrow->value;
      Bind(spend.field, *spend.value, &one, &spend);
    }
    AddModels(std::move(one), &spend);
    return spend;
  }
  const auto& single = std::get<dsl::UseCredential>(use.what);
  if (single.from) spend.pool = single.from->index;
  spend.field = "name";
  spend.by_name = true;
  spend.value = &single.credential;
  SpendCase by_name;
  Bind("name", single.credential, &by_name, &spend);
  AddModels(std::move(by_name), &spend);
  if (!std::holds_alternative<dsl::Path>(single.credential.what)) return spend;
  spend.unbound = !single.from;
  spend.or_id = true;
  SpendCase by_id;
  by_id.by_id = true;
  Bind("id", single.credential, &by_id, &spend);
  AddModels(std::move(by_id), &spend);
  return spend;
}

NodeRef SpendTerms::Spends(const Spend& spend, const SpendCase& one, uint32_t copy, bool truth) {
  if (spend.pool == dsl::kUnresolved) return truth ? kAlways : kNever;
  return terms_.InPool(spend.pool, one.bindings, copy, truth);
}

}  // namespace keyrule::analysis
