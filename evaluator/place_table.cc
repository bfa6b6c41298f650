#include "evaluator/place_table.h"

namespace keyrule::evaluator {
namespace {

constexpr uint32_t kProbes = 256;

// The word of all who want it to be `wanted`: true, unless it is something else.
bool BecomesOrIs(StateWord* word, uint64_t wanted) noexcept {
  uint64_t seen = word->load();
  if (seen == 0 && word->compare_exchange_strong(seen, wanted)) return true;
  return seen == wanted;
}

}  // namespace

uint32_t PlaceOf(PlaceEntry* entries, uint32_t entry_count, StateWord* used, uint32_t places, PlaceKey key) noexcept {
  for (uint32_t i = 0; i < kProbes; ++i) {
    PlaceEntry& entry = entries[(key.first + i) & (entry_count - 1)];
    if (!BecomesOrIs(&entry.first, key.first) || !BecomesOrIs(&entry.second, key.second)) continue;
    uint64_t place = entry.place.load();
    if (place == 0) {
      const uint64_t next = used->load();
      if (next >= places) return places;
      // Two who meet here use up a place that nobody gets: there is one for each key, and some.
      const uint64_t mine = used->fetch_add(1);
      if (mine >= places) return places;
      if (entry.place.compare_exchange_strong(place, mine + 1)) place = mine + 1;
    }
    return place <= places ? static_cast<uint32_t>(place - 1) : places;
  }
  return places;
}

}  // namespace keyrule::evaluator
