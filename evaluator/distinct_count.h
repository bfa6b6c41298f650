// How many different values have been met, by their hashes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace keyrule::evaluator {

// What repeats is thrown out whenever the hashes have doubled: memory goes by the different ones.
class DistinctCount {
 public:
  void Add(uint64_t hash) {
    hashes_.push_back(hash);
    if (hashes_.size() == full_) full_ = std::max(kLeast, 2 * Count());
  }
  size_t Count() {
    std::sort(hashes_.begin(), hashes_.end());
    hashes_.erase(std::unique(hashes_.begin(), hashes_.end()), hashes_.end());
    return hashes_.size();
  }

 private:
  static constexpr size_t kLeast = 1'024;

  std::vector<uint64_t> hashes_;
  size_t full_ = kLeast;
};

}  // namespace keyrule::evaluator
