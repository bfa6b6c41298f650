#include "evaluator/oracle_math.h"

#include <xxhash.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace keyrule::evaluator::oracle {

uint64_t Hash(const std::vector<std::string>& parts) {
  std::string bytes = "keyrule 1";
  for (const std::string& part : parts) bytes += '\x1F' + part;
  return XXH3_64bits(bytes.data(), bytes.size());
}

uint64_t Share(uint64_t hash, uint64_t range) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<uint64_t>(Wide{hash} * range >> 64);
}

long double Score(uint64_t hash) {
  return 64.0L - std::log2(static_cast<long double>(hash) + 0.5L);
}

long double PeakAverage(long double average, int64_t sample_ms, int64_t elapsed_ms) {
  const auto sample = static_cast<long double>(sample_ms);
  if (sample >= average) return sample;
  const auto elapsed = static_cast<long double>(std::max<int64_t>(elapsed_ms, 0));
  return sample + (average - sample) * std::exp2(-elapsed / 7000);
}

std::vector<size_t> SmoothCycle(std::vector<int64_t> weights) {
  int64_t divisor = 0;
  for (int64_t weight : weights) divisor = std::gcd(divisor, weight);
  int64_t total = 0;
  for (int64_t& weight : weights) total += weight /= divisor;
  std::vector<int64_t> current(weights.size(), 0);
  std::vector<size_t> cycle;
  for (int64_t turn = 0; turn < total; ++turn) {
    for (size_t i = 0; i < weights.size(); ++i) current[i] += weights[i];
    const auto largest = std::max_element(current.begin(), current.end());  // the first of equals
    *largest -= total;
    cycle.push_back(static_cast<size_t>(largest - current.begin()));
  }
  return cycle;
}

}  // namespace keyrule::evaluator::oracle
