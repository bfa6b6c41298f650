#include "evaluator/catalog_check.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "dsl/implied.h"
#include "dsl/suggest.h"
#include "dsl/wording.h"
#include "evaluator/empty_pools.h"
#include "evaluator/known_value.h"
#include "evaluator/name_twins.h"

namespace keyrule::evaluator {
namespace {

using dsl::Cat;
using dsl::Code;
using dsl::Implied;
using dsl::Tick;

constexpr size_t kMostSuggested = 20;  // of names that nobody has: to look for what is near takes as long as the catalog

class CatalogCheck {
 public:
  CatalogCheck(const std::vector<Credential>& catalog, const Program& program, const CatalogView& view)
      : catalog_(catalog), program_(program), policy_(*program.policy), view_(view), implied_(policy_), none_in_(catalog, program),
        tenant_slot_(policy_.FindSlot("tenant.id")), of_one_(!view.tenant.empty() && tenant_slot_ != dsl::kUnresolved) {
    if (of_one_) tenant_.emplace(program, tenant_slot_, view.tenant);
    std::set<std::string_view> providers;
    for (const Credential& credential : catalog) {
      by_name_[credential.name].push_back(&credential);
      if (!credential.provider.empty()) providers.insert(credential.provider);
    }
    providers_.assign(providers.begin(), providers.end());
  }

  std::vector<dsl::Diagnostic> Run() {
    pools_.assign(policy_.pools.size(), false);
    for (uint32_t pool = 0; pool < policy_.pools.size() && !of_one_; ++pool) TakeMembersOf(pool);
    for (const dsl::Meter& meter : policy_.meters) TakeMembers(meter.members, {});
    for (const dsl::Rule& rule : policy_.rules) TakeRule(rule);
    TakeRule(policy_.fallback);
    for (const dsl::Claim& claim : policy_.claims) {
      const auto* name = std::get_if<dsl::Text>(&claim.what);
      if (name != nullptr && !IsElsewhere(name->value) && !by_name_.contains(name->value)) ReportUnknown(*name, {});
    }
    std::stable_sort(found_.begin(), found_.end(), [](const auto& a, const auto& b) {
      return std::tie(a.span.source, a.span.begin) < std::tie(b.span.source, b.span.begin);
    });
    return std::move(found_);
  }

 private:
  using Rows = std::vector<const Credential*>;

  static Implied::Known Only(std::vector<std::string_view> values) {
    std::sort(values.begin(), values.end());
    return {std::make_shared<const std::vector<std::string_view>>(std::move(values)), false};
  }

  // Of a list of tenants.
  template <class Picks>
  static Implied::Known Those(const Implied::Known& tenants, Picks picks) {
    std::vector<std::string_view> those;
    std::copy_if(tenants.list->begin(), tenants.list->end(), std::back_inserter(those), picks);
    return Only(std::move(those));
  }

  static Audience ProvidersOf(const dsl::Pool& pool) {
    if (pool.providers.empty()) return {};
    std::vector<std::string_view> providers;
    for (const dsl::Text& provider : pool.providers) providers.push_back(provider.value);
    return {Only(std::move(providers)), {}};
  }

  // Nothing: it is about other tenants' requests.
  std::optional<Audience> AudienceOf(const dsl::Rule& rule) {
    Audience audience;
    if (!rule.when) return audience;
    audience.providers = Interned(implied_.Possible(*rule.when, program_.provider_slot));
    if (tenant_slot_ == dsl::kUnresolved) return audience;
    if (!of_one_) {
      audience.tenants = Interned(implied_.Possible(*rule.when, tenant_slot_));
    } else if (!tenant_->MayMeet(*rule.when)) {
      return std::nullopt;
    }  // else the catalog is the one's alone
    return audience;
  }

  // One pointer for equal lists: those of an audience are then compared by it.
  Implied::Known Interned(const Implied::Known& known) {
    if (known.list == nullptr || interned_.contains(known.list)) return known;
    const Implied::Values list = lists_.emplace(*known.list, known.list).first->second;
    if (list == known.list) interned_.insert(list);
    return {list, known.all_but};
  }

  // Once: of all pools, or of one tenant of those that its rules use.
  void TakeMembersOf(uint32_t index) {
    if (pools_[index]) return;
    pools_[index] = true;
    const dsl::Pool& pool = policy_.pools[index];
    for (const dsl::Member& member : pool.members) {
      if (const auto* all = std::get_if<dsl::AllOf>(&member.what)) TakeMembersOf(all->index);
    }
    if (!TakeMembers(pool.members, ProvidersOf(pool))) incomplete_.insert(index);
    for (const dsl::Text& provider : pool.providers) TakeOfProvider(index, provider.value, {}, provider.span);
  }

  void Add(Code code, const dsl::Span& span, std::string message, std::string help = {}) {
    found_.push_back(
        {code, dsl::DefaultSeverity(code), std::move(message), std::move(help), span, {}});
  }

  // That only other tenants have one of this name, in a policy that may be about them as well.
  bool IsElsewhere(std::string_view name) const { return of_one_ && view_.elsewhere.contains(name); }

  // False: a member is not there.
  bool TakeMembers(const std::vector<dsl::Member>& members, const Audience& audience) {
    bool complete = true;
    for (const dsl::Member& member : members) {
      const auto* name = std::get_if<dsl::Text>(&member.what);
      if (name != nullptr && !IsElsewhere(name->value) && !TakeName(*name, audience)) complete = false;
    }
    return complete;
  }

  // Said once per place: a table may be looked up by many rules.
  bool TakeName(const dsl::Text& name, const Audience& audience) {
    if (said_.contains({name.span.source, name.span.begin})) return true;
    const auto at = by_name_.find(name.value);
    const Rows rows = at == by_name_.end() ? Rows() : at->second;
    if (audience.tenants.all_but) {
      const bool has = std::any_of(rows.begin(), rows.end(), [&](const Credential* row) { return Fits(*row, audience); });
      return has ? TakeTwins(name, rows, audience) : ReportUnknown(name, audience);
    }
    // Each of them needs one: names are a tenant's own.
    const Implied::Known without = Those(audience.tenants, [&](std::string_view tenant) {
      return std::none_of(rows.begin(), rows.end(), [&](const Credential* row) {
        return ServesAny(*row, audience) && MaySpend(*row, tenant);
      });
    });
    return without.list->empty() ? TakeTwins(name, rows, audience) : ReportUnknown(name, {audience.providers, without});
  }

  std::string WantedText(const Audience& audience) const {
    const std::string tenants = view_.tenant.empty() ? TenantsText(audience.tenants) : Cat({" and tenant ", Tick(view_.tenant)});
    return ProvidersText(audience.providers) + tenants;
  }

  bool ReportUnknown(const dsl::Text& name, const Audience& audience) {
    said_.emplace(name.span.source, name.span.begin);
    std::string help;
    if (IsElsewhere(name.value)) {
      help = "another tenant has one: say in the rule's condition whose requests it is about, as `tenant.id == \"…\"`";
    } else if (suggested_++ < kMostSuggested) {
      std::set<std::string_view> legal;
      for (const Credential& credential : catalog_) {
        if (Fits(credential, audience)) legal.insert(credential.name);
      }
      help = dsl::Suggest(name.value, {legal.begin(), legal.end()}, "names", "the catalog has none");
    }
    Add(Code::KR0901, name.span, Cat({"no credential is named ", Tick(name.value), " for ", WantedText(audience)}), std::move(help));
    return false;
  }

  // True, always: the name means one of them.
  bool TakeTwins(const dsl::Text& name, const Rows& rows, const Audience& audience) {
    if (const std::optional<NameTwins> twins = TwinsAmong(rows, audience)) {
      said_.emplace(name.span.source, name.span.begin);
      const std::string count = twins->count == 2 ? "two" : std::to_string(twins->count);
      Add(Code::KR0903, name.span, Cat({count, " credentials are named ", Tick(name.value), "; ", Tick(twins->id), " counts"}),
          "rename one, or choose by `where id == \"…\"`");
    }
    return true;
  }

  void TakeRule(const dsl::Rule& rule) {
    const std::optional<Audience> audience = AudienceOf(rule);
    if (!audience) return;
    for (const dsl::Action& action : rule.chain.actions) {
      const auto* use = std::get_if<dsl::Use>(&action.what);
      if (use == nullptr) continue;
      if (const auto* pool = std::get_if<dsl::UsePool>(&use->what)) {
        TakePool(pool->pool, *audience);
      } else {
        TakeCredential(std::get<dsl::UseCredential>(use->what), *audience);
      }
    }
  }

  void TakePool(const dsl::PoolName& name, const Audience& audience) {
    TakeMembersOf(name.index);
    const dsl::Pool& pool = policy_.pools[name.index];
    if (!pool.providers.empty() && audience.tenants == Implied::Known()) return;  // said where it stands
    if (!asked_.emplace(name.index, audience).second) return;  // by another rule
    if (!audience.providers.all_but) {
      for (std::string_view provider : *audience.providers.list) TakeOfProvider(name.index, provider, audience.tenants, name.name.span);
    } else if (!pool.providers.empty()) {
      for (const dsl::Text& of : pool.providers) TakeOfProvider(name.index, of.value, audience.tenants, name.name.span);
    } else if (audience.tenants.all_but) {
      const bool of_any = audience == Audience();
      if (none_in_.HasFor(name.index, audience)) ReportEmpty(name.index, audience, of_any ? pool.name.span : name.name.span);
    } else {
      const Implied::Known without = Those(audience.tenants, [&](std::string_view tenant) {
        return none_in_.Has(name.index, {}, tenant) && std::all_of(providers_.begin(), providers_.end(), [&](std::string_view provider) {
          return !audience.providers.Allows(provider) || none_in_.Has(name.index, provider, tenant);
        });
      });
      if (!without.list->empty()) ReportEmpty(name.index, {audience.providers, without}, name.name.span);
    }
  }

  // Of each of the tenants, if they are known.
  void TakeOfProvider(uint32_t pool, std::string_view provider, const Implied::Known& tenants, const dsl::Span& span) {
    if (tenants.all_but) {
      const Audience audience = {Only({provider}), tenants};
      const bool none = tenants.list == nullptr ? none_in_.Has(pool, provider, {}) : none_in_.HasFor(pool, audience);
      if (none) ReportEmpty(pool, audience, span);
      return;
    }
    const Implied::Known without =
        Those(tenants, [&](std::string_view tenant) { return none_in_.Has(pool, provider, tenant); });
    if (!without.list->empty()) ReportEmpty(pool, {Only({provider}), without}, span);
  }

  void ReportEmpty(uint32_t pool, const Audience& audience, const dsl::Span& span) {
    std::string wanted = audience.providers == Implied::Known() ? WantedText(audience).replace(0, 3, "every") : WantedText(audience);
    if (incomplete_.contains(pool) || !empty_.emplace(pool, wanted).second) return;
    Add(Code::KR0902, span, Cat({"pool ", Tick(policy_.pools[pool].name.text), " is empty for ", wanted}),
        "look at its `where`, or at what `keyrule list` shows");
  }

  void TakeCredential(const dsl::UseCredential& use, const Audience& audience) {
    if (use.from) TakePool(*use.from, audience);
    if (const auto* name = std::get_if<dsl::Text>(&use.credential.what)) TakeName(*name, audience);
    if (const auto* lookup = std::get_if<dsl::Lookup>(&use.credential.what)) TakeTable(*lookup, audience);
  }

  // Rules about several tenants may look up one table: whose an entry is, is known where the key says it.
  void TakeTable(const dsl::Lookup& lookup, const Audience& audience) {
    if (!tables_.emplace(lookup.index, lookup.key.slot, audience).second) return;  // by another rule
    const bool by_tenant = tenant_slot_ != dsl::kUnresolved && lookup.key.slot == tenant_slot_;
    const bool by_provider = lookup.key.slot == program_.provider_slot;
    for (const dsl::TableEntry& entry : policy_.tables[lookup.index].entries()) {
      const std::string_view key = entry.key.value;
      if (entry.value.value.empty()) continue;
      if (by_provider ? !audience.providers.Allows(key) : by_tenant && !IsAskedBy(key, audience)) continue;
      Audience its = {by_provider ? Only({key}) : audience.providers, {}};
      if (by_tenant && view_.tenant.empty()) its.tenants = Only({key});
      if (by_tenant || !IsElsewhere(entry.value.value)) TakeName(entry.value, its);
    }
  }

  bool IsAskedBy(std::string_view tenant, const Audience& audience) const {
    return view_.tenant.empty() ? audience.tenants.Allows(tenant) : tenant == view_.tenant;
  }

  const std::vector<Credential>& catalog_;
  const Program& program_;
  const dsl::Policy& policy_;
  const CatalogView& view_;
  Implied implied_;
  EmptyPools none_in_;
  const uint32_t tenant_slot_;
  const bool of_one_;  // of a policy that may be about others as well
  std::map<std::string_view, Rows> by_name_;
  std::vector<std::string_view> providers_;          // that the catalog knows
  std::vector<bool> pools_;                          // by pool: its members have been looked at
  std::set<std::pair<uint32_t, uint32_t>> said_;     // places of names
  std::set<std::tuple<uint32_t, uint32_t, Audience>> tables_;  // by which attribute, as they have been looked at
  std::optional<KnownValue> tenant_;                 // of_one_: whose requests
  std::map<std::vector<std::string_view>, Implied::Values> lists_;
  std::set<Implied::Values> interned_;
  std::set<uint32_t> incomplete_;                    // pools with a member that is not there
  std::set<std::pair<uint32_t, Audience>> asked_;    // pools, as they have been looked at
  std::set<std::pair<uint32_t, std::string>> empty_;  // pools, and for whom, as reported
  size_t suggested_ = 0;
  std::vector<dsl::Diagnostic> found_;
};

}  // namespace

std::vector<dsl::Diagnostic> CheckAgainst(const std::vector<Credential>& catalog, const Program& program,
                                          const CatalogView& view) {
  return CatalogCheck(catalog, program, view).Run();
}

}  // namespace keyrule::evaluator
