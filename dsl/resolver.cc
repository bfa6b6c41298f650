#include "dsl/resolver.h"

#include "dsl/fields.h"
#include "dsl/suggest.h"
#include "dsl/wording.h"

namespace keyrule::dsl {

std::string Resolver::OtherMeaning(std::string_view name) const {
  const Meaning* meaning = loading_.names.Find(name);
  if (meaning == nullptr) return {};
  return Cat({Tick(name), " is ", WithArticle(meaning->kind)});
}

void Resolver::Unknown(Code code, std::string_view what, std::string_view name, const Span& span,
                       std::initializer_list<NameKind> kinds, std::string_view plural) {
  if (loading_.lost.Name(name)) return;
  std::string help;
  if (!loading_.diagnostics.full()) {
    help = OtherMeaning(name);
    if (help.empty()) {
      help = Suggest(name, loading_.names.Of(kinds), plural, Cat({"there are no ", plural}));
    }
  }
  loading_.Error(code, span, Cat({"no ", what, " is named ", Tick(name)}), std::move(help));
}

void Resolver::ResolvePath(Path& path, Place place) {
  place == Place::kRequest ? ResolveAttribute(path) : ResolveField(path);
}

void Resolver::ResolveAttribute(Path& path) {
  path.slot = loading_.slots->Of(path.text);
  if (path.slot != kUnresolved || loading_.lost.schema()) return;
  const size_t dot = path.text.find('.');
  const Meaning* meaning = dot == path.text.npos ? nullptr
                                                 : loading_.names.Find(path.text.substr(0, dot));
  if (meaning != nullptr && meaning->kind == NameKind::kTable) {
    loading_.Error(Code::KR0101, path.span, Cat({"no attribute is named ", Tick(path.text)}),
                   Cat({"an entry of a table stands in brackets: `", path.text.substr(0, dot), "[",
                        path.text.substr(dot + 1), "]`"}));
    return;
  }
  Unknown(Code::KR0101, "attribute", path.text, path.span, {NameKind::kAttribute}, "attributes");
}

void Resolver::ResolveField(const Path& path) {
  if (IsCredentialField(path.text)) return;
  loading_.Error(Code::KR0108, path.span, Cat({"a credential has no field ", Tick(path.text)}),
                 std::string(kCredentialFields));
}

void Resolver::ResolvePool(const Name& name, uint32_t& index) {
  const Meaning* meaning = loading_.names.Use(name.text);
  if (meaning != nullptr && meaning->kind == NameKind::kPool) {
    index = meaning->index;
  } else {
    Unknown(Code::KR0106, "pool", name.text, name.span, {NameKind::kPool}, "pools");
  }
}

void Resolver::ResolveBudget(MeterName& meter) {
  const Name& name = meter.name;
  const Meaning* meaning = loading_.names.Use(name.text);
  if (meaning != nullptr && meaning->kind == NameKind::kBudget) {
    meter.index = meaning->index;
  } else if (meaning != nullptr && meaning->kind == NameKind::kQuota &&
             !loading_.lost.Name(name.text)) {
    loading_.Error(Code::KR0107, name.span, Cat({"no budget is named ", Tick(name.text)}),
                   "a quota counts by itself and does not stand after `under`");
  } else {
    Unknown(Code::KR0107, "budget", name.text, name.span, {NameKind::kBudget}, "budgets");
  }
}

void Resolver::ResolveMembers(std::vector<Member>& members, std::vector<Reference>* references) {
  for (Member& member : members) {
    if (auto* all_of = std::get_if<AllOf>(&member.what)) {
      ResolvePool(all_of->pool, all_of->index);
      if (references != nullptr) references->push_back({&all_of->index, all_of->pool.span});
    } else if (auto* condition = std::get_if<Condition>(&member.what)) {
      ResolveCondition(*condition, Place::kCredential);
    }
  }
}

void Resolver::ResolveMeter(Meter& meter) {
  ResolveMembers(meter.members);
  if (meter.each) ResolveAttribute(*meter.each);
}

}  // namespace keyrule::dsl
