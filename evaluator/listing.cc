#include "evaluator/listing.h"

#include <algorithm>
#include <optional>
#include <span>

#include "evaluator/least.h"
#include "evaluator/sticky.h"
#include "evaluator/tier_watch.h"

namespace keyrule::evaluator {
namespace {

// Whether the credential, or the credential with the model, rests; *until_ms gets the end of both, 0 if it is not known.
bool RestingWith(const CredentialState& state, const RestState* model, int64_t at_ms, int64_t* until_ms) noexcept {
  const bool rests = Resting(state.rest, at_ms, until_ms);
  int64_t model_until = 0;
  if (model == nullptr || !Resting(*model, at_ms, &model_until)) [[likely]] return rests;
  const bool known = model_until != 0 && (!rests || *until_ms != 0);
  *until_ms = known ? std::max(*until_ms, model_until) : 0;
  return true;
}

// Lists the members of a pool that `is_wanted`. Gives the lowest tier if all of it are eligible at their full weights: all of
// them were shown to `watch` then, while their states were at hand.
template <typename IsWanted, typename Watch>
[[gnu::noinline]] const WholeTier* ListPool(const BoundPool& pool, uint16_t arm, const Now& now, const IsWanted& is_wanted,
                                            Watch* watch, Decision* d) {
  d->candidates.reserve(d->candidates.size() + pool.members.size());
  const bool are_all = now.revoked == nullptr && d->tried.empty();  // none is out for a reason of this decision's
  const uint16_t tier = pool.whole.tier;
  Watch mine = *watch;  // which nothing else can change meanwhile, as far as a compiler can see
  uint32_t ready = 0;
  uint32_t place = 0;
  for (const BoundMember& member : pool.members) {
    if (!is_wanted(member)) continue;
    const BoundCredential& bound = member.bound;
    Candidate& candidate =
        d->candidates.emplace_back(bound.name, bound.credential, bound.state, bound.tokens, bound.key, bound.meters,
                                   member.weight, arm, member.tier);
    const bool has_all = Judge(bound, member.missing, are_all, now, *d, &candidate) ||
                         (candidate.why == Skip::kNone && HasAllItsWeight(candidate, d->at_ms));
    if (has_all && member.tier == tier) [[likely]] {
      ++ready;
      mine.Look(member, place);
    }
    ++place;
  }
  *watch = mine;
  return ready != 0 && ready == pool.whole.count ? &pool.whole : nullptr;
}

}  // namespace

Skip WhyNot(const BoundCredential& bound, const Decision& d, const Now& now, Candidate* candidate) noexcept {
  const Revocations* const revoked = now.revoked;
  if (!bound.always || revoked != nullptr || !d.tried.empty()) {
    const Credential& credential = *bound.credential;
    if (std::find(d.tried.begin(), d.tried.end(), &credential) != d.tried.end()) return Skip::kTried;
    if (!credential.enabled || (revoked != nullptr && revoked->Revoked(credential))) return Skip::kDisabled;
    if (ExpiredAt(credential, d.at_ms)) return Skip::kExpired;
  }
  candidate->model = now.models.Find(bound.state, now.model, d.at_ms);
  return RestingWith(*bound.state, candidate->model, d.at_ms, &candidate->until_ms) ? Skip::kCooling : Skip::kNone;
}

Listed ListAll(const BoundPool& pool, const Arm& arm, bool limited, const Now& now, SelectionState* state, Decision* d) {
  Listed listed;
  const auto list = [&](auto watch) {
    listed.whole = ListPool(pool, arm.number, now, [](const BoundMember&) { return true; }, &watch, d);
    return watch;
  };
  switch (arm.strategy) {
    case dsl::StrategyKind::kLeastInFlight:
      listed.place = list(LeastInFlightWatch()).place();
      break;
    case dsl::StrategyKind::kLatency:
      listed.place = list(LatencyWatch()).place();
      break;
    case dsl::StrategyKind::kLeastUsed:
      if (limited) {  // it goes by limits then
        list(NoWatch());
      } else {
        listed.place = list(LeastUsedWatch(state, d->at_ms)).place();
      }
      break;
    case dsl::StrategyKind::kSticky: {
      d->eligible.resize(pool.members.size());
      const InFlightWatch watch = list(InFlightWatch(d->eligible.data()));
      listed.in_flight = watch.all();
      listed.busy = watch.count();
      break;
    }
    default: list(NoWatch()); break;
  }
  return listed;
}

void ListWanted(const BoundPool& pool, uint16_t arm, const CredentialField& field, std::string_view provider,
                std::string_view wanted, const Now& now, Decision* d) {
  const auto is_wanted = [&](const BoundMember& member) {
    return member.bound.credential != nullptr && field.Of(*member.bound.credential, provider) == wanted;
  };
  NoWatch watch;
  ListPool(pool, arm, now, is_wanted, &watch, d);
}

Candidate* StickTo(const Listed& listed, const BoundPool& pool, std::string_view value, size_t first_candidate,
                   Decision* d) {
  const WholeTier& whole = *listed.whole;
  const auto candidate_at = [&](uint32_t place) -> Candidate& { return d->candidates[first_candidate + place]; };
  const auto is_overloaded = [&](uint32_t place) {
    const Candidate& candidate = candidate_at(place);
    return InFlight(candidate) + 1 > BoundedLoad(listed.in_flight, candidate.weight, whole.total);
  };
  const std::span<const uint32_t> busy(d->eligible.data(), listed.busy);  // who is idle never is overloaded
  const auto overloaded = static_cast<size_t>(std::count_if(busy.begin(), busy.end(), is_overloaded));
  if (overloaded != 0 && overloaded != whole.count) {
    for (const uint32_t place : busy) {
      if (is_overloaded(place)) candidate_at(place).why = Skip::kOverloaded;
    }
  }
  const std::optional<uint32_t> found = StickyTableOf(pool).Find(value);
  if (!found) return nullptr;
  Candidate& winner = candidate_at(whole.Place(*found));
  return winner.why == Skip::kNone ? &winner : nullptr;  // without the others it would be the winner as well
}

}  // namespace keyrule::evaluator
