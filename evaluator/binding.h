// A program's pools over the credentials that there are: made once for each tenant and provider, then only read.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "evaluator/catalog.h"
#include "evaluator/decision.h"
#include "evaluator/grow_only_map.h"
#include "evaluator/hash.h"
#include "evaluator/hash_buckets.h"
#include "evaluator/packed_memory.h"
#include "evaluator/program.h"
#include "evaluator/same_text.h"
#include "evaluator/state.h"
#include "evaluator/strategy.h"
#include "evaluator/whole_tier.h"

namespace keyrule::evaluator {

// What a decision reads of a credential that may be taken: 64 bytes.
struct BoundCredential : CandidateCredential {
  bool always = false;  // it is enabled and never expires
};
static_assert(sizeof(BoundCredential) == 64);

struct BoundMember {
  BoundCredential bound;     // credential null: there is none
  uint32_t weight = 1;
  uint16_t tier = 1;
  Skip missing = Skip::kNone;  // why there is none
  bool is_plain = false;       // it stands in the whole tier, and is out at most while it rests or is revoked
};

// Whether it ever is while this binding lasts: whoever is disabled stays so.
inline bool MayBeEligible(const BoundMember& member) noexcept {
  return member.bound.credential != nullptr && member.bound.credential->enabled;
}

struct BoundPool {
  std::vector<BoundMember> members;
  WholeTier whole;
};

// Of the whole tier. Made at its first use, which may throw std::bad_alloc.
const StickyTable& StickyTableOf(const BoundPool& pool);

class TenantBinding;

// The candidates of one tenant, provider, model and model type, by name and through every pool.
// What a decision reads stands together in front: over many tenants each line of it comes from far away.
class alignas(64) Roster {
 public:
  Roster(const Program& program, const TenantBinding& tenant, std::string provider,
         std::string model, std::string model_type);

  // Null if no candidate has this name (id). Of several with one name the first counts.
  const BoundCredential* ByName(std::string_view name) const noexcept { return ByName(name, QuickHash(name)); }
  const BoundCredential* ByName(std::string_view name, uint64_t hash) const noexcept;
  const BoundCredential* ById(std::string_view id) const noexcept;
  // Of a credential that an arm names by a text, which is looked at only where `places_` is empty.
  const BoundCredential* Written(const ValueRef& name) const noexcept { return Written(name.table, name); }
  // The same of the first arm of a rule: `number` is that of the name.
  const BoundCredential* WrittenBy(size_t rule, uint32_t number, const ValueRef& name) const noexcept {
    if (by_rule_.empty()) return Written(number, name);
    const Entry& entry = by_rule_[rule];
    return entry.credential == nullptr ? nullptr : &entry;
  }
  WrittenCandidates written() const noexcept {
    const auto lines = [](const auto& entries) {
      return entries.empty() ? nullptr : reinterpret_cast<const std::byte*>(entries.data());
    };
    return {lines(by_rule_), by_rule_.empty() && !places_.empty() ? places_.data() : nullptr, lines(candidates_)};
  }
  // Why there is no candidate of this name.
  Skip WhyMissing(std::string_view name) const noexcept;
  // Bound at its first use.
  const BoundPool& Pool(uint32_t index) const;

  const TenantBinding& tenant() const { return tenant_; }
  // All models of the provider have this one.
  bool for_all_models() const noexcept { return for_all_models_; }
  const std::string& provider() const { return provider_; }
  const std::string& model() const { return model_; }
  const std::string& model_type() const { return model_type_; }
  bool Is(std::string_view provider, std::string_view model,
          std::string_view model_type) const noexcept {
    return SameText(provider_, provider) && SameText(model_, model) && SameText(model_type_, model_type);
  }

 private:
  const BoundPool& BindPool(uint32_t index) const;
  void BindMeters();
  void IndexNames();
  void CopyByRule();
  const BoundCredential* Written(uint32_t number, const ValueRef& name) const noexcept {
    if (places_.empty()) return ByName(name.literal(), name.hash);
    const uint32_t place = places_[number];
    return place == 0 ? nullptr : &candidates_[place - 1];
  }
  static constexpr size_t kFew = 4;  // candidates, which are searched in order

  // Each in one line of the processor's memory.
  struct alignas(64) Entry : BoundCredential {};
  static_assert(sizeof(Entry) == 64);

  std::string provider_;
  const TenantBinding& tenant_;
  const bool for_all_models_;
  PackedMemory memory_;                      // what uses it stands behind it
  std::pmr::vector<Entry> candidates_;       // by name, those bound to the model first, then by id
  HashBuckets names_;                        // to a candidate's place; empty where there are few
  HashBuckets::Table by_name_;
  std::pmr::vector<Entry> by_rule_;          // copies of what first arms write; empty: many more rules than candidates, or no places
  std::pmr::vector<uint32_t> places_;        // as WrittenCandidates has it; empty: few candidates, or few for so many written names
  std::string model_, model_type_;
  const Program& program_;
  std::vector<std::vector<uint32_t>> meters_;  // beside candidates_
  mutable std::mutex mutex_;                 // guards the binding of pools
  std::unique_ptr<std::atomic<const BoundPool*>[]> pools_;
  mutable std::vector<std::unique_ptr<BoundPool>> bound_pools_;
};

class alignas(64) TenantBinding {
 public:
  TenantBinding(const Program& program, std::string tenant, std::vector<Credential> credentials,
                SelectionState* state);
  // Lock-free once this combination is known. `perhaps` is looked at first: null, or one of this tenant's.
  const Roster& RosterFor(std::string_view provider, std::string_view model,
                          std::string_view model_type, const Roster* perhaps = nullptr) const;
  const std::string& tenant() const { return tenant_; }
  // No credential is for some models only.
  bool one_for_all_models() const { return models_.size() == 0 && model_types_.size() == 0; }
  const TurnSeeds& turns() const { return turns_; }
  const std::vector<BoundCredential>& credentials() const { return bound_; }

 private:
  const Program& program_;
  std::string tenant_;
  // The roster that was asked for first: most tenants spend one provider most of the time.
  mutable std::atomic<const Roster*> first_{nullptr};
  TurnSeeds turns_;
  bool any_provider_ = false;  // a credential serves every provider
  TextMap models_, model_types_, providers_;  // those that some credential names
  std::vector<Credential> credentials_;
  std::vector<BoundCredential> bound_;
  mutable std::mutex mutex_;
  mutable GrowOnlyMap<Roster> rosters_;
};

class Binding {
 public:
  Binding(const Program& program, const CredentialSource& source, SelectionState* state)
      : program_(program), source_(source), state_(state) {}
  // Null if the tenant's credentials cannot be read now. Lock-free once the tenant is known.
  const TenantBinding* Tenant(std::string_view tenant) const;
  CycleCache& cycles() const { return cycles_; }

 private:
  const Program& program_;
  const CredentialSource& source_;
  SelectionState* state_;
  mutable std::mutex mutex_;
  mutable GrowOnlyMap<TenantBinding> tenants_;
  mutable CycleCache cycles_;
};

}  // namespace keyrule::evaluator
