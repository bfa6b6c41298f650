// The candidates of an arm, with what keeps some of them out (LANGUAGE.md §4.3), and what a strategy finds out about all of
// them on the way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "evaluator/binding.h"
#include "evaluator/decision.h"
#include "evaluator/health.h"
#include "evaluator/program.h"
#include "evaluator/state.h"
#include "evaluator/whole_tier.h"

namespace keyrule::evaluator {

// What is known of an arm's members once they are listed.
struct Listed {
  static constexpr uint32_t kNobody = UINT32_MAX;

  // The tier that the arm chooses from, if all of it are eligible at their full weights; else null, and the rest says nothing.
  const WholeTier* whole = nullptr;
  uint32_t place = kNobody;  // what the strategy picks from it, as a place in the pool; kNobody: that is not known yet
  uint64_t in_flight = 0;    // for `sticky`: of the whole tier
  uint32_t busy = 0;         // likewise: how many members have calls in flight; their places stand in Decision::eligible
};

// What keeps candidates out, as of now.
struct Now {
  const Revocations* revoked;  // null: nothing is
  ModelRests models;
  std::string_view model;
};

// Whether nothing is known that keeps a credential out, or some of its weight from it: so are nearly all.
[[gnu::always_inline]] inline bool IsSound(const RestState& rest, int64_t at_ms) noexcept {
  // Together: of three that nearly always are zero.
  const uint64_t marks = static_cast<uint64_t>(rest.recovered_at.load(std::memory_order_relaxed)) |
                         rest.models.load(std::memory_order_relaxed) | rest.needs_probe.load(std::memory_order_relaxed);
  return marks == 0 && rest.rests_until.load(std::memory_order_relaxed) <= at_ms;
}

// What Judge says of one that it has to look at more closely: not on the way that nearly all take.
[[gnu::noinline]] bool JudgeClosely(const BoundCredential& bound, Skip missing, const Now& now, const Decision& d,
                                    Candidate* candidate) noexcept;

// Notes why a new candidate is out, if it is. True: it is eligible at its full weight, as nearly all are. `missing`: why there
// is no credential, if there is none; `are_all`: none is revoked now, and the decision has tried none.
inline bool Judge(const BoundCredential& bound, Skip missing, bool are_all, const Now& now, const Decision& d,
                  Candidate* candidate) noexcept {
  if ((are_all & bound.always) && IsSound(bound.state->rest, d.at_ms)) [[likely]] return true;
  return JudgeClosely(bound, missing, now, d, candidate);
}

// Whether it does not recover. Most have never rested, which is seen without a call.
inline bool HasAllItsWeight(const Candidate& candidate, int64_t at_ms) noexcept {
  return HasAllItsWeight(candidate.state->rest, at_ms) &&
         (candidate.model == nullptr || HasAllItsWeight(*candidate.model, at_ms));
}

// All members of a pool. `limited`: the policy has limits.
Listed ListAll(const BoundPool& pool, const Arm& arm, bool limited, const Now& now, SelectionState* state, Decision* d);
// Those of whom `field` is `wanted`.
void ListWanted(const BoundPool& pool, uint16_t arm, const CredentialField& field, std::string_view provider,
                std::string_view wanted, const Now& now, Decision* d);

// What `sticky` picks from the whole tier; null: that takes a closer look. Marks who is overloaded, as Pick does.
Candidate* StickTo(const Listed& listed, const BoundPool& pool, std::string_view value, size_t first_candidate, Decision* d);

}  // namespace keyrule::evaluator
