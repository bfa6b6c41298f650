// Pearson's chi-square for tests of distributions, with bounds that a fair picker passes once in a million seeds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

namespace keyrule::evaluator {

// What chi-square of so many degrees of freedom exceeds with probability 1e-6.
inline double ChiSquareOnceInAMillion(size_t degrees) {
  switch (degrees) {
    case 2: return 27.63;
    case 3: return 30.66;
    case 8: return 42.70;
    default: return 0;  // fails: state it here first
  }
}

inline double ChiSquare(const std::vector<uint64_t>& counts, const std::vector<double>& shares) {
  const auto all = static_cast<double>(std::accumulate(counts.begin(), counts.end(), uint64_t{0}));
  double sum = 0;
  for (size_t i = 0; i < counts.size(); ++i) {
    const double expected = all * shares[i];
    const double off = static_cast<double>(counts[i]) - expected;
    sum += off * off / expected;
  }
  return sum;
}

inline std::vector<double> SharesOf(const std::vector<uint32_t>& weights) {
  const auto total = static_cast<double>(std::accumulate(weights.begin(), weights.end(), uint64_t{0}));
  std::vector<double> shares;
  for (const uint32_t weight : weights) shares.push_back(weight / total);
  return shares;
}

// Whether picks are of these shares: chi-square of the counts.
inline bool HasShares(const std::vector<size_t>& picks, const std::vector<double>& shares) {
  std::vector<uint64_t> counts(shares.size(), 0);
  for (const size_t pick : picks) ++counts[pick];
  return ChiSquare(counts, shares) < ChiSquareOnceInAMillion(shares.size() - 1);
}

// Whether picks so far apart know nothing of each other: the serial test, chi-square of the pairs (that do not overlap)
// against the products of the shares.
inline bool IsIndependent(const std::vector<size_t>& picks, const std::vector<double>& shares, size_t apart) {
  const size_t n = shares.size();
  std::vector<uint64_t> counts(n * n, 0);
  std::vector<double> products;
  for (const double a : shares) {
    for (const double b : shares) products.push_back(a * b);
  }
  for (size_t i = 0; i + apart < picks.size(); i += apart + 1) ++counts[picks[i] * n + picks[i + apart]];
  return ChiSquare(counts, products) < ChiSquareOnceInAMillion(n * n - 1);
}

}  // namespace keyrule::evaluator
