#include "evaluator/catalog_check.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "dsl/implied.h"
#include "dsl/suggest.h"
#include "dsl/wording.h"
#include "evaluator/test_world.h"

namespace keyrule::evaluator {
namespace {

using dsl::Cat;
using dsl::Code;
using dsl::Tick;

// Sorted. Empty: any provider.
using Providers = std::vector<std::string_view>;

class CatalogCheck {
 public:
  CatalogCheck(const std::vector<Credential>& catalog, const Program& program)
      : catalog_(catalog), program_(program), policy_(*program.policy), implied_(policy_) {
    std::set<std::string_view> providers;
    for (const Credential& credential : catalog) {
      by_name_[credential.name].push_back(&credential);
      if (!credential.provider.empty()) providers.insert(credential.provider);
    }
    providers_.assign(providers.begin(), providers.end());
  }

  std::vector<dsl::Diagnostic> Run() {
    for (const dsl::Pool& pool : policy_.pools) {
      if (!TakeMembers(pool.members, ProvidersOf(pool))) {
        incomplete_.insert(&pool - policy_.pools.data());
      }
    }
    for (const dsl::Meter& meter : policy_.meters) TakeMembers(meter.members, {});
    for (uint32_t i = 0; i < policy_.pools.size(); ++i) TakeDeclaredProviders(i);
    for (const dsl::Rule& rule : policy_.rules) TakeRule(rule);
    TakeRule(policy_.fallback);
    for (const dsl::Claim& claim : policy_.claims) {
      if (const auto* name = std::get_if<dsl::Text>(&claim.what)) TakeName(*name, {});
    }
    std::stable_sort(found_.begin(), found_.end(), [](const auto& a, const auto& b) {
      return std::tie(a.span.source, a.span.begin) < std::tie(b.span.source, b.span.begin);
    });
    return std::move(found_);
  }

 private:
  static Providers ProvidersOf(const dsl::Pool& pool) {
    Providers providers;
    for (const dsl::Text& provider : pool.providers) providers.push_back(provider.value);
    return providers;
  }

  void Add(Code code, const dsl::Span& span, std::string message, std::string help = {}) {
    found_.push_back(
        {code, dsl::DefaultSeverity(code), std::move(message), std::move(help), span, {}});
  }

  // False: a member is not there.
  bool TakeMembers(const std::vector<dsl::Member>& members, const Providers& providers) {
    bool complete = true;
    for (const dsl::Member& member : members) {
      const auto* name = std::get_if<dsl::Text>(&member.what);
      if (name != nullptr && !TakeName(*name, providers)) complete = false;
    }
    return complete;
  }

  // Once per place: a table may be looked up by many rules.
  bool TakeName(const dsl::Text& name, const Providers& providers) {
    if (!seen_.emplace(name.span.source, name.span.begin).second) return true;
    const auto at = by_name_.find(name.value);
    const auto serves = [&](const Credential* credential) {
      return providers.empty() ||
             std::any_of(providers.begin(), providers.end(),
                         [&](std::string_view provider) { return Serves(*credential, provider); });
    };
    if (at == by_name_.end() || std::none_of(at->second.begin(), at->second.end(), serves)) {
      ReportUnknown(name, providers);
      return false;
    }
    TakeTwins(name, at->second, providers);
    return true;
  }

  void ReportUnknown(const dsl::Text& name, const Providers& providers) {
    std::string wanted;
    for (std::string_view provider : providers) {
      wanted += Cat({wanted.empty() ? "" : " or ", Tick(provider)});
    }
    std::set<std::string_view> legal;
    for (const Credential& credential : catalog_) {
      const bool fits = providers.empty() ||
                        std::any_of(providers.begin(), providers.end(),
                                    [&](auto provider) { return Serves(credential, provider); });
      if (fits) legal.insert(credential.name);
    }
    Add(Code::KR0901, name.span,
        Cat({"no credential is named ", Tick(name.value), " for ",
             wanted.empty() ? "any provider" : wanted}),
        dsl::Suggest(name.value, {legal.begin(), legal.end()}, "names", "the catalog has none"));
  }

  // Two that no request can tell apart by name: the smaller id counts.
  void TakeTwins(const dsl::Text& name, const std::vector<const Credential*>& all,
                 const Providers& providers) {
    using Key = std::tuple<std::string_view, std::string_view, std::string_view, std::string_view>;
    std::map<Key, const Credential*> first;
    for (const Credential* credential : all) {
      const bool relevant = providers.empty() ||
                            std::any_of(providers.begin(), providers.end(), [&](auto provider) {
                              return Serves(*credential, provider);
                            });
      if (!relevant) continue;
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

  bool IsEmpty(uint32_t pool, std::string_view provider) const {
    return std::none_of(catalog_.begin(), catalog_.end(), [&](const Credential& credential) {
      return Serves(credential, provider) && PoolHolds(program_, pool, credential, provider);
    });
  }

  void ReportEmpty(uint32_t pool, std::string_view provider, const dsl::Span& span) {
    if (incomplete_.contains(pool) || !empty_.emplace(pool, provider).second) return;
    Add(Code::KR0902, span,
        Cat({"pool ", Tick(policy_.pools[pool].name.text), " is empty for ",
             provider.empty() ? "every provider" : Tick(provider)}),
        "look at its `where`, or at what `keyrule list` shows");
  }

  void TakeDeclaredProviders(uint32_t index) {
    const dsl::Pool& pool = policy_.pools[index];
    for (const dsl::Text& provider : pool.providers) {
      if (IsEmpty(index, provider.value)) ReportEmpty(index, provider.value, provider.span);
    }
  }

  void TakeRule(const dsl::Rule& rule) {
    const dsl::Implied::Values values =
        rule.when ? implied_.Of(*rule.when, program_.provider_slot) : nullptr;
    const Providers providers = values != nullptr ? *values : Providers();
    for (const dsl::Action& action : rule.chain.actions) {
      const auto* use = std::get_if<dsl::Use>(&action.what);
      if (use == nullptr) continue;
      if (const auto* pool = std::get_if<dsl::UsePool>(&use->what)) {
        TakePool(pool->pool, providers);
      } else {
        TakeCredential(std::get<dsl::UseCredential>(use->what), providers);
      }
    }
  }

  void TakePool(const dsl::PoolName& name, const Providers& providers) {
    if (!policy_.pools[name.index].providers.empty()) return;  // said where it stands
    for (std::string_view provider : providers) {
      if (IsEmpty(name.index, provider)) ReportEmpty(name.index, provider, name.name.span);
    }
    if (!providers.empty()) return;
    const bool empty = std::all_of(providers_.begin(), providers_.end(),
                                   [&](auto provider) { return IsEmpty(name.index, provider); });
    if (empty) ReportEmpty(name.index, {}, policy_.pools[name.index].name.span);
  }

  void TakeCredential(const dsl::UseCredential& use, const Providers& providers) {
    if (use.from) TakePool(*use.from, providers);
    if (const auto* name = std::get_if<dsl::Text>(&use.credential.what)) TakeName(*name, providers);
    const auto* lookup = std::get_if<dsl::Lookup>(&use.credential.what);
    if (lookup == nullptr) return;
    for (const dsl::TableEntry& entry : policy_.tables[lookup->index].entries()) {
      if (!entry.value.value.empty()) TakeName(entry.value, providers);
    }
  }

  const std::vector<Credential>& catalog_;
  const Program& program_;
  const dsl::Policy& policy_;
  dsl::Implied implied_;
  std::map<std::string_view, std::vector<const Credential*>> by_name_;
  Providers providers_;                                    // that the catalog knows
  std::set<std::pair<uint32_t, uint32_t>> seen_;           // places of names
  std::set<std::ptrdiff_t> incomplete_;                    // pools with a member that is not there
  std::set<std::pair<uint32_t, std::string_view>> empty_;  // pool and provider, as reported
  std::vector<dsl::Diagnostic> found_;
};

}  // namespace

std::vector<dsl::Diagnostic> CheckAgainst(const std::vector<Credential>& catalog,
                                          const Program& program) {
  return CatalogCheck(catalog, program).Run();
}

}  // namespace keyrule::evaluator
