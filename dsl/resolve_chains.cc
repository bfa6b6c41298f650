#include "dsl/fields.h"
#include "dsl/resolver.h"
#include "dsl/wording.h"

namespace keyrule::dsl {

void Resolver::ResolveValue(Value& value) {
  if (auto* path = std::get_if<Path>(&value.what)) return ResolveAttribute(*path);
  auto* lookup = std::get_if<Lookup>(&value.what);
  if (lookup == nullptr) return;
  ResolveAttribute(lookup->key);
  const Name& name = lookup->table;
  const Meaning* meaning = loading_.names.Use(name.text);
  if (meaning != nullptr && meaning->kind == NameKind::kTable) {
    lookup->index = meaning->index;
  } else if (loading_.lost.Name(name.text)) {
    return;
  } else if (meaning != nullptr) {
    loading_.Error(Code::KR0201, name.span,
                   Cat({Tick(name.text), " is ", WithArticle(meaning->kind), ", not a table"}));
  } else {
    Unknown(Code::KR0105, "list, condition or table", name.text, name.span, {NameKind::kTable},
            "tables");
  }
}

// `where app.id == labels.team`: one mistake, though neither side is what it should be.
bool Resolver::IsTurnedRound(Narrow& narrow) {
  auto* value = std::get_if<Path>(&narrow.value.what);
  if (value == nullptr || IsCredentialField(narrow.field.text) || !IsCredentialField(value->text) ||
      loading_.slots->Of(narrow.field.text) == kUnresolved ||
      loading_.slots->Of(value->text) != kUnresolved) {
    return false;
  }
  const std::string_view field = loading_.sources->TextOf(value->span);
  const std::string_view attribute = loading_.sources->TextOf(narrow.field.span);
  loading_.Error(Code::KR0108, narrow.field.span,
                 Cat({"a credential has no field ", Tick(attribute)}),
                 Cat({"the credential stands left: write `", field, " == ", attribute, "`"}));
  return true;
}

void Resolver::ResolveUse(Use& use) {
  if (auto* credential = std::get_if<UseCredential>(&use.what)) {
    ResolveValue(credential->credential);
    if (credential->from) ResolvePool(credential->from->name, credential->from->index);
  } else {
    auto& pool = std::get<UsePool>(use.what);
    ResolvePool(pool.pool.name, pool.pool.index);
    if (pool.narrow && !IsTurnedRound(*pool.narrow)) {
      ResolveField(pool.narrow->field);
      ResolveValue(pool.narrow->value);
    }
    if (pool.strategy.on) ResolveAttribute(*pool.strategy.on);
  }
  for (MeterName& meter : use.under) ResolveBudget(meter);
}

void Resolver::ResolveChain(Chain& chain) {
  for (Action& action : chain.actions) {
    if (auto* use = std::get_if<Use>(&action.what)) ResolveUse(*use);
  }
  for (Tag& tag : chain.tags) ResolveValue(tag.value);
}

void Resolver::ResolveClaim(Claim& claim) {
  if (claim.when) ResolveCondition(*claim.when, Place::kRequest);
  if (auto* pool = std::get_if<PoolName>(&claim.what)) ResolvePool(pool->name, pool->index);
}

}  // namespace keyrule::dsl
