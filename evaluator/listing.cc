#include "evaluator/listing.h"

#include <algorithm>
#include <optional>
#include <span>
#include <type_traits>

#include "evaluator/least.h"
#include "evaluator/sticky.h"
#include "evaluator/tier_watch.h"

namespace keyrule::evaluator {
namespace {

// Of so few, comparing without branches is faster (RunningLeast).
constexpr size_t kFew = 64;

template <TierShape kShape>
using Shape = std::integral_constant<TierShape, kShape>;

// Whether the credential, or the credential with the model, rests; *until_ms gets the end of both, 0 if it is not known.
bool RestingWith(const CredentialState& state, const RestState* model, int64_t at_ms, int64_t* until_ms) noexcept {
  const bool rests = Resting(state.rest, at_ms, until_ms);
  int64_t model_until = 0;
  if (model == nullptr || !Resting(*model, at_ms, &model_until)) [[likely]] return rests;
  const bool known = model_until != 0 && (!rests || *until_ms != 0);
  *until_ms = known ? std::max(*until_ms, model_until) : 0;
  return true;
}

// The first reason that keeps a credential out; candidate->until_ms gets its end if it is known.
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

// Lists the members of a pool that `is_wanted`. Gives the lowest tier if all of it are eligible at their full weights: all of
// them were shown to `watch` then, while their states were at hand. Flat, for there are so many of it that a compiler would
// share what each does a thousand times.
template <typename IsWanted, typename Watch>
[[gnu::noinline, gnu::flatten]] const WholeTier* ListPool(const BoundPool& pool, uint16_t arm, const Now& now,
                                                          const IsWanted& is_wanted, Watch* watch, Decision* d) {
  d->candidates.reserve(d->candidates.size() + pool.members.size());
  const bool are_all = now.revoked == nullptr && d->tried.empty();  // none is out for a reason of this decision's
  const uint16_t tier = pool.whole.tier;
  Watch mine = *watch;  // which nothing else can change meanwhile, as far as a compiler can see
  bool is_whole = pool.whole.count != 0;
  const BoundMember* member = pool.members.data();
  const BoundMember* const end = member + pool.members.size();
  for (; member != end; ++member) {
    // Nearly all are done with in here, without a call, so that what they are compared with stays in registers.
    for (; member != end; ++member) {
      if (!is_wanted(*member)) continue;
      if (d->candidates.size() == d->candidates.capacity()) __builtin_unreachable();  // which need not be looked at
      d->candidates.emplace_back(member->bound, member->weight, member->tier, arm);
      const bool is_ready = (are_all & member->is_plain) && IsSound(member->bound.state->rest, d->at_ms);
      if (!is_ready || !mine.Look(*member)) [[unlikely]] break;
    }
    if (member == end) break;
    const bool has_all = Judge(member->bound, member->missing, are_all, now, *d, &d->candidates.back());
    if (has_all && member->tier == tier) {
      mine.LookClosely(*member);
    } else {
      is_whole = is_whole && !(member->tier == tier && MayBeEligible(*member));
    }
  }
  *watch = mine;
  return is_whole ? &pool.whole : nullptr;
}

}  // namespace

bool JudgeClosely(const BoundCredential& bound, Skip missing, const Now& now, const Decision& d,
                  Candidate* candidate) noexcept {
  candidate->why = bound.credential == nullptr ? missing : WhyNot(bound, d, now, candidate);
  candidate->free_ms = candidate->until_ms;
  return candidate->why == Skip::kNone && HasAllItsWeight(*candidate, d.at_ms);
}

Listed ListAll(const BoundPool& pool, const Arm& arm, bool limited, const Now& now, SelectionState* state, Decision* d) {
  Listed listed;
  const auto list = [&](auto watch) {
    listed.whole = ListPool(pool, arm.number, now, [](const BoundMember&) { return true; }, &watch, d);
    return watch;
  };
  const auto place_of = [&](const BoundMember* member) {
    return member == nullptr ? Listed::kNobody : static_cast<uint32_t>(member - pool.members.data());
  };
  const auto by_least = [&](const auto& watch_of) {
    const uint32_t heaviest = pool.whole.heaviest;
    if (pool.members.size() <= kFew) return place_of(list(watch_of(Shape<TierShape::kFew>())).Get(heaviest));
    if (pool.whole.weights.empty()) return place_of(list(watch_of(Shape<TierShape::kManyEven>())).Get(heaviest));
    return place_of(list(watch_of(Shape<TierShape::kMany>())).Get(heaviest));
  };
  switch (arm.strategy) {
    case dsl::StrategyKind::kLeastInFlight:
      listed.place = by_least([](auto shape) { return LeastInFlightWatch<shape()>(); });
      break;
    case dsl::StrategyKind::kLatency:
      listed.place = by_least([](auto shape) { return LatencyWatch<shape()>(); });
      break;
    case dsl::StrategyKind::kLeastUsed:
      if (limited) {  // it goes by limits then
        list(NoWatch());
      } else {
        listed.place = by_least([&](auto shape) { return LeastUsedWatch<shape()>(state, d->at_ms); });
      }
      break;
    case dsl::StrategyKind::kSticky: {
      d->eligible.resize(pool.members.size());
      const InFlightWatch watch = list(InFlightWatch(pool.members.data(), d->eligible.data()));
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
