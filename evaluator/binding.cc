#include "evaluator/binding.h"

#include <algorithm>
#include <iterator>
#include <unordered_set>
#include <utility>

#include "evaluator/fork_gate.h"
#include "evaluator/hash.h"
#include "evaluator/prefetch.h"
#include "evaluator/same_text.h"

namespace keyrule::evaluator {
namespace {

TextMap SetOf(std::vector<std::string_view> texts) {
  std::sort(texts.begin(), texts.end());
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
  std::vector<std::pair<std::string_view, std::string_view>> entries;
  for (std::string_view text : texts) {
    if (!text.empty()) entries.emplace_back(text, text);
  }
  return TextMap(entries);
}

bool Fits(const Credential& credential, std::string_view model, std::string_view model_type) {
  return (credential.model.empty() || credential.model == model) &&
         (credential.model_type.empty() || credential.model_type == model_type);
}

void FillWhole(const TurnSeeds& seeds, BoundPool* pool) {
  WholeTier& whole = pool->whole;
  whole.tier = UINT16_MAX;
  for (const BoundMember& member : pool->members) {
    if (MayBeEligible(member)) whole.tier = std::min(whole.tier, member.tier);
  }
  for (size_t i = 0; i < pool->members.size(); ++i) {
    BoundMember& member = pool->members[i];
    const bool is_in_it = MayBeEligible(member) && member.tier == whole.tier;
    member.is_plain = is_in_it && member.bound.always;
    if (is_in_it) whole.Add(static_cast<uint32_t>(i), member.bound.key, member.weight);
  }
  whole.Finish(seeds);
}

}  // namespace

const StickyTable& StickyTableOf(const BoundPool& pool) {
  const WholeTier& whole = pool.whole;
  if (const StickyTable* known = whole.sticky.load(std::memory_order_acquire)) return *known;
  std::vector<StickyTable::Member> members;
  for (uint32_t i = 0; i < whole.count; ++i) {
    members.push_back({pool.members[whole.Place(i)].bound.credential->id, whole.Weight(i)});
  }
  auto made = std::make_unique<const StickyTable>(members);
  const StickyTable* known = nullptr;  // of several threads the first one's counts
  if (!whole.sticky.compare_exchange_strong(known, made.get(), std::memory_order_acq_rel)) return *known;
  return *made.release();
}

Roster::Roster(const Program& program, const TenantBinding& tenant, std::string provider,
               std::string model, std::string model_type)
    : provider_(std::move(provider)),
      tenant_(tenant),
      for_all_models_(tenant.one_for_all_models()),
      candidates_(&memory_),
      names_(&memory_),
      by_rule_(&memory_),
      places_(&memory_),
      model_(std::move(model)),
      model_type_(std::move(model_type)),
      program_(program),
      pools_(std::make_unique<std::atomic<const BoundPool*>[]>(program.pools.size())) {
  const auto serves = [&](const BoundCredential& bound) {
    return Serves(*bound.credential, provider_) && Fits(*bound.credential, model_, model_type_);
  };
  std::vector<BoundCredential> serving;
  std::copy_if(tenant.credentials().begin(), tenant.credentials().end(), std::back_inserter(serving), serves);
  std::sort(serving.begin(), serving.end(),
            [](const BoundCredential& x, const BoundCredential& y) {
              const Credential& a = *x.credential;
              const Credential& b = *y.credential;
              return a.name != b.name ? a.name < b.name : CountsBefore(a, b);
            });
  candidates_.reserve(serving.size());
  for (const BoundCredential& bound : serving) candidates_.push_back({bound});
  if (candidates_.size() > kFew) IndexNames();
  BindMeters();
  CopyByRule();
}

// A search in order would follow three pointers for each of its steps.
void Roster::IndexNames() {
  // Where the policy writes many names and there are as many candidates, all of them come from memory. Of few candidates the
  // names are at hand, and a row as long as the policy for each of many tenants would not pay.
  constexpr size_t kMostRules = 2, kMostNames = 16;  // for each candidate
  const size_t rules = program_.rules.size(), written = program_.written_names.size();
  if (written <= kMostNames * candidates_.size()) places_.resize(written);
  if (!places_.empty() && rules <= kMostRules * candidates_.size()) by_rule_.resize(rules);
  std::vector<std::pair<uint64_t, uint32_t>> names;
  for (uint32_t i = 0; i < candidates_.size(); ++i) {
    const std::string_view name = candidates_[i].name;
    if (i > 0 && candidates_[i - 1].name == name) continue;  // the first counts
    names.emplace_back(QuickHash(name), i);
    const uint32_t number = places_.empty() ? NameNumbers::kNone : program_.written_names.Find(name);
    if (number != NameNumbers::kNone) places_[number] = i + 1;
  }
  by_name_ = names_.Add(names);
  memory_.Open(PackedMemory::BytesOf(candidates_) + PackedMemory::BytesOf(by_rule_) + PackedMemory::BytesOf(places_) +
               names_.PackedBytes());
  memory_.Pack(&by_rule_);
  memory_.Pack(&places_);
  memory_.Pack(&candidates_);
  names_.Pack(&memory_);
}

// When all is known of the candidates that ever is.
void Roster::CopyByRule() {
  for (size_t rule = 0; rule < by_rule_.size(); ++rule) {
    const uint32_t number = program_.lines[rule].name;
    if (number != NameNumbers::kNone && places_[number] != 0) by_rule_[rule] = candidates_[places_[number] - 1];
  }
}

// Before any other pool is bound, so that what those copy knows its meters.
void Roster::BindMeters() {
  const bool any = std::any_of(program_.meters.begin(), program_.meters.end(),
                               [](const CompiledMeter& meter) { return meter.has_members; });
  if (!any) return;
  meters_.resize(candidates_.size());
  for (size_t i = 0; i < candidates_.size(); ++i) candidates_[i].meters = &meters_[i];
  const ForkGate::Lock lock(mutex_);
  for (uint32_t m = 0; m < program_.meters.size(); ++m) {
    if (!program_.meters[m].has_members) continue;
    for (const BoundMember& member : BindPool(program_.meters[m].pool).members) {
      if (member.bound.credential == nullptr) continue;
      meters_[static_cast<size_t>(member.bound.meters - meters_.data())].push_back(m);
    }
  }
}

const BoundCredential* Roster::ByName(std::string_view name, uint64_t hash) const noexcept {
  if (candidates_.size() > kFew) {
    const BoundCredential* with_name = nullptr;
    names_.ForEach(by_name_, hash, [&](uint32_t place) {
      const BoundCredential& found = candidates_[place];
      Prefetch(found.state);  // read next, while the name is compared
      if (SameText(found.name, name)) with_name = &found;
    });
    return with_name;
  }
  auto it = std::lower_bound(
      candidates_.begin(), candidates_.end(), name,
      [](const BoundCredential& c, std::string_view n) { return c.name < n; });
  return it != candidates_.end() && it->name == name ? &*it : nullptr;
}

const BoundCredential* Roster::ById(std::string_view id) const noexcept {
  auto it = std::find_if(candidates_.begin(), candidates_.end(),
                         [id](const BoundCredential& c) { return c.credential->id == id; });
  return it != candidates_.end() ? &*it : nullptr;
}

Skip Roster::WhyMissing(std::string_view name) const noexcept {
  Skip why = Skip::kUnknown;
  for (const BoundCredential& bound : tenant_.credentials()) {
    if (bound.credential->name != name) continue;
    if (Serves(*bound.credential, provider_)) return Skip::kOtherModel;
    why = Skip::kOtherProvider;
  }
  return why;
}

const BoundPool& Roster::Pool(uint32_t index) const {
  const BoundPool* pool = pools_[index].load(std::memory_order_acquire);
  if (pool != nullptr) return *pool;
  const ForkGate::Lock lock(mutex_);
  return BindPool(index);
}

// The mutex is held. The checker has made sure that no pool contains itself.
const BoundPool& Roster::BindPool(uint32_t index) const {
  if (const BoundPool* done = pools_[index].load(std::memory_order_acquire)) return *done;
  auto pool = std::make_unique<BoundPool>();
  std::unordered_set<const Credential*> present;
  std::unordered_set<std::string_view> absent;
  auto add = [&](const BoundMember& member) {
    const bool is_new = member.bound.credential != nullptr
                            ? present.insert(member.bound.credential).second
                            : absent.insert(member.bound.name).second;
    if (is_new) pool->members.push_back(member);
  };
  auto weight_of = [](const CompiledMember& member, const Credential& credential) {
    if (member.weight != 0) return member.weight;
    return credential.weight != 0 ? credential.weight : 1;
  };
  std::vector<Value> fields(program_.fields.size());
  for (const CompiledMember& member : program_.pools[index]) {
    switch (member.kind) {
      case CompiledMember::Kind::kName:
        if (const BoundCredential* bound = ByName(member.name)) {
          add({*bound, weight_of(member, *bound->credential), member.tier});
        } else {
          BoundCredential missing;
          missing.name = member.name;
          add({missing, std::max(member.weight, 1u), member.tier, WhyMissing(member.name)});
        }
        break;
      case CompiledMember::Kind::kPool:
        for (BoundMember inner : BindPool(member.pool).members) {
          inner.tier = member.tier;
          if (member.weight != 0) inner.weight = member.weight;
          add(inner);
        }
        break;
      case CompiledMember::Kind::kWhere:
        for (const BoundCredential& bound : candidates_) {
          for (size_t i = 0; i < fields.size(); ++i) {
            fields[i] = Value::Text(program_.fields[i].Of(*bound.credential, provider_));
          }
          if (!program_.field_code.Run(member.where, fields, 0)) continue;
          add({bound, weight_of(member, *bound.credential), member.tier});
        }
        break;
    }
  }
  FillWhole(tenant_.turns(), pool.get());
  bound_pools_.push_back(std::move(pool));
  pools_[index].store(bound_pools_.back().get(), std::memory_order_release);
  return *bound_pools_.back();
}

TenantBinding::TenantBinding(const Program& program, std::string tenant,
                             std::vector<Credential> credentials, SelectionState* state)
    : program_(program),
      tenant_(std::move(tenant)),
      turns_(tenant_, state->seed_of_turns()),
      credentials_(std::move(credentials)) {
  std::vector<std::string_view> providers, models, model_types;
  for (const Credential& credential : credentials_) {
    // A shared credential has one health for all who spend it.
    const std::string& home = credential.tenant.empty() ? tenant_ : credential.tenant;
    BoundCredential& bound = bound_.emplace_back();
    bound.credential = &credential;
    bound.state = state->Credential(home, credential.id);
    if (program.counts_tokens) bound.tokens = state->Tokens(home, credential.id);
    bound.key = Hash({"credential", credential.id});
    bound.name = credential.name;
    bound.source_hint = credential.source_hint();
    bound.always = credential.enabled && credential.expires_ms == 0;
    any_provider_ = any_provider_ || credential.provider.empty();
    providers.push_back(credential.provider);
    models.push_back(credential.model);
    model_types.push_back(credential.model_type);
  }
  providers_ = SetOf(std::move(providers));
  models_ = SetOf(std::move(models));
  model_types_ = SetOf(std::move(model_types));
}

const Roster& TenantBinding::RosterFor(std::string_view provider, std::string_view model,
                                       std::string_view model_type, const Roster* perhaps) const {
  // What no credential names makes no difference, so that callers cannot make rosters without end.
  if (models_.size() == 0 || !models_.Has(model)) model = {};
  if (model_types_.size() == 0 || !model_types_.Has(model_type)) model_type = {};
  if (perhaps != nullptr && perhaps->Is(provider, model, model_type)) return *perhaps;
  // Its provider is one that is named, and so needs no looking up.
  const Roster* first = first_.load(std::memory_order_acquire);
  if (first != nullptr && first->Is(provider, model, model_type)) return *first;
  auto is_it = [&](const Roster& roster) { return roster.Is(provider, model, model_type); };
  const auto hash_of = [&] { return Mix(Mix(QuickHash(provider)) ^ QuickHash(model)) ^ QuickHash(model_type); };
  uint64_t hash = hash_of();
  if (const Roster* roster = rosters_.Find(hash, is_it)) return *roster;
  if (!any_provider_ && !providers_.Has(provider)) {
    provider = {};
    hash = hash_of();
    if (const Roster* roster = rosters_.Find(hash, is_it)) return *roster;
  }
  const ForkGate::Lock lock(mutex_);
  if (const Roster* roster = rosters_.Find(hash, is_it)) return *roster;
  const Roster* made = rosters_.Insert(
      hash, std::make_unique<Roster>(program_, *this, std::string(provider), std::string(model),
                                     std::string(model_type)));
  if (first == nullptr) first_.store(made, std::memory_order_release);
  return *made;
}

const TenantBinding* Binding::Tenant(std::string_view tenant) const {
  const uint64_t hash = QuickHash(tenant);
  auto is_it = [&](const TenantBinding& binding) { return SameText(binding.tenant(), tenant); };
  if (const TenantBinding* binding = tenants_.Find(hash, is_it)) return binding;
  std::vector<Credential> credentials;
  if (!source_.Candidates(tenant, &credentials)) return nullptr;
  auto made = std::make_unique<TenantBinding>(program_, std::string(tenant),
                                              std::move(credentials), state_);
  const ForkGate::Lock lock(mutex_);
  if (const TenantBinding* binding = tenants_.Find(hash, is_it)) return binding;
  return tenants_.Insert(hash, std::move(made));
}

}  // namespace keyrule::evaluator
