#include "evaluator/decision.h"

namespace keyrule::evaluator {

std::string_view ToString(Verdict verdict) {
  static constexpr std::array<std::string_view, 4> kWords = {"deny", "use", "host", "wait"};
  return kWords[static_cast<size_t>(verdict)];
}

std::string_view ToString(Reason reason) {
  static constexpr std::array<std::string_view, 10> kWords = {
      "",         "denied", "unavailable", "unknown_credential", "no_retry_left",
      "internal", "stale",  "cooling",     "over_quota",         "over_budget"};
  return kWords[static_cast<size_t>(reason)];
}

std::string_view ToString(Skip skip) {
  static constexpr std::array<std::string_view, 11> kWords = {
      "",         "other_provider", "other_model", "unknown",     "tried",     "disabled",
      "expired",  "cooling",        "over_quota",  "over_budget", "overloaded"};
  return kWords[static_cast<size_t>(skip)];
}

std::array<char, 26> Decision::Id() const noexcept {
  static constexpr char kDigits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  std::array<char, 26> id;
  id.fill('0');
  if (number == 0) return id;
  const uint64_t low = Mix(number);
  const uint64_t high = static_cast<uint64_t>(at_ms) << 16 | (Mix(low) >> 48);
  for (unsigned i = 0; i < 12; ++i) id[25 - i] = kDigits[low >> 5 * i & 31];
  id[13] = kDigits[(low >> 60 | high << 4) & 31];
  for (unsigned i = 0; i < 13; ++i) id[12 - i] = kDigits[high >> (5 * i + 1) & 31];
  return id;
}

void Decision::KeepForReport() {
  std::erase_if(candidates, [](const Candidate& candidate) { return !candidate.taken; });
  candidates.shrink_to_fit();
  eligible = {};
  weights = {};
  used = {};
  tried = {};
  match = {};
  cycle = {};
}

}  // namespace keyrule::evaluator
