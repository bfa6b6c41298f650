#include "plugin_api/idle_decisions.h"

#include <pthread.h>

#include <array>
#include <atomic>
#include <type_traits>

#include "plugin_api/engine.h"

namespace keyrule::plugin_api {
namespace {

constexpr unsigned kBits = 8;

// A line of the processor's memory of its own, and the one beside it that is fetched with it.
struct alignas(128) Place {
  std::atomic<keyrule_decision*> decision{nullptr};
};

std::array<Place, size_t{1} << kBits> places;
std::atomic<uint64_t> moves{1};
static_assert(std::is_trivially_destructible_v<Place>);  // threads may give back while the process ends

// Stacks of threads lie at even distances, which this factor spreads evenly.
Place& PlaceOf(const Engine* engine) noexcept {
  const auto thread = static_cast<uint64_t>(pthread_self()) >> 8;
  const auto number = thread + (reinterpret_cast<uintptr_t>(engine) >> 4);
  return places[number * 0x9E3779B97F4A7C15u >> (64 - kBits)];
}

// `decision` stands in no place, and has been told to the caller.
void Leave(Place& place, keyrule_decision* decision) noexcept {
  const uint64_t then = decision->moves;
  // From here on it is anybody's, and its engine may be gone.
  keyrule_decision* const other = place.decision.exchange(decision);
  if (other != nullptr) Engine::Retire(other);
  if (moves.load() == then) return;
  keyrule_decision* const outdated = place.decision.exchange(nullptr);
  if (outdated != nullptr) Engine::Retire(outdated);
}

}  // namespace

uint64_t IdleDecisions::Moves() noexcept { return moves.load(); }

keyrule_decision* IdleDecisions::Take(const Engine* engine) noexcept {
  return PlaceOf(engine).decision.exchange(nullptr);
}

void IdleDecisions::Give(const Engine* engine, keyrule_decision* decision) noexcept {
  Leave(PlaceOf(engine), decision);
}

void IdleDecisions::Outdate() noexcept {
  moves.fetch_add(1);
  for (Place& place : places) {
    if (place.decision.load() == nullptr) continue;
    keyrule_decision* const idle = place.decision.exchange(nullptr);
    if (idle == nullptr) continue;
    if (Engine::IsUpToDate(idle)) {  // another engine's
      Leave(place, idle);
    } else {
      Engine::Retire(idle);
    }
  }
}

}  // namespace keyrule::plugin_api
