// Hashes, draws and cycles of the oracle: written from the language reference alone, sharing
// nothing with the program.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace keyrule::evaluator::oracle {

// XXH3-64 over `keyrule 1` and the parts, joined by byte 0x1F.
uint64_t Hash(const std::vector<std::string>& parts);
// ⌊hash · range / 2⁶⁴⌋.
uint64_t Share(uint64_t hash, uint64_t range);
// -log2 of the hash taken as a number between 0 and 1.
long double Score(uint64_t hash);
// W entries, each index in it as often as its weight says.
std::vector<size_t> SmoothCycle(std::vector<int64_t> weights);

// The peak average of latencies, `elapsed_ms` after the sample before: a higher sample at once, a
// lower one with half-life 7 s.
long double PeakAverage(long double average, int64_t sample_ms, int64_t elapsed_ms);

}  // namespace keyrule::evaluator::oracle
