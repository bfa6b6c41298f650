// What finding the rule that decides needs beside the request.
#pragma once

#include <cstdint>
#include <vector>

namespace keyrule::evaluator {

// Of an index's look-ups.
struct IndexScratch {
  std::vector<uint64_t> hashes;  // by slot, of those that are given and looked up whole
};

// Of trying few rules in turn.
struct ScanScratch {
  std::vector<uint64_t> marks;
};

// Reusable: it keeps its capacity, so that matching allocates nothing once warm. For one thread at a time.
struct MatchScratch {
  std::vector<uint8_t> named;   // what named conditions were found to be (code.h)
  IndexScratch index;
  ScanScratch scan;
  std::vector<uint32_t> given;  // the slots that are not absent, where the caller does not say
};

}  // namespace keyrule::evaluator
