// Rests of a credential with one model: an answer may say that a limit is the model's, and then other models go on
// (LANGUAGE.md §4.7). What is known of a pair is kept while it rests and two days longer.
#pragma once

#include <cstdint>
#include <string_view>

#include "evaluator/counter_table.h"
#include "evaluator/state_layout.h"

namespace keyrule::evaluator {

// Pairs stand in a table of the block, and entries that are idle are given to others. A credential with any pair says until
// when to look for them (RestState::models), so that decisions over all others pay one load. Any thread, any process. A
// view: the block must outlive it.
class ModelRests {
 public:
  // `seed`: of keys.
  ModelRests(StateBlock* block, uint64_t seed) noexcept : block_(block), seed_(seed) {}

  // What is known of the pair; null: nothing. An empty model is none.
  RestState* Find(CredentialState* credential, std::string_view model, int64_t now_ms) const noexcept {
    if (credential->rest.models.load(std::memory_order_relaxed) == 0) [[likely]] return nullptr;
    return Search(credential, model, now_ms);
  }
  // Calls `change(rest)` with what is known of the pair. Null: there is no model or no room, and nothing was changed.
  template <typename Change>
  RestState* Update(CredentialState* credential, std::string_view model, int64_t now_ms, const Change& change) noexcept {
    for (int i = 0; i < kTries; ++i) {
      const CounterPlace place = Make(credential, model, now_ms);
      if (!place.ok()) return nullptr;
      RestState* const rest = &block_->models[place.index].rest;
      change(rest);
      if (Keep(credential, model, place, now_ms)) return rest;
    }
    return nullptr;
  }

 private:
  static constexpr int kTries = 6;

  RestState* Search(CredentialState* credential, std::string_view model, int64_t now_ms) const noexcept;
  CounterPlace Make(CredentialState* credential, std::string_view model, int64_t now_ms) noexcept;
  // False: the entry was given to another pair meanwhile.
  bool Keep(CredentialState* credential, std::string_view model, const CounterPlace& place, int64_t now_ms) noexcept;
  // kStateCredentials: it has no place in the block.
  uint32_t PlaceOf(const CredentialState* credential) const noexcept;
  uint64_t KeyOf(const CredentialState* credential, std::string_view model) const noexcept;
  CounterTable Table() const noexcept { return {block_->model_heads, kStateModels, &block_->header.models_used}; }

  StateBlock* const block_;
  const uint64_t seed_;
};

}  // namespace keyrule::evaluator
