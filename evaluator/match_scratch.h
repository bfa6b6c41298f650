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

// The candidates that decisions are likely to choose from, of the names that arms write: where what a rule that is found
// will take can be asked for with the rule.
struct WrittenCandidates {
  // By number of Program::written_names: the candidate's place plus 1; 0: there is none. Null: the number is the place.
  const uint32_t* places = nullptr;
  const std::byte* lines = nullptr;  // a line of the processor's memory each; null: nothing is known

  KEYRULE_PREFETCHES void Fetch(uint32_t name) const noexcept {
    if (lines == nullptr || name == NameNumbers::kNone) return;
    size_t place = name;
    if (places != nullptr) [[unlikely]] {
      if (places[name] == 0) return;
      place = places[name] - 1;
    }
    Prefetch(lines + 64 * place);
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
