// What finding the rule that decides needs beside the request.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "evaluator/name_numbers.h"
#include "evaluator/prefetch.h"

namespace keyrule::evaluator {

// Of an index's look-ups.
struct IndexScratch {
  std::vector<uint64_t> hashes;  // by slot, of those that are given and looked up whole
};

// Of trying few rules in turn.
struct ScanScratch {
  std::vector<uint16_t> marks;
};

// The candidates that decisions are likely to choose from, of the names that first arms write, in lines of the processor's
// memory of 64 bytes: what a rule that is found will take can be asked for with the rule.
struct WrittenCandidates {
  const std::byte* by_rule = nullptr;  // null: not known by rule
  const uint32_t* places = nullptr;    // by number of Program::written_names, plus 1; 0: there is none. Null: not known so
  const std::byte* candidates = nullptr;

  KEYRULE_PREFETCHES void FetchOfRule(uint32_t rule) const noexcept {
    if (by_rule != nullptr) Prefetch(by_rule + 64 * size_t{rule});
  }
  KEYRULE_PREFETCHES void FetchOfName(uint32_t name) const noexcept {
    if (places == nullptr || name == NameNumbers::kNone) return;
    if (const size_t place = places[name]; place != 0) Prefetch(candidates + 64 * (place - 1));
  }
};

// Reusable: it keeps its capacity, so that matching allocates nothing once warm. For one thread at a time.
struct MatchScratch {
  std::vector<uint8_t> named;   // what named conditions were found to be (code.h)
  IndexScratch index;
  ScanScratch scan;
  std::vector<uint32_t> given;  // the slots that are not absent, where the caller does not say
  WrittenCandidates expected;
};

}  // namespace keyrule::evaluator
