#include "evaluator/catalog_check.h"

#include <algorithm>
#include <functional>
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

namespace keyrule::evaluator {
namespace {

using dsl::Cat;
using dsl::Code;
using dsl::Tick;

using Values = dsl::Implied::Values;

// Whose requests, and to whom. Null: anybody's, to any.
struct Asked {
  Values providers;
  Values tenants;

  auto operator<=>(const Asked&) const = default;
};

bool AnyOf(const Values& values, const std::function<bool(std::string_view)>& fits) {
  return values == nullptr || std::any_of(values->begin(), values->end(), fits);
}

bool Fits(const Credential& credential, const Asked& asked) {
  return AnyOf(asked.providers, [&](std::string_view provider) { return Serves(credential, provider); }) &&
         AnyOf(asked.tenants, [&](std::string_view tenant) { return MaySpend(credential, tenant); });
}

constexpr size_t kMostNamed = 5;

class CatalogCheck {
 public:
  CatalogCheck(const std::vector<Credential>& catalog, const Program& program, const CatalogView& view)
      : catalog_(catalog), program_(program), policy_(*program.policy), view_(view), implied_(policy_), none_in_(catalog, program),
        tenant_slot_(policy_.FindSlot("tenant.id")), of_one_(!view.tenant.empty() && tenant_slot_ != dsl::kUnresolved) {
    std::set<std::string_view> providers;
    for (const Credential& credential : catalog) {
      by_name_[credential.name].push_back(&credential);
      if (!credential.provider.empty()) providers.insert(credential.provider);
    }
    providers_.assign(providers.begin(), providers.end());
  }

  std::vector<dsl::Diagnostic> Run() {
    FindPools();
    for (uint32_t pool = 0; pool < policy_.pools.size(); ++pool) {
      if (pools_[pool] && !TakeMembers(policy_.pools[pool].members, ProvidersOf(policy_.pools[pool]))) incomplete_.insert(pool);
    }
    for (const dsl::Meter& meter : policy_.meters) TakeMembers(meter.members, {});
    for (uint32_t pool = 0; pool < policy_.pools.size(); ++pool) {
      if (pools_[pool]) TakeDeclaredProviders(pool);
    }
    for (const dsl::Rule& rule : policy_.rules) TakeRule(rule);
    TakeRule(policy_.fallback);
    for (const dsl::Claim& claim : policy_.claims) {
      if (const auto* name = std::get_if<dsl::Text>(&claim.what)) TakeListed(*name, {});
    }
    std::stable_sort(found_.begin(), found_.end(), [](const auto& a, const auto& b) {
      return std::tie(a.span.source, a.span.begin) < std::tie(b.span.source, b.span.begin);
    });
    return std::move(found_);
  }

 private:
  static Values ProvidersOf(const dsl::Pool& pool) {
    if (pool.providers.empty()) return nullptr;
    std::vector<std::string_view> providers;
    for (const dsl::Text& provider : pool.providers) providers.push_back(provider.value);
    return std::make_shared<const std::vector<std::string_view>>(std::move(providers));
  }

  // Nothing: it is about other tenants' requests.
  std::optional<Asked> AskedBy(const dsl::Rule& rule) {
    Asked asked;
    if (!rule.when) return asked;
    asked.providers = implied_.Of(*rule.when, program_.provider_slot);
    if (tenant_slot_ == dsl::kUnresolved) return asked;
    const Values tenants = implied_.Of(*rule.when, tenant_slot_);
    if (tenants == nullptr) return asked;
    if (view_.tenant.empty()) {
      asked.tenants = tenants;
    } else if (!std::binary_search(tenants->begin(), tenants->end(), view_.tenant)) {
      return std::nullopt;
    }
    return asked;
  }

  // Those that are looked at: all, or of one tenant those that its rules use.
  void FindPools() {
    pools_.assign(policy_.pools.size(), !of_one_);
    const auto take = [&](const dsl::Rule& rule) {
      if (!AskedBy(rule)) return;
      for (const dsl::Action& action : rule.chain.actions) {
        const auto* use = std::get_if<dsl::Use>(&action.what);
        if (use == nullptr) continue;
        const auto* pool = std::get_if<dsl::UsePool>(&use->what);
        const auto* single = std::get_if<dsl::UseCredential>(&use->what);
        if (pool != nullptr) AddPool(pool->pool.index);
        if (single != nullptr && single->from) AddPool(single->from->index);
      }
    };
    for (const dsl::Rule& rule : policy_.rules) take(rule);
    take(policy_.fallback);
  }

  void AddPool(uint32_t pool) {
    if (pools_[pool]) return;
    pools_[pool] = true;
    for (const dsl::Member& member : policy_.pools[pool].members) {
      if (const auto* all = std::get_if<dsl::AllOf>(&member.what)) AddPool(all->index);
    }
  }

  void Add(Code code, const dsl::Span& span, std::string message, std::string help = {}) {
    found_.push_back(
        {code, dsl::DefaultSeverity(code), std::move(message), std::move(help), span, {}});
  }

  // False: a member is not there.
  bool TakeMembers(const std::vector<dsl::Member>& members, const Values& providers) {
    bool complete = true;
    for (const dsl::Member& member : members) {
      const auto* name = std::get_if<dsl::Text>(&member.what);
      if (name != nullptr && !TakeListed(*name, {providers, {}})) complete = false;
    }
    return complete;
  }

  // In a list that may be for all tenants.
  bool TakeListed(const dsl::Text& name, const Asked& asked) {
    return (of_one_ && view_.elsewhere.contains(name.value)) || TakeName(name, asked);
  }

  // Once per place: a table may be looked up by many rules.
  bool TakeName(const dsl::Text& name, const Asked& asked) {
    if (!seen_.emplace(name.span.source, name.span.begin).second) return true;
    const auto at = by_name_.find(name.value);
    const auto fits = [&](const Credential* credential) { return Fits(*credential, asked); };
    if (at == by_name_.end() || std::none_of(at->second.begin(), at->second.end(), fits)) {
      ReportUnknown(name, asked);
      return false;
    }
    TakeTwins(name, at->second, asked);
    return true;
  }

  static std::string OrText(const Values& values) {
    std::string text;
    const size_t shown = std::min(values->size(), kMostNamed);
    for (size_t i = 0; i < shown; ++i) text += Cat({i == 0 ? "" : " or ", Tick((*values)[i])});
    if (values->size() > shown) text += Cat({" or ", std::to_string(values->size() - shown), " more"});
    return text;
  }

  // "`openai` and tenant `bank`"
  std::string WantedText(const Asked& asked) const {
    const std::string providers = asked.providers == nullptr ? "any provider" : OrText(asked.providers);
    if (!view_.tenant.empty()) return Cat({providers, " and tenant ", Tick(view_.tenant)});
    return asked.tenants == nullptr ? providers : Cat({providers, " and tenant ", OrText(asked.tenants)});
  }

  void ReportUnknown(const dsl::Text& name, const Asked& asked) {
    std::set<std::string_view> legal;
    for (const Credential& credential : catalog_) {
      if (Fits(credential, asked)) legal.insert(credential.name);
    }
    const bool elsewhere = of_one_ && view_.elsewhere.contains(name.value);
    Add(Code::KR0901, name.span, Cat({"no credential is named ", Tick(name.value), " for ", WantedText(asked)}),
        elsewhere ? Cat({"another tenant has one: say in the rule's condition whose requests it is about, as `tenant.id == \"…\"`"})
                  : dsl::Suggest(name.value, {legal.begin(), legal.end()}, "names", "the catalog has none"));
  }

  // Two that no request can tell apart by name: the smaller id counts.
  void TakeTwins(const dsl::Text& name, const std::vector<const Credential*>& all, const Asked& asked) {
    using Key = std::tuple<std::string_view, std::string_view, std::string_view, std::string_view>;
    std::map<Key, const Credential*> first;
    for (const Credential* credential : all) {
      if (!Fits(*credential, asked)) continue;
      const Key key = {credential->tenant, credential->provider, credential->model,
                       credential->model_type};
      const auto [at, is_new] = first.try_emplace(key, credential);
      if (is_new) continue;
      const std::string& id = std::min(at->second->id, credential->id);
      Add(Code::KR0903, name.span,
          Cat({"two credentials are named ", Tick(name.value), "; ", Tick(id), " counts"}),
          "rename one, or choose by `where id == \"…\"`");
      return;
    }
  }

  void ReportEmpty(uint32_t pool, std::string_view provider, std::string_view tenant, const dsl::Span& span) {
    if (incomplete_.contains(pool) || !empty_.emplace(pool, provider, tenant).second) return;
    const std::string_view whose = view_.tenant.empty() ? tenant : view_.tenant;
    Add(Code::KR0902, span,
        Cat({"pool ", Tick(policy_.pools[pool].name.text), " is empty for ",
             provider.empty() ? "every provider" : Tick(provider), whose.empty() ? "" : " and tenant ",
             whose.empty() ? "" : Tick(whose)}),
        "look at its `where`, or at what `keyrule list` shows");
  }

  void TakeDeclaredProviders(uint32_t index) {
    const dsl::Pool& pool = policy_.pools[index];
    for (const dsl::Text& provider : pool.providers) {
      if (none_in_.Has(index, provider.value, {})) ReportEmpty(index, provider.value, {}, provider.span);
    }
  }

  void TakeRule(const dsl::Rule& rule) {
    const std::optional<Asked> asked = AskedBy(rule);
    if (!asked) return;
    for (const dsl::Action& action : rule.chain.actions) {
      const auto* use = std::get_if<dsl::Use>(&action.what);
      if (use == nullptr) continue;
      if (const auto* pool = std::get_if<dsl::UsePool>(&use->what)) {
        TakePool(pool->pool, *asked);
      } else {
        TakeCredential(std::get<dsl::UseCredential>(use->what), *asked);
      }
    }
  }

  void TakePool(const dsl::PoolName& name, const Asked& asked) {
    if (!asked_.emplace(name.index, asked).second) return;  // by another rule
    if (asked.tenants == nullptr) return TakePool(name, asked.providers, {});
    for (std::string_view tenant : *asked.tenants) TakePool(name, asked.providers, tenant);
  }

  void TakePool(const dsl::PoolName& name, const Values& providers, std::string_view tenant) {
    if (!policy_.pools[name.index].providers.empty()) return;  // said where it stands
    if (providers != nullptr) {
      for (std::string_view provider : *providers) {
        if (none_in_.Has(name.index, provider, tenant)) ReportEmpty(name.index, provider, tenant, name.name.span);
      }
      return;
    }
    const bool empty = std::all_of(providers_.begin(), providers_.end(),
                                   [&](auto provider) { return none_in_.Has(name.index, provider, tenant); });
    if (empty) ReportEmpty(name.index, {}, tenant, tenant.empty() ? policy_.pools[name.index].name.span : name.name.span);
  }

  void TakeCredential(const dsl::UseCredential& use, const Asked& asked) {
    if (use.from) TakePool(*use.from, asked);
    if (const auto* name = std::get_if<dsl::Text>(&use.credential.what)) TakeName(*name, asked);
    const auto* lookup = std::get_if<dsl::Lookup>(&use.credential.what);
    if (lookup == nullptr) return;
    for (const dsl::TableEntry& entry : policy_.tables[lookup->index].entries()) {
      if (!entry.value.value.empty()) TakeListed(entry.value, asked);
    }
  }

  const std::vector<Credential>& catalog_;
  const Program& program_;
  const dsl::Policy& policy_;
  const CatalogView& view_;
  dsl::Implied implied_;
  EmptyPools none_in_;
  const uint32_t tenant_slot_;
  const bool of_one_;  // of a policy that may be about others as well
  std::map<std::string_view, std::vector<const Credential*>> by_name_;
  std::vector<std::string_view> providers_;       // that the catalog knows
  std::vector<bool> pools_;                       // by pool: it is looked at
  std::set<std::pair<uint32_t, uint32_t>> seen_;  // places of names
  std::set<uint32_t> incomplete_;                 // pools with a member that is not there
  std::set<std::pair<uint32_t, Asked>> asked_;    // pools, as they have been looked at
  std::set<std::tuple<uint32_t, std::string_view, std::string_view>> empty_;  // pool, provider and tenant, as reported
  std::vector<dsl::Diagnostic> found_;
};

}  // namespace

std::vector<dsl::Diagnostic> CheckAgainst(const std::vector<Credential>& catalog, const Program& program,
                                          const CatalogView& view) {
  return CatalogCheck(catalog, program, view).Run();
}

}  // namespace keyrule::evaluator
