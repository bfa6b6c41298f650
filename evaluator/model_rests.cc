#include "evaluator/model_rests.h"

#include <algorithm>

#include "evaluator/hash.h"

namespace keyrule::evaluator {
namespace {

constexpr dsl::LimitPeriod kKept = dsl::LimitPeriod::kDay;  // two days after the end of its rest

// Until when to look for pairs, in a word of 16 bits: 0 says that there are none, kAlways that there is one which rests for
// years; the others count hours, around and around.
constexpr int64_t kHour = 3'600;
constexpr uint16_t kAlways = UINT16_MAX;
constexpr int64_t kRound = UINT16_MAX - 1;

uint16_t WordOf(int64_t hour) noexcept { return static_cast<uint16_t>(1 + ((hour % kRound) + kRound) % kRound); }

// Hours from `now` to what the word says, below 0 if they are over.
int64_t HoursLeft(uint16_t word, int64_t now_s) noexcept {
  const int64_t ahead = (word - WordOf(now_s / kHour) + kRound) % kRound;
  return ahead < kRound / 2 ? ahead : ahead - kRound;
}

bool IsOver(uint16_t word, int64_t now_s) noexcept {
  return word == 0 || (word != kAlways && HoursLeft(word, now_s) < 0);
}

// Moves it later, never earlier.
void LookUntil(std::atomic<uint16_t>* look, int64_t until_s, int64_t now_s) noexcept {
  const int64_t hours = until_s / kHour + 1 - now_s / kHour;
  const uint16_t wanted = hours < kRound / 2 ? WordOf(until_s / kHour + 1) : kAlways;
  uint16_t seen = look->load(std::memory_order_relaxed);
  do {
    if (seen == kAlways || (!IsOver(seen, now_s) && wanted != kAlways && HoursLeft(seen, now_s) >= hours)) return;
  } while (!look->compare_exchange_weak(seen, wanted, std::memory_order_relaxed));
}

}  // namespace

uint32_t ModelRests::PlaceOf(const CredentialState* credential) const noexcept {
  const std::ptrdiff_t place = credential - block_->credentials;
  return place >= 0 && place < static_cast<std::ptrdiff_t>(kStateCredentials) ? static_cast<uint32_t>(place)
                                                                               : kStateCredentials;
}

uint64_t ModelRests::KeyOf(const CredentialState* credential, std::string_view model) const noexcept {
  return Hash(seed_, {"model", Decimal(PlaceOf(credential)).view(), model});
}

RestState* ModelRests::Search(CredentialState* credential, std::string_view model, int64_t now_ms) const noexcept {
  uint16_t look = credential->rest.models.load(std::memory_order_relaxed);
  if (IsOver(look, now_ms / 1000)) {
    credential->rest.models.compare_exchange_strong(look, 0, std::memory_order_relaxed);
    return nullptr;
  }
  if (model.empty()) return nullptr;
  const CounterPlace place = Table().Find(KeyOf(credential, model), now_ms / 1000);
  return place.ok() ? &block_->models[place.index].rest : nullptr;
}

CounterPlace ModelRests::Make(CredentialState* credential, std::string_view model, int64_t now_ms) noexcept {
  const uint32_t of = PlaceOf(credential);
  if (of == kStateCredentials || model.empty()) return {};
  const auto clear = [&](uint32_t index, const auto& is_mine) {
    ModelState& pair = block_->models[index];
    int64_t until = pair.rest.rests_until.load();
    int64_t probe = pair.rest.probe_since.load();
    int64_t recovered = pair.rest.recovered_at.load();
    uint32_t failures = pair.rest.failures.load();
    uint8_t needs_probe = pair.rest.needs_probe.load();
    if (!is_mine()) return;
    pair.rest.rests_until.compare_exchange_strong(until, 0);
    pair.rest.probe_since.compare_exchange_strong(probe, 0);
    pair.rest.recovered_at.compare_exchange_strong(recovered, 0);
    pair.rest.failures.compare_exchange_strong(failures, 0);
    pair.rest.needs_probe.compare_exchange_strong(needs_probe, uint8_t{0});
    pair.credential.store(of + 1, std::memory_order_relaxed);
  };
  const CounterPlace place = Table().Make(KeyOf(credential, model), kKept, now_ms / 1000, CounterTable::Room::kAll, clear);
  // Before anything is changed: whoever is killed then leaves nothing that is not looked for.
  if (place.ok()) LookUntil(&credential->rest.models, now_ms / 1000 + CounterTable::IdleAfter(kKept), now_ms / 1000);
  return place;
}

bool ModelRests::Keep(CredentialState* credential, std::string_view model, const CounterPlace& place,
                      int64_t now_ms) noexcept {
  const int64_t until_s = block_->models[place.index].rest.rests_until.load(std::memory_order_relaxed) / 1000;
  const int64_t kept_s = std::max(until_s, now_ms / 1000);
  Table().KeepUntil(place, kept_s);
  LookUntil(&credential->rest.models, kept_s + CounterTable::IdleAfter(kKept), now_ms / 1000);
  return Table().Holds(place, KeyOf(credential, model));
}

}  // namespace keyrule::evaluator
